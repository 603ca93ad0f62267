import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { checks } from '../../src/app.ts'
import { delivery, runCli } from '../support/crashes.ts'
import { commandsOf } from '../support/commands.ts'
import { aDomain, start } from '../support/start.ts'

const app = await start(t)
const run = commandsOf(app)
const { services, read } = app
await aDomain(app)
// two packs a page: what is killed between them leaves neither recorded
const watermark = { text: 'Firefolio', byRight: true }
await app.call('PATCH', '/api/v1/domains/lib', { watermark }, { 'if-match': '*' })
const folder = join(app.folder, 'delivery')
mkdirSync(folder)
const titles = 3
const pages = Number(process.env['FIREFOLIO_KILL_PAGES'] ?? 4)
await delivery(folder, titles, pages)
const cli = (args: readonly string[], environment: Record<string, string> = {}) =>
  runCli(services, args, environment)
const found = async () => {
  const sentences: string[] = []
  for (const check of checks.filter(each => ['packs', 'webcache'].includes(each.name)))
    for (const finding of await check.run(services, { repair: false })) sentences.push(finding.sentence)
  return sentences
}
const states = async () => {
  const { rows } = await services.database.withConnection(connection =>
    connection.run(
      'select OPK_State as "state", count(*) as "n" from OPR_Pack group by OPK_State order by 1',
    ),
  )
  return Object.fromEntries(rows.map(row => [row['state'], Number(row['n'])]))
}

t.test(
  'killed at each phase and at random, ingest leaves every page with a whole pack or a pending job',
  async t => {
    t.equal((await cli(['import', folder, '-d', 'lib', '--release'])).code, 0)
    t.same(await states(), { 0: titles * pages })
    const kills: Record<string, string>[] = [
      ...['record', 'ingest', 'rename', 'recorded'].map((phase, at) => ({
        CRASH_AT_PHASE: phase,
        CRASH_SKIP: String(at),
      })),
      ...Array.from({ length: Number(process.env['FIREFOLIO_KILLS'] ?? 2) }, () => ({
        CRASH_AFTER_MS: String(500 + Math.floor(Math.random() * 700)),
      })),
    ]
    // what is killed by the clock is killed at one of the phases, too
    for (const [at, kill] of some([...kills.entries()], 1)) {
      const { signal } = await cli(['images', 'rebuild', ...(at > 3 ? ['--all'] : [])], kill)
      if (kill['CRASH_AT_PHASE']) t.equal(signal, 'SIGKILL', kill['CRASH_AT_PHASE'])
      t.same(await found(), [], `whole after ${JSON.stringify(kill)}`)
      const { 0: wanted = 0, 1: made = 0, 2: refused = 0 } = await states()
      t.equal(wanted + made, titles * pages)
      t.equal(refused, 0)
      if (wanted > 0)
        t.ok(
          (
            await services.database.withConnection(connection =>
              connection.run(
                `select SJ_ID as "id" from SYS_Job where SJ_Kind = 'images.ingest' and SJ_State in (0, 1)`,
              ),
            )
          ).rows.length > 0,
          'a job is pending',
        )
    }
    const last = await cli(['images', 'rebuild'])
    t.equal(last.code, 0, last.out)
    t.same(await states(), { 1: titles * pages })
    t.same(await found(), [])
    const { id } = (await read('/api/v1/tree?domain=lib&datatype=page&path=%7C')).body.items?.[0] ?? {}
    if (id) t.equal((await read(`/api/v1/pages/${id}/image?width=128`)).status, 200)
    // what the killed ones left is a stray after an hour
    const hourAgo = new Date(Date.now() - 7_200_000)
    let strays = 0
    for (const { name } of await services.packs.leftovers(-1)) {
      utimesSync(join(services.config.path.varLarge, 'packs', name.slice(0, 2), name), hourAgo, hourAgo)
      strays++
    }
    const repaired = await cli(['images', 'check', '--repair'])
    t.equal(repaired.code, 0, repaired.out)
    t.equal((await services.packs.leftovers(-1)).length, 0, `${strays} strays were removed`)
  },
)

// as processes they are run above
t.test('images stat, check, rebuild and purge say what there is', async t => {
  const stat = await run('images', 'stat')
  t.match(stat.out, new RegExp(`packs +${titles * pages} made, 0 wanted, 0 refused`))
  let hash = ''
  for await (const pack of services.packs.hashes()) hash = pack.hash
  rmSync(await services.packs.local(hash))
  const check = await run('images', 'check')
  t.equal(check.code, 1)
  t.match(check.out, /WRONG packs[\s\S]*cannot be used: The access pack is /)
  t.equal((await run('images', 'check', '--repair')).code, 0)
  t.match((await run('images', 'rebuild')).out, /^1 pack made, 0 masters refused/m)
  // as after a move of folders: nobody has asked for a check
  rmSync(await services.packs.local(hash))
  t.match((await run('images', 'rebuild')).out, /^1 pack made, 0 masters refused/m)
  t.equal((await run('images', 'check')).code, 0)
  const stray = join(services.config.path.varLarge, 'packs/ab')
  mkdirSync(stray, { recursive: true })
  const path = join(stray, `${'ab'.repeat(32)}.tif`)
  writeFileSync(path, 'x')
  utimesSync(path, new Date(0), new Date(0))
  t.match((await run('images', 'check')).out, /belongs to nothing/)
  t.equal((await run('images', 'check', '--repair')).code, 0)
  t.match((await run('images', 'purge', '--to', '0')).out, /0\.0 MB left/)
})
