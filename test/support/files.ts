// Runs files of tests, each a process of its own. Processes are started plainly: `tap run` and `t.spawn` would start each of them, and
// all that it starts in turn, with hooks on the loading of modules (for coverage and mocks, neither of which is used here), which
// double the time that a process needs to begin.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a file of tests came to. */
export interface FileResult {
  readonly file: string
  readonly counts: Counts
  readonly seconds: number
  /** What it wrote, as TAP */
  readonly lines: readonly string[]
  /** Why it failed, where that is no finding of its tests */
  readonly why: string | undefined
  readonly isOk: boolean
}
export interface Counts {
  readonly pass: number
  readonly fail: number
  readonly skip: number
}

const nothing: Counts = { pass: 0, fail: 0, skip: 0 }

/** The last word of a file: `# { total: 33, pass: 32, skip: 1 }`. */
function countsIn(line: string): Counts | undefined {
  const summary = /^# \{ (.*) \}$/.exec(line)?.[1]
  if (summary === undefined) return undefined
  const told = Object.fromEntries(summary.split(', ').map(part => part.split(': ') as [string, string]))
  const count = (name: string) => Number(told[name] ?? 0)
  return { pass: count('pass'), fail: count('fail') + count('todo'), skip: count('skip') }
}

/**
 * Runs one file.
 * @param limitS seconds that it may take; then it is killed
 */
export async function runFile(
  file: string,
  environment: NodeJS.ProcessEnv,
  limitS: number,
): Promise<FileResult> {
  const started = Date.now()
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    env: { ...process.env, ...environment, TAP_TIMEOUT: String(limitS) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let isLate = false
  const limit = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, limitS * 1000)
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', line => lines.push(line))
  const ended = await new Promise<string | number>(resolve => {
    child.on('error', error => resolve(error.message))
    child.on('close', (code, signal) => resolve(signal ?? code ?? 1))
  })
  clearTimeout(limit)
  const counts = lines.map(countsIn).findLast(each => each !== undefined)
  const why = isLate
    ? `it exceeded its limit of ${limitS} s`
    : counts === undefined
      ? `it ended without a summary (${ended})`
      : ended !== 0 && counts.fail === 0
        ? `it ended with ${ended}`
        : undefined
  return {
    file,
    counts: counts ?? nothing,
    seconds: (Date.now() - started) / 1000,
    lines,
    why,
    isOk: why === undefined && counts?.fail === 0,
  }
}

/** Runs files in their order, so many at a time; each result is told as it comes. */
export async function runFiles(
  files: readonly string[],
  jobs: number,
  run: (file: string) => Promise<FileResult>,
  onResult: (result: FileResult) => void,
): Promise<void> {
  const waiting = [...files]
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) onResult(await run(file))
  }
  await Promise.all(Array.from({ length: jobs }, work))
}
