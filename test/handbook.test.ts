// The handbook is run: its SQL and its commands against a Firebird server of their own, its messages, figures and options against the sources.
import { execFile, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from './support/tap.ts'
import type { z } from 'zod'
import { parseIni } from '../src/config/ini-file.ts'
import { namedBy, shapeOf as shapeOfKind } from '../src/config/named-sections.ts'
import { sections } from '../src/config/options.ts'
import { usePrivateServer } from '../src/firebird/server/private-server.ts'
import { root } from '../src/root.ts'
import { atLength } from './support/at-length.ts'
import { needsServer } from './support/database.ts'
import { check, needsNginx } from './support/nginx.ts'
import { aDomain, aTitle, start } from './support/start.ts'

const run = promisify(execFile)
const handbook = join(root, 'docs/handbook')
const pages = readdirSync(handbook).filter(name => name.endsWith('.md'))
const read = (name: string): string => readFileSync(join(handbook, name), 'utf8')

interface Block {
  readonly page: string
  readonly language: string
  /** What stands behind the language: the name of a file or of a step */
  readonly name: string
  readonly text: string
}
const blocks: readonly Block[] = pages.flatMap(page =>
  [...read(page).matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', name = '', text = '']) => ({
      page,
      language,
      name,
      text,
    }),
  ),
)
const block = (page: string, name: string): string => {
  const found = blocks.find(each => each.page === page && each.name === name)
  if (!found) throw new Error(`${page} has no block ${name}`)
  return found.text
}

