// Runs the tests: starts a private Firebird server for all of them, makes the template database that each test file
// copies, tells what each file comes to, and ends with one plain line.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, usePrivateServer } from '../../src/firebird/server/private-server.ts'
import { root } from '../../src/root.ts'
import { withTemplate } from './database.ts'
import { type Counts, type FileResult, runFiles } from './files.ts'

/** What starts processes and browsers comes first: one of these begun last would be waited for alone. */
function everyFile(): string[] {
  const files = readdirSync(join(root, 'dist/test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.js'))
    .map(name => join('dist/test', name))
    .sort()
  const isLong = (file: string) => /\/(cli|browser|people|storage)\//.test(file)
  return [...files.filter(isLong), ...files.filter(file => !isLong(file))]
}

/** Seconds that a file may take; a soak gives more. */
const limitS = Number(process.env['FIREFOLIO_TEST_LIMIT_S'] ?? 300)
/** A test that takes longer is told with its time. */
const slowMs = 8000
/** So many failed files are tried again; of more the cause is hardly the machine. */
const secondAttempts = 3

const named = process.argv.slice(2)
const folder = join(root, 'var/test')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
// what tests keep for a time lies below one folder, which goes with the run; those of runs that were killed go with the next
const temporary = join(tmpdir(), `firefolio-run-${process.pid}`)
for (const name of readdirSync(tmpdir())) {
  const pid = /^firefolio-run-(\d+)$/.exec(name)?.[1]
  if (pid !== undefined && !isAlive(Number(pid)))
    rmSync(join(tmpdir(), name), { recursive: true, force: true })
}
mkdirSync(temporary)
const server = await usePrivateServer(join(folder, 'firebird'))
/** The last word of each file */
const results = new Map<string, FileResult>()
try {
  const facts = await withTemplate(server)
  const started = Date.now()
  const environment = { FIREFOLIO_TEST_SERVER: JSON.stringify(facts), TZ: 'Europe/Vienna', TMPDIR: temporary }
  const onResult = (result: FileResult) => {
    results.set(result.file, result)
    tell(result)
  }
  const files = named.length > 0 ? named : everyFile()
  // one more at a time than there are cores, because files wait as well
  await runFiles(files, { environment, limitS, onResult, jobs: availableParallelism() + 1 })
  const failed = [...results.values()].filter(result => !result.isOk)
  if (named.length === 0 && failed.length > 0 && failed.length <= secondAttempts) {
    process.stdout.write(
      'once more, and alone: what fails on a busy machine alone is told, and is no defect\n',
    )
    await runFiles(
      failed.map(result => result.file),
      { environment, limitS, onResult, jobs: 1 },
    )
    for (const { file } of failed)
      if (results.get(file)?.isOk) process.stdout.write(`passed at the second attempt: ${file}\n`)
  }
  process.stdout.write(`in ${Math.round((Date.now() - started) / 1000)} s\n`)
} finally {
  await server.release()
  rmSync(folder, { recursive: true, force: true })
  rmSync(temporary, { recursive: true, force: true })
}

/** Tells what a file came to: its figures and seeds, and the details of what failed. */
function tell({ file, lines, seconds, cpuSeconds, isOk, why }: FileResult): void {
  let isFailing = false
  for (const line of lines) {
    const figure = /^\s+# (?!Subtest|time=|\{)(.+)$/.exec(line)?.[1]
    if (figure) process.stdout.write(`       ${figure}\n`)
    const [, name, ms] = /^ok \d+ - (.*) # time=([\d.]+)ms/.exec(line) ?? []
    if (Number(ms) > slowMs) process.stdout.write(`       ${(Number(ms) / 1000).toFixed(1)} s: ${name}\n`)
    // until the next good line
    if (/^\s*not ok/.test(line)) isFailing = true
    else if (/^\s*ok/.test(line)) isFailing = false
    if (isFailing) process.stdout.write(`${line}\n`)
  }
  process.stdout.write(
    `${isOk ? 'ok    ' : 'FAILED'} ${file}  ${seconds.toFixed(1)} s${cpuSeconds === undefined ? '' : `, ${cpuSeconds.toFixed(1)} s of the processor`}${why ? `: ${why}` : ''}\n`,
  )
}

const failed = [...results.values()].filter(result => !result.isOk)
for (const { file, why } of failed) process.stdout.write(`failed: ${file}${why ? `, ${why}` : ''}\n`)
const sum = (name: keyof Counts) =>
  [...results.values()].reduce((all, result) => all + result.counts[name], 0)
// a file that did not come to its end has failed, whatever it had counted
const fail = sum('fail') + failed.filter(result => result.counts.fail === 0).length
process.stdout.write(`${sum('pass')} passed, ${fail} failed, ${sum('skip')} skipped\n`)
process.exit(fail === 0 && results.size > 0 ? 0 : 1)
