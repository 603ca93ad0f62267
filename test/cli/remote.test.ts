import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { root } from '../../src/root.ts'
import { commandsOf } from '../support/commands.ts'
import { delivery } from '../support/crashes.ts'
import { isDirect } from '../support/database.ts'
import { start } from '../support/start.ts'

t.test('a server in direct mode runs the commands of the command line', async t => {
  const app = await start(t)
  const run = commandsOf(app)
  const folder = join(app.folder, 'delivery')
  mkdirSync(folder)
  await delivery(folder, 2, 2)
  const imported = await run('import', 'delivery', '-d', 'lib', '--create-domain')
  t.equal(imported.code, 0, imported.err)
  t.match(imported.out, /2 created; 4 pages, 4 masters, 0 texts/, 'relative to the folder of the caller')
  const checked = await run('check', '--only', 'paths')
  t.equal(checked.code, 0)
  t.match(checked.out, /Nothing is wrong/)
  writeFileSync(join(folder, 'bad.xml'), '<mods')
  const failed = await run('import', join(folder, 'bad.xml'), '-d', 'lib')
  t.equal(failed.code, 1)
  t.match(failed.err, /bad\.xml/, 'what is no record is refused by its name')
  t.match(await run('check', '--only', 'nonsense'), { code: 1, err: /There is no check ‘nonsense’/ })
  t.match(await run('import', 'delivery'), { code: 1, err: /required option '-d, --domain <domain>'/ })
  t.match(
    await run('worker'),
    { code: 1, err: /unknown command/ },
    'only the commands that work with the repository',
  )
  const stranger = await app.app.inject({ method: 'POST', url: '/api/v1/commands', payload: {} })
  t.equal(stranger.statusCode, 401)
})

// npm run test:direct
if (isDirect)
  t.test('in direct mode the command line talks to the server that has the file', async t => {
    const folder = t.testdir({})
    await delivery(folder, 1, 2)
    const environment = {
      ...process.env,
      FIREFOLIO_DATABASE_DIRECT: 'true',
      FIREFOLIO_PATH_VAR: join(folder, 'var'),
      FIREFOLIO_SERVER_HTTP_PORT: '18463',
      FIREFOLIO_SAMPLE_ON: 'false',
      FIREFOLIO_LOG_LEVEL: 'silent',
    }
    const cli = (...args: string[]) =>
      new Promise<{ code: number | null; out: string }>(resolve => {
        const child = spawn(process.execPath, [join(root, 'dist/src/cli.js'), ...args], {
          env: environment,
          cwd: folder,
        })
        let out = ''
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (part: Buffer) => (out += part.toString()))
        child.on('close', code => resolve({ code, out }))
      })
    const alone = await cli('import', 'title-1', '-d', 'lib', '--create-domain', '--dry-run')
    t.match(alone, { code: 0, out: /dry run/ }, 'without a server it opens the file itself')
    const server = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.teardown(() => void server.kill('SIGKILL'))
    await new Promise<void>(resolve =>
      server.stdout.on('data', (part: Buffer) => {
        if (part.toString().includes('documentation:')) resolve()
      }),
    )
    const imported = await cli('import', 'title-1', '-d', 'lib', '--create-domain')
    t.match(imported, { code: 0, out: /1 created; 2 pages, 2 masters/ })
    t.match(await cli('check', '--only', 'paths'), { code: 0, out: /Nothing is wrong/ })
    const refused = await cli('migrate')
    t.match(refused, { code: 1, out: /In direct mode one process has the file for itself/ })
    server.kill('SIGTERM')
    await new Promise(resolve => server.once('close', resolve))
  })
