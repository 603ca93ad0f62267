// Runs the tests: starts a private Firebird server for all of them, makes the template database that each test file
// copies, hands tap's findings on as they come, and ends with one plain line.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isAlive, usePrivateServer } from '../../src/firebird/server/private-server.ts'
import { root } from '../../src/root.ts'
import { makeTemplate, type TestServer } from './database.ts'

/** Runs a program of the project. @returns its code at the end */
function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<number> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(root, program), ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    createInterface({ input: child.stdout }).on('line', onLine)
    child.on('close', code => resolve(code ?? 1))
  })
}

/** What starts processes and browsers comes first: one of these begun last would be waited for alone. */
function everyFile(): string[] {
  const files = readdirSync(join(root, 'dist/test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.js'))
    .map(name => join('dist/test', name))
    .sort()
  const isLong = (file: string) => /\/(cli|browser|people)\//.test(file)
  return [...files.filter(isLong), ...files.filter(file => !isLong(file))]
}

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
let total: Record<string, number> = {}
let code = 1
/** Files that failed, and why where it is no finding of theirs */
const failed: string[] = []
try {
  const facts: TestServer = {
    host: server.host,
    port: server.port,
    password: server.sysdbaPassword,
    dataFolder: server.dataFolder,
    template: join(server.dataFolder, 'template.fdb'),
  }
  await makeTemplate(facts)
  const started = Date.now()
  let failing = false
  code = await run(
    'dist/test/support/all-files.js',
    named.length > 0 ? named : everyFile(),
    { FIREFOLIO_TEST_SERVER: JSON.stringify(facts), TZ: 'Europe/Vienna', TMPDIR: temporary },
    line => {
      const summary = /^# \{ (.*) \}$/.exec(line)
      if (summary)
        total = Object.fromEntries(
          (summary[1] as string)
            .split(', ')
            .map(part => part.split(': '))
            .map(([name, count]) => [name, Number(count)]),
        )
      const file = /^(not )?ok \d+ - (\S+)(.*)$/.exec(line)
      if (file?.[1]) failed.push(file[2] as string)
      // the file itself was ended, by the limit of tap or by its own fault
      const ended = /^ {2}(?:signal|exitCode): (SIG\w+)/.exec(line)?.[1]
      if (ended)
        failed.push(`${failed.pop()}, ended by ${ended}: it exceeded its limit of time or was killed`)
      if (file)
        process.stdout.write(
          `${file[1] ? 'FAILED' : 'ok    '} ${file[2]}${/# time=(\S+)/.exec(line)?.[1] ? `  ${/# time=(\S+)/.exec(line)?.[1]}` : ''}\n`,
        )
      // what a test has to tell: seeds of random cases, figures
      const told = /^\s+# (?!Subtest|time=|\{)(.+)$/.exec(line)
      if (told) process.stdout.write(`       ${told[1]}\n`)
      // the details of what failed, until the next good line of the same depth
      if (/^\s+not ok/.test(line)) failing = true
      else if (/^\s+ok/.test(line)) failing = false
      if (failing) process.stdout.write(`${line}\n`)
    },
  )
  process.stdout.write(`in ${Math.round((Date.now() - started) / 1000)} s\n`)
} finally {
  await server.release()
  rmSync(folder, { recursive: true, force: true })
  rmSync(temporary, { recursive: true, force: true })
}
const {
  total: all,
  pass = 0,
  fail = 0,
  skip = 0,
  todo = 0,
} = total as { total?: number; pass?: number; fail?: number; skip?: number; todo?: number }
if (all === undefined) {
  process.stderr.write('The tests ended without a summary.\n')
  process.exit(1)
}
for (const file of failed) process.stdout.write(`failed: ${file}\n`)
process.stdout.write(`${pass} passed, ${fail + todo} failed, ${skip} skipped\n`)
process.exit(code === 0 && fail + todo === 0 ? 0 : 1)
