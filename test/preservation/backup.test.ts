// A repository is backed up fresh, with a collection, and under writes; lost; and restored: every check holds, every row and file is there.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { checks } from '../../src/app.ts'
import { administration } from '../../src/open-database.ts'
import { type Config } from '../../src/config/options.ts'
import { own as ownFolder } from '../../src/owned.ts'
import { backupsIn, makeBackup, restoreBackup, verifyBackup } from '../../src/preservation/backup/index.ts'
import { unfinishedIn } from '../../src/preservation/backup/record.ts'
import { createLog, openServices } from '../../src/services.ts'
import { markStore } from '../../src/storage/mounted.ts'
import { runCli } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { needsServer } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import { aDomain, aTitle, start, type TestApp } from '../support/start.ts'
import { nextSecond } from '../support/until.ts'

let places = 0
/** The stores of a configuration, in another folder. */
const storesIn = (of: TestApp, folder: string): Config['storesByName'] =>
  new Map([...of.services.config.storesByName].map(([name, store]) => [name, { ...store, folder }]))
/** The same configuration with another database and another folder. */
function elsewhere(of: TestApp, folder: string): Config {
  const { config } = of.services
  const file = join(dirname(config.database.file), `restored-${process.pid}-${++places}.fdb`)
  t.teardown(() => rmSync(file, { force: true }))
  return {
    ...config,
    storesByName: storesIn(of, join(folder, 'own')),
    database: { ...config.database, file },
    access: { ...config.access, operatorKey: '' },
    path: {
      ...config.path,
      var: folder,
      varLarge: folder,
      varFast: folder,
      import: join(folder, 'import'),
      domain: join(folder, 'domain'),
    },
  }
}

const backUp = async (of: TestApp, folder: string, ini?: string) =>
  makeBackup(of.services, (await administration(of.services.config)).database, folder, ini)
const restore = async (config: Config, folder: string, name?: string) =>
  restoreBackup(config, (await administration(config)).database, folder, name, {
    open: at => openServices(at, createLog(at)),
  })

/** Names of the files below a folder of masters and texts. */
const filesBelow = (folder: string): string[] =>
  existsSync(join(folder, 'media/sha256'))
    ? readdirSync(join(folder, 'media/sha256'), { recursive: true, encoding: 'utf8' })
        .filter(name => /[0-9a-f]{64}$/.test(name))
        .sort()
    : []

/** What the checks find in a restored repository, packs apart, which are made anew. */
async function wrongIn(config: Config): Promise<string[]> {
  const services = await openServices(config, createLog(config))
  try {
    const found: string[] = []
    for (const check of checks.filter(({ name }) => name !== 'packs' && name !== 'webcache'))
      for (const { sentence } of await check.run(services, { repair: false }))
        found.push(`${check.name}: ${sentence}`)
    return found
  } finally {
    await services.close()
  }
}

async function rowsOf(config: Config): Promise<Record<string, string>> {
  const services = await openServices(config, createLog(config))
  try {
    return await dump(services.db)
  } finally {
    await services.close()
  }
}

t.test('a fresh repository is backed up and restored', needsServer, async t => {
  const app = await start(t)
  const folder = join(aFolder(t), 'backup')
  const made = await backUp(app, folder)
  t.match(made, { files: 0, faults: [] })
  const config = elsewhere(app, aFolder(t))
  await restore(config, folder)
  t.same(await wrongIn(config), [])
})

