// Runs files of tests in a few processes, each of which takes many (worker.ts). Processes are started plainly: `tap run` and `t.spawn` would
// start each of them, and all that it starts in turn, with hooks on the loading of modules (for coverage and mocks, neither of which is
// used here), which double the time that a process needs to begin.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../src/root.ts'

/** What a file of tests came to. */
export interface FileResult {
  readonly file: string
  readonly counts: Counts
  readonly seconds: number
  /** Of the processor, by the process and those it has begun that have ended; undefined where the system does not tell */
  readonly cpuSeconds: number | undefined
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

/** All cores are busy with tests: WebAssembly compiled once, and memory cleared up by the thread that waits for it, takes a twentieth less. */
const flags = ['--liftoff-only', '--single-threaded-gc']

/** So many files run in one process: what they leave behind does not grow without end. */
const filesOfAProcess = 25

/** Seconds of the processor that a process and its ended children have taken, as Linux counts them: a hundred a second (proc_pid_stat(5), 14 to 17). */
function cpuSecondsOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
  } catch {
    return undefined
  }
}

/** A process that runs files of tests, one after the other. */
class TestProcess {
  readonly #child: ChildProcess
  readonly #limitS: number
  /** How it ended, once it has */
  readonly #ended: Promise<string | number>
  #onLine: (line: string) => void = () => {}
  #left = filesOfAProcess

  /** @param limitS seconds that a file may take; then the process is killed */
  constructor(environment: NodeJS.ProcessEnv, limitS: number) {
    this.#limitS = limitS
    const child = spawn(
      process.execPath,
      [...flags, '--enable-source-maps', join(root, 'dist/test/support/worker.js')],
      {
        env: { ...process.env, ...environment, TAP_TIMEOUT: String(limitS) },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    this.#child = child
    // a process that is gone is told by its end
    child.stdin.on('error', () => {})
    createInterface({ input: child.stdout }).on('line', line => this.#onLine(line))
    this.#ended = new Promise(resolve => {
      child.on('error', error => resolve(error.message))
      child.on('close', (code, signal) => resolve(signal ?? code ?? 1))
    })
  }

  /** Whether it may be given another file. */
  get isFresh(): boolean {
    return this.#left > 0 && this.#child.exitCode === null && this.#child.signalCode === null
  }

  async run(file: string): Promise<FileResult> {
    this.#left--
    const started = Date.now()
    const cpuBefore = cpuSecondsOf(this.#child.pid)
    const lines: string[] = []
    let isLate = false
    let isWholeBad = false
    const limit = setTimeout(() => {
      isLate = true
      this.#child.kill('SIGKILL')
    }, this.#limitS * 1000)
    const counted = new Promise<Counts>(resolve => {
      this.#onLine = line => {
        // also what fails when all is counted, while the file clears away what it made
        isWholeBad ||= line.startsWith('not ok')
        const counts = countsIn(line)
        if (counts) resolve(counts)
        // the file is a test of the process, so that its own lines stand one step in
        else lines.push(line.replace(/^ {4}/, ''))
      }
    })
    this.#child.stdin?.write(`${file}\n`)
    const outcome = await Promise.race([counted, this.#ended])
    clearTimeout(limit)
    const cpuAfter = cpuSecondsOf(this.#child.pid)
    const isCounted = typeof outcome === 'object'
    const counts = isCounted ? outcome : nothing
    const why = isLate
      ? `it exceeded its limit of ${this.#limitS} s`
      : isCounted
        ? undefined
        : `its process ended before it (${outcome})`
    return {
      file,
      counts,
      seconds: (Date.now() - started) / 1000,
      cpuSeconds: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
      lines,
      why,
      isOk: why === undefined && counts.fail === 0 && !isWholeBad,
    }
  }

  /** Ends it once it has run what it was given. */
  async end(): Promise<void> {
    this.#child.stdin?.end()
    await this.#ended
  }
}

/** How files are run. */
export interface RunOptions {
  readonly environment: NodeJS.ProcessEnv
  /** Processes at a time */
  readonly jobs: number
  /** Seconds that a file may take */
  readonly limitS: number
  /** Told each result as it comes */
  readonly onResult: (result: FileResult) => void
}

/**
 * Runs files in their order, so many at a time. A file that failed is the last of its process: the next one is not to suffer from it.
 * Files with a browser come one after the other, beside the rest: while it waits for an element a browser is asked for it again and again,
 * so that several at once mostly keep each other waiting.
 */
export async function runFiles(files: readonly string[], options: RunOptions): Promise<void> {
  const withBrowser = files.filter(file => file.includes('/browser/'))
  const others = files.filter(file => !file.includes('/browser/'))
  const work = async (_: unknown, at: number) => {
    const [first, then] = at === 0 ? [withBrowser, others] : [others, withBrowser]
    const next = () => first.shift() ?? then.shift()
    let process: TestProcess | undefined
    for (let file = next(); file !== undefined; file = next()) {
      process ??= new TestProcess(options.environment, options.limitS)
      const result = await process.run(file)
      options.onResult(result)
      if (!result.isOk || !process.isFresh) {
        await process.end()
        process = undefined
      }
    }
    await process?.end()
  }
  await Promise.all(Array.from({ length: options.jobs }, work))
}
