import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { contents, delivery, runCli } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { commandsOf } from '../support/commands.ts'
import { aDomain, modsOf, start } from '../support/start.ts'

const app = await start(t)
const run = commandsOf(app)
const folder = join(app.folder, 'delivery')
mkdirSync(folder)
await delivery(folder, 3, 4)
for (const name of ['clean', 'killed']) await aDomain(app, name)

t.test('killed at each phase and run again, an import gives what one clean run gives', async t => {
  const clean = await run('import', folder, '-d', 'clean')
  t.equal(clean.code, 0, clean.out)
  t.match(clean.out, /3 created; 12 pages, 12 masters, 0 texts/)
  for (const [phase, skip] of some(
    [
      ['insert', '0'],
      ['read', '0'],
      ['stage', '1'],
      ['rename', '2'],
      ['commit', '1'],
      ['done', '1'],
    ] as const,
    2,
  )) {
    const killed = await runCli(app.services, ['import', folder, '-d', 'killed'], {
      CRASH_AT_PHASE: phase,
      CRASH_SKIP: skip,
    })
    // masters that the clean run has put into the archive are not renamed again
    if (phase !== 'rename') t.equal(killed.signal, 'SIGKILL', `at ${phase}`)
    t.same(await findings(app.services), [], `consistent after ${phase}`)
  }
  for (const _ of some([1, 2], 1))
    await runCli(app.services, ['import', folder, '-d', 'killed'], {
      CRASH_AFTER_MS: String(300 + Math.floor(Math.random() * 900)),
    })
  const again = await runCli(app.services, ['import', folder, '-d', 'killed'])
  t.equal(again.code, 0, again.out)
  t.same(await contents(app.services, 'killed'), await contents(app.services, 'clean'))
  t.same(await findings(app.services), [])
  t.match((await run('import', folder, '-d', 'killed')).out, /3 unchanged/)
})

t.test(
  'killed in the midst of a transaction that records share, an import has stored none of them',
  async t => {
    const records = join(app.folder, 'records')
    mkdirSync(records)
    for (let n = 1; n <= 6; n++)
      writeFileSync(join(records, `${n}.mods`), modsOf(`shared-${n}`, `Record ${n}`))
    for (const name of ['together', 'broken']) await aDomain(app, name)
    t.match(await run('import', records, '-d', 'together'), { code: 0, out: /6 created/ })
    // two share a transaction however slow the machine: the second is drawn before it is looked how long the first has waited
    for (const [phase, skip, least, most] of some(
      [
        ['commit', '1', 0, 0],
        ['insert', '1', 0, 0],
        ['done', '0', 2, 6],
      ] as const,
      1,
    )) {
      const killed = await runCli(app.services, ['import', records, '-d', 'broken'], {
        CRASH_AT_PHASE: phase,
        CRASH_SKIP: skip,
      })
      t.equal(killed.signal, 'SIGKILL', `at ${phase}`)
      const stored = (await contents(app.services, 'broken')).length
      t.ok(least <= stored && stored <= most, `${stored} stored at ${phase}`)
      t.same(await findings(app.services), [], `consistent after ${phase}`)
    }
    const again = await runCli(app.services, ['import', records, '-d', 'broken'])
    t.equal(again.code, 0, again.out)
    t.same(await contents(app.services, 'broken'), await contents(app.services, 'together'))
    t.same(await findings(app.services), [])
    const { items } = (await app.call('GET', '/api/v1/log?action=import&limit=100')).body
    const lines = items.filter(({ data }: { data: { source?: string } }) => data.source?.startsWith(records))
    t.equal(lines.length, 12, 'each record of both domains is an operation')
    t.equal(new Set(lines.map(({ batch }: { batch: number }) => batch)).size, 12)
  },
)

t.test('the command line says what it does and what is wrong', async t => {
  t.match(await run('check'), {
    code: 0,
    out: /ok {3}paths: .*\n[\s\S]*Nothing is wrong\./,
  })
  t.match(await run('check', '--only', 'nothing'), {
    code: 1,
    err: /There is no check ‘nothing’/,
  })
  t.match(await run('import', '/nowhere', '-d', 'clean'), {
    code: 1,
    err: /There is no file or folder \/nowhere/,
  })
  t.match(await run('import', folder, '-d', 'unknown'), {
    code: 1,
    err: /There is no domain ‘unknown’/,
  })
  // of two that begin at once the second finds the domain that the first has made
  t.match(await Promise.all([1, 2].map(() => run('import', folder, '-d', 'both', '--create-domain'))), [
    { code: 0 },
    { code: 0 },
  ])
  t.match(await run('import', folder, '-d', 'fresh', '--create-domain', '--dry-run'), {
    code: 0,
    out: /dry run, nothing was stored: 3 created/,
  })
  t.match(await runCli(app.services, ['config', 'show']), {
    code: 0,
    out: /\[database\]\n[\s\S]*password = \*{8}/,
  })
  t.match(await runCli(app.services, ['migrate']), { code: 0, out: /The schema is 4\.0\.0\./ })
})