t.test(
  'a collection is backed up while it is written to, and again; what was there is there again',
  { ...needsServer, ...atLength },
  async t => {
    const own = aFolder(t)
    await markStore('own', own)
    const app = await start(t, { FIREFOLIO_STORE_OWN_KIND: 'file', FIREFOLIO_STORE_OWN_FOLDER: own })
    const folder = join(aFolder(t), 'backup')
    await aDomain(app)
    await aDomain(app, 'maps')
    await app.call('PATCH', '/api/v1/domains/maps/config', { 'stores.masters': 'own' })
    const [map = 0] = await pagesOf(app, await aTitle(app, { domain: 'maps', pages: 1 }))
    await putMaster(app, map, await aScan(149, 120).tiff().toBuffer())
    const title = await aTitle(app, { pages: 3, release: true })
    const scan = (n: number) =>
      aScan(150 + n, 120)
        .tiff()
        .toBuffer()
    for (const [at, id] of (await pagesOf(app, title)).entries()) await putMaster(app, id, await scan(at))
    const ini = join(aFolder(t), 'server.ini')
    writeFileSync(ini, '[log]\nlevel = info\n')
    writeFileSync(join(app.folder, 'operator.key'), 'a key\n')
    await app.drain()
    const before = await dump(app.services.db)

    let isOver = false
    let written = 0
    const writing = (async () => {
      while (!isOver) {
        const id = await aTitle(app, { title: `While it runs ${written}`, pages: 1 })
        await putMaster(app, (await pagesOf(app, id))[0] as number, await scan(10 + written++))
      }
    })()
    while (written === 0) await new Promise(resolve => setTimeout(resolve, 20))
    const first = await backUp(app, folder, ini)
    isOver = true
    await writing
    t.comment(`${written} titles written meanwhile, ${first.files} files`)
    t.same(first.faults, [])
    t.ok(first.files >= 3)
    t.same((await verifyBackup(folder)).faults, [])
    t.equal(statSync(folder).mode & 0o077, 0, 'only its owner reads it')

    // another one after it copies what is new, and the first can still be restored
    await nextSecond()
    const fresh = await aTitle(app, { pages: 1 })
    await putMaster(app, (await pagesOf(app, fresh))[0] as number, await scan(200))
    const second = await backUp(app, folder)
    t.ok(second.added >= 1 && second.added < second.files, `${second.added} of ${second.files} files are new`)

    const place = aFolder(t)
    const config = elsewhere(app, place)
    await markStore('own', join(place, 'own'))
    const restored = await restore(config, folder, first.name)
    t.same(restored.notes, [])
    t.equal(filesBelow(own).length, 1)
    t.same(
      filesBelow(join(place, 'own')),
      filesBelow(own),
      'what a domain keeps in a store of its own is there',
    )
    t.same(
      filesBelow(place).filter(name => filesBelow(own).includes(name)),
      [],
      'and nowhere else',
    )
    t.same(restored.configuration, [join(config.path.var, 'operator.key')])
    t.equal(readFileSync(join(config.path.var, 'operator.key'), 'utf8'), 'a key\n')
    t.same(await wrongIn(config), [])
    const after = await rowsOf(config)
    for (const [key, value] of Object.entries(before))
      if (after[key] !== value) t.fail(`${key}: ${after[key] ?? 'missing'} instead of ${value}`)
    t.ok(Object.keys(after).length >= Object.keys(before).length)
    t.notOk(Object.keys(after).includes(`OPR_Tree ${fresh} OT_ID`), 'what came after the first is not in it')
    t.equal(
      readdirSync(folder).filter(name => name.startsWith('.')).length,
      0,
      'nothing unfinished stays behind',
    )

    await t.test('killed, a backup is none, and the next one clears up after it', async t => {
      const [page = 0] = await pagesOf(app, await aTitle(app, { pages: 1 }))
      await putMaster(app, page, await scan(300))
      const before = await backupsIn(folder)
      for (const phase of ['pool', 'sealed']) {
        t.match(await runCli(app.services, ['backup', folder], { CRASH_AT_PHASE: phase }), {
          signal: 'SIGKILL',
          out: 'killed at',
        })
        t.same(await backupsIn(folder), before, `none after ${phase}`)
        t.same((await verifyBackup(folder)).faults, [])
        const [unfinished = ''] = await unfinishedIn(folder)
        const refusal = new RegExp(
          `There is no backup ${unfinished} in .* Ended before they were whole: ${unfinished}`,
        )
        await t.rejects(restore(elsewhere(app, aFolder(t)), folder, unfinished), refusal)
      }
      const made = await backUp(app, folder)
      t.match(made, { faults: [] })
      t.same((await verifyBackup(folder)).faults, [])
      t.same(
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.includes('.part')),
        [],
      )
      t.same(await findings(app.services), [])
      const owned = await ownFolder(folder)
      await t.rejects(backUp(app, folder), /Another backup into .* is under way/)
      await owned?.release()
    })

    await t.test(
      'killed and run again, a restore ends whole; until then there is no database',
      atLength,
      async t => {
        const target = elsewhere(app, aFolder(t))
        const { path, database } = target
        const beside = () =>
          readdirSync(dirname(database.file)).filter(name => name.startsWith(`${basename(database.file)}.`))
        for (const [phase, skip] of [
          ['configured', '0'],
          ['file', '1'],
          ['whole', '0'],
        ] as const) {
          const killed = await runCli(app.services, ['restore', folder, '--backup', first.name], {
            FIREFOLIO_DATABASE_FILE: database.file,
            FIREFOLIO_PATH_VAR: path.var,
            FIREFOLIO_PATH_VARLARGE: path.varLarge,
            FIREFOLIO_PATH_VARFAST: path.varFast,
            FIREFOLIO_PATH_IMPORT: path.import,
            FIREFOLIO_PATH_DOMAIN: path.domain,
            CRASH_AT_PHASE: phase,
            CRASH_SKIP: skip,
          })
          t.match(killed, { signal: 'SIGKILL', out: 'killed at' }, phase)
          t.notOk(existsSync(database.file), `no database after ${phase}`)
          t.equal(beside().length, phase === 'configured' ? 0 : 1)
        }
        const restored = await restore({ ...target, storesByName: new Map() }, folder, first.name)
        t.match(restored.notes, [
          /Domain maps, option stores\.masters .*: there is no \[store\.own\] in server\.ini/,
        ])
        t.same(beside(), [], 'what the killed ones left is gone')
        t.equal(readFileSync(join(path.var, 'operator.key'), 'utf8'), 'a key\n')
        t.same(
          (await wrongIn({ ...target, storesByName: new Map() })).filter(
            found => !/no \[store\.own\]/.test(found),
          ),
          [],
        )
      },
    )

    await t.test('nothing is restored over a database, or from a damaged backup', async t => {
      await t.rejects(restore(config, folder), /There is a database already/)
      const { name } = await verifyBackup(folder)
      const target = elsewhere(app, aFolder(t))
      await markStore('own', join(target.path.var, 'own'))
      await t.rejects(
        restore(target, folder, '20000101T000000Z'),
        /There is no backup 20000101T000000Z.*There are: /,
      )
      const fbk = join(folder, name, 'database.fbk')
      const good = readFileSync(fbk)
      truncateSync(fbk, 1000)
      t.match((await verifyBackup(folder)).faults, [/database\.fbk is damaged/])
      await t.rejects(restore(target, folder), /is damaged: database\.fbk\. Nothing was restored/)
      writeFileSync(fbk, good)
      const pool = join(folder, 'files/sha256')
      const [ofPool = ''] = readdirSync(pool, { recursive: true, encoding: 'utf8' }).filter(each =>
        each.includes('/'),
      )
      const file = join(pool, ofPool)
      const bytes = readFileSync(file)
      bytes[10] = (bytes[10] as number) ^ 1
      writeFileSync(file, bytes)
      t.match((await verifyBackup(folder)).faults, [/The file [0-9a-f]{64} is damaged/])
      await t.rejects(restore(target, folder), /is damaged/)
      t.notOk(existsSync(target.database.file))
      bytes[10] = (bytes[10] as number) ^ 1
      writeFileSync(file, bytes)
      await restore(target, folder)
      t.same(await wrongIn(target), [], 'the same command again ends it')
      t.ok(
        Object.keys(await rowsOf(target)).includes(`OPR_Tree ${fresh} OT_ID`),
        'the newest, where none is named',
      )
    })

    await t.test('a damaged master is told, and the good copy of an earlier backup is kept', async t => {
      await nextSecond()
      const [name = ''] = filesBelow(app.folder)
      const victim = join(app.folder, 'media/sha256', name)
      writeFileSync(victim, 'damaged')
      const third = await backUp(app, folder)
      t.match(third.faults, [/its bytes are not those of its hash/])
      t.match((await verifyBackup(folder)).faults, [/It was made without/])
      const target = elsewhere(app, aFolder(t))
      await markStore('own', join(target.path.var, 'own'))
      await restore(target, folder)
      t.same(await wrongIn(target), [], 'restored from the good copy')
    })
  },
)

t.test('in direct mode the sentence says what to do instead', async t => {
  const app = await start(t)
  const { config } = app.services
  await t.rejects(
    administration({ ...config, database: { ...config.database, direct: true } }),
    /stop the service and copy/,
  )
})
