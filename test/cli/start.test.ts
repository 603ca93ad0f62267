// What an operator meets when starting and stopping: npm start as a process, and one sentence for whatever is set up wrongly.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { atLength, some } from '../support/at-length.ts'
import { documentedFile } from '../../src/config/database-options.ts'
import { root } from '../../src/root.ts'
import { sentenceOf } from '../../src/start-faults.ts'
import { sameDatabase } from '../support/crashes.ts'
import { operatorKey, start } from '../support/start.ts'

const app = await start(t)
const folder = mkdtempSync(join(tmpdir(), 'firefolio-start-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

const environment = {
  ...process.env,
  ...sameDatabase(app.services),
  FIREFOLIO_ACCESS_OPERATORKEY: operatorKey,
  FIREFOLIO_SERVER_HTTP_PORT: '0',
  FIREFOLIO_SAMPLE_ON: 'false',
  FIREFOLIO_LOG_LEVEL: 'silent',
}

/** Runs a program until it ends. */
function outcome(
  program: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
  onOutput: (child: ChildProcess, output: string) => void = () => {},
): Promise<{ code: number | null; output: string }> {
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        output += part.toString()
        onOutput(child, output)
      })
    // the pipes are closed by the last process that holds them, the server
    child.once('close', code => resolve({ code, output }))
  })
}

for (const signal of some(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const, 1))
  t.test(`${signal} of npm start stops the server in order`, async t => {
    let told = false
    const { output } = await outcome('npm', ['start'], {}, (child, text) => {
      if (told || !text.includes('documentation:')) return
      told = true
      child.kill(signal)
    })
    t.ok(told, 'it served')
    t.match(output, /finishing requests in flight …[\s\S]*firefolio: stopped\.\s*$/)
  })

const serve = (more: NodeJS.ProcessEnv) =>
  outcome(process.execPath, [join(root, 'dist/src/main.js')], more, (child, text) => {
    if (text.includes('documentation:')) child.kill('SIGTERM')
  })

t.test(
  'what is set up wrongly ends the start with one sentence that says what, where, and what to do',
  async t => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    t.teardown(() => taken.close())
    writeFileSync(join(folder, 'file'), '')
    const wrong: readonly [NodeJS.ProcessEnv, RegExp][] = [
      [
        { FIREFOLIO_SERVER_HTTP_PORT: String((taken.address() as AddressInfo).port) },
        /Port \d+ of 127\.0\.0\.1 is taken by another program; choose another with \[server\.http\] port/,
      ],
      [
        { FIREFOLIO_SERVER_BINDHOSTS: '192.0.2.7' },
        /This machine has no address 192\.0\.2\.7; see \[server\] bindHosts/,
      ],
      [{ FIREFOLIO_SERVER_BINDHOSTS: '127.0.0.1,192.0.2.7' }, /This machine has no address 192\.0\.2\.7/],
      [
        { FIREFOLIO_SERVER_BINDHOSTS: 'no.such.host.invalid' },
        /‘no\.such\.host\.invalid’ belongs to no address/,
      ],
    ]
    for (const [more, sentence] of some(wrong, 2)) {
      const { code, output } = await serve(more)
      t.equal(code, 1, JSON.stringify(more))
      t.match(output, sentence)
      t.notMatch(output, /\n\s+at /, 'no stack trace')
    }
    // found before anything is listened to: told without a process
    const found: readonly [Record<string, string>, RegExp][] = [
      [
        { FIREFOLIO_DATABASE_HOST: 'no.such.host.invalid' },
        /‘no\.such\.host\.invalid’ of the Firebird server belongs to no address; see \[database\] host/,
      ],
      [
        { FIREFOLIO_PATH_VAR: join(folder, 'file/var') },
        /\[path\] var: \S+ cannot be written: a part of the path is a file/,
      ],
      [
        { FIREFOLIO_PATH_VARLARGE: join(folder, 'file') },
        /\[path\] varLarge: \S+ cannot be written: a file stands in its place/,
      ],
      // Node's recursive mkdir never ends there
      [
        { FIREFOLIO_PATH_VARFAST: '/proc/firefolio' },
        /\[path\] varFast: \/proc\/firefolio cannot be written: the system allows no files/,
      ],
      [
        { FIREFOLIO_SERVER_HTTP_PROT: '8080' },
        /FIREFOLIO_SERVER_HTTP_PROT in the environment: there is no such option; did you mean FIREFOLIO_SERVER_HTTP_PORT\?/,
      ],
    ]
    for (const [more, sentence] of found)
      t.match(
        await start(t, more).then(
          () => 'started',
          (error: unknown) => sentenceOf(error),
        ),
        sentence,
      )
  },
)

const mount = (place: string, options: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const place = join(folder, 'mounted')
mkdirSync(place)
const canMount = mount(place, 'ro')
if (canMount) execFileSync('umount', [place])

t.test(
  'a folder on a read-only file system is named with its option',
  canMount ? {} : { skip: 'mounting file systems needs root' },
  async t => {
    mount(place, 'ro')
    try {
      const { code, output } = await serve({ FIREFOLIO_PATH_VARLARGE: place })
      t.equal(code, 1)
      t.match(
        output,
        /\[path\] varLarge: \S+ cannot be written: the file system is mounted for reading alone/,
      )
    } finally {
      execFileSync('umount', [place])
    }
  },
)

const canUnshare = spawnSync('unshare', ['-p', '-f', '--mount-proc', 'true']).status === 0

t.test(
  'of two containers on one volume the second is refused, also while the first goes on',
  canUnshare ? atLength : { skip: 'process namespaces of one’s own need root' },
  async t => {
    const volume = {
      FIREFOLIO_PATH_VAR: join(folder, 'volume'),
      FIREFOLIO_DATABASE_FILE: documentedFile,
      FIREFOLIO_DATABASE_ROLE: 'vlServer',
    }
    let second: Promise<{ code: number | null; output: string }> | undefined
    const first = await outcome(process.execPath, [join(root, 'dist/src/main.js')], volume, (child, text) => {
      if (second || !text.includes('documentation:')) return
      second = outcome(
        'unshare',
        ['-p', '-f', '--mount-proc', process.execPath, join(root, 'dist/src/main.js')],
        volume,
      )
      void second.then(() => child.kill('SIGTERM'))
    })
    t.match(first.output, /firefolio: stopped\./)
    const { code, output } = (await second) ?? { code: 0, output: '' }
    t.equal(code, 1)
    t.match(
      output,
      /Another machine or container \(\S+\) runs the private Firebird server of \S+volume\/firebird\./,
    )
    t.notMatch(output, /\n\s+at /)
  },
)