/** A server of one's own with the user, the database and the configuration of the handbook, and what runs its commands. */
async function asDescribed(t: { teardown(work: () => Promise<void>): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-handbook-'))
  const server = await usePrivateServer(join(folder, 'firebird'))
  t.teardown(async () => {
    await server.release()
    rmSync(folder, { recursive: true, force: true })
  })
  const mine = (text: string): string =>
    text
      .replaceAll('127.0.0.1/3050', `${server.host}/${server.port}`)
      .replaceAll('/var/lib/firebird/3.0/data', server.dataFolder)
      .replaceAll(
        'npm run firefolio --',
        `${process.execPath} ${join(root, 'dist/src/cli.js')} -c server.ini`,
      )
  const as = (user: string, password: string) => ({
    ...process.env,
    FIREFOLIO_PATH_VAR: join(folder, 'var'),
    ISC_USER: user,
    ISC_PASSWORD: password,
  })
  const sysdba = as('SYSDBA', server.sysdbaPassword)
  const owner = as('firefolio', 'a-good-password')
  const sql = async (name: string, env: NodeJS.ProcessEnv): Promise<void> => {
    writeFileSync(join(folder, name), mine(block('firebird.md', name)))
    await run(server.installation.isql, ['-q', '-bail', '-i', name], { cwd: folder, env })
  }
  const commands = async (page: string, name: string): Promise<string> =>
    (await run('bash', ['-e', '-c', mine(block(page, name))], { cwd: folder, env: owner })).stdout

  await sql('setup.sql', sysdba)
  await sql('own.sql', owner)
  writeFileSync(join(folder, 'server.ini'), mine(block('firebird.md', 'server.ini')))
  for (let attempt = 0; ; attempt++)
    try {
      await commands('firebird.md', 'migrate')
      break
    } catch (error) {
      // the salt that the driver misreads
      if (attempt === 10 || !/refuses the (user|log-in)/.test((error as { stderr: string }).stderr))
        throw error
      await sql('again.sql', sysdba)
    }
  /** What follows is told of another database than the one that was set up. */
  const of = (database: string) =>
    writeFileSync(
      join(folder, 'server.ini'),
      mine(block('firebird.md', 'server.ini')).replace('firefolio.fdb', database),
    )
  return { commands, of }
}

t.test(
  'a server, its user, backup and restore go as they are described',
  { ...needsServer, ...atLength },
  async t => {
    const { commands } = await asDescribed(t)
    await commands('backup.md', 'backup')
    t.match(await commands('backup.md', 'restore'), 'Nothing is wrong.')
  },
)

// each of both ways of a backup has its tests in firebird/backup, and packs are rebuilt in cli/images
t.test('increments, move and upgrade go as they are described', { ...needsServer, ...atLength }, async t => {
  const { commands, of } = await asDescribed(t)
  await commands('backup.md', 'increments')
  await commands('backup.md', 'restore-increments')
  of('from-increments.fdb')
  t.match(await commands('backup.md', 'rebuild'), 'Nothing is wrong.')
  t.match(await commands('upgrade.md', 'migrate'), 'Nothing is wrong.')
})

t.test('every option that a configuration names exists', t => {
  let seen = 0
  const shapeOf = (section: string): Readonly<Record<string, z.ZodType>> | undefined => {
    const named = namedBy(section)
    return named
      ? (shapeOfKind(named.kind).shape as Record<string, z.ZodType>)
      : (sections as Record<string, z.ZodObject | undefined>)[section]?.shape
  }
  /** An option, or the file of one that is secret. */
  const isThere = (section: string, name: string): boolean => {
    const shape = shapeOf(section) ?? {}
    return name in shape || shape[name.replace(/File$/, '')]?.meta()?.['secret'] === true
  }
  for (const { page, text } of blocks.filter(each => each.language === 'ini'))
    for (const [section, options] of parseIni(text).sections) {
      // firebird.conf has no sections, units of systemd have their own
      if (section === '' || section === 'Service') continue
      for (const name of options.keys()) {
        seen++
        t.ok(isThere(section, name), `${page}: [${section}] ${name}`)
      }
    }
  for (const page of pages)
    for (const [, section, name] of read(page).matchAll(/`\[([\w.]+)\] (\w+)/g)) {
      seen++
      t.ok(isThere(section as string, name as string), `${page}: [${section}] ${name}`)
    }
  t.ok(seen > 15, `${seen} options`)
  t.end()
})

t.test('every npm script and command of ours that it names exists', t => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const help = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'dist/src/cli.js'), ...args, '--help'], { encoding: 'utf8' })
      .stdout
  const commands = help()
  for (const { page, text } of blocks.filter(each => each.language === 'sh')) {
    for (const [, script] of text.matchAll(/npm run (\w+)/g))
      t.ok((script as string) in scripts, `${page}: ${script}`)
    for (const [, command] of text.matchAll(/npm run firefolio -- (\w+)/g))
      t.match(commands, new RegExp(`^ {2}${command} `, 'm'), `${page}: ${command}`)
    for (const [line] of text.matchAll(/^.*docs\/handbook\/\S+/gm))
      for (const [path] of line.matchAll(/docs\/handbook\/\S+/g))
        t.ok(readFileSync(join(root, path)).length > 0, path)
  }
  t.end()
})

t.test('every message of the troubleshooting page is one of ours', t => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => readFileSync(join(root, 'src', file), 'utf8'))
    .join('\n')
  const messages = [...read('troubleshooting.md').matchAll(/^\| `([^`]+)` \|/gm)].map(
    ([, message]) => message as string,
  )
  t.ok(messages.length > 12)
  for (const message of messages) t.ok(sources.includes(message), message)
  t.end()
})

t.test('alerts and dashboard ask for figures that the service has', async t => {
  const app = await start(t)
  await aDomain(app)
  await aTitle(app, { pages: 1, release: true })
  const text = String((await app.call('GET', '/metrics')).body)
  const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string))
  const dashboard = JSON.parse(read('grafana.json')) as { panels: { targets: { expr: string }[] }[] }
  const asked = [
    ...[...read('alerts.yml').matchAll(/expr: (.*)$/gm)].map(([, expression]) => expression as string),
    ...dashboard.panels.flatMap(panel => panel.targets.map(({ expr }) => expr)),
    ...[...read('monitoring.md').matchAll(/^\| `(\w+)(?:\{.*\})?` \|/gm)].map(([, name]) => name as string),
  ].flatMap(expression => expression.match(/(?:firefolio|process)_\w+/g) ?? [])
  t.ok(asked.length > 20)
  for (const name of new Set(asked)) t.ok(told.has(name.replace(/_(bucket|count|sum)$/, '')), name)
  t.match(text, /^firefolio_changes_waiting [1-9]/m)
  t.match(text, /^firefolio_jobs_oldest_seconds 0$/m)
  t.match(text, /^firefolio_packs\{state="wanted"\} 0$/m)
  await app.drain()
  t.match(String((await app.call('GET', '/metrics')).body), /^firefolio_changes_waiting 0$/m)
})

t.test(
  'the unit is one that systemd takes',
  { skip: spawnSync('systemd-analyze', ['--version']).error ? 'systemd is not installed' : false },
  t => {
    const folder = t.testdir({})
    copyFileSync(join(handbook, 'firefolio.service'), join(folder, 'firefolio.service'))
    const { stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', join(folder, 'firefolio.service')],
      { encoding: 'utf8' },
    )
    t.notMatch(stdout + stderr, /Unknown|Failed to parse|Invalid|ignoring/i)
    t.end()
  },
)

t.test('nginx takes the example', needsNginx, async t => {
  const { status, said } = await check(t.testdir({}), read('nginx.conf'))
  t.equal(status, 0, said)
  t.notMatch(said, /warn/)
})
