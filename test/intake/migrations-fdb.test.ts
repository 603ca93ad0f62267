import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { markStore } from '../../src/storage/mounted.ts'
import { aFolder } from '../support/images.ts'
import { migrating } from '../support/migrating.ts'
import { runCli } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { isDirect, needsServer } from '../support/database.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { altoOf, scanOf } from '../support/vls.ts'
import { makeVlsBackup } from '../support/vls-database.ts'

const app = await start(t)
const { migrate, report, reportFile, runHandbook } = migrating(app)

const types = [
  '--map-type',
  '1:7=issue',
  '2:3=structure:chapter',
  '--charset',
  'WIN1252',
  '--instance',
  'vls-example',
]

/** All rows that came, without ids of rows and times of ours. */
async function picture(): Promise<string[]> {
  const { rows } = await sql<Record<string, unknown>>`
    select OT_ID as "id", OT_Path as "path", OD_Name as "domain", OT_OT_Link as "link", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type", OT_Caption as "caption", OT_Sort as "sort", OT_State as "state",
      OT_DelState as "bin", OC_Owner as "owner", OC_OT_Titlepage as "titlepage", OC_OT_Deliverer as "deliverer", OC_PageCache as "pages", OP_PaginationCaption as "label", OP_Hashsum as "hash", OC_ReleaseDate as "released", OT_UpdateTS as "updated",
      (select count(*) from OPR_ContentXmlHistory where OCXH_OT_ID = OT_ID) as "versions", (select list(OI_Scheme || '=' || OI_Value) from OPR_Identifier where OI_OT_ID = OT_ID) as "identifiers"
    from OPR_Tree join OPR_Domain on OD_ID = OT_OD_ID left join OPR_Content on OC_OT_ID = OT_ID left join OPR_Page on OP_OT_ID = OT_ID where OT_ID > 60000 and OT_RCV_Datatype <> 10 order by OT_ID`.execute(
    app.services.db,
  )
  return rows.map(({ identifiers, ...row }) =>
    JSON.stringify({ ...row, identifiers: String(identifiers).split(',').sort() }),
  )
}

const folder = join(app.folder, 'their-var')
let backup = ''
const inScratch = () =>
  readdirSync(dirname(app.databaseFile)).filter(name => /^vls-[0-9a-f]{16}\.fdb/.test(name))

// one backup for all
t.before(async () => (backup = isDirect ? '' : await makeVlsBackup(aFolder(t))))

t.test(
  'a database comes by its backup: everything with its ids, killed in between, and a second time',
  needsServer,
  async t => {
    for (const place of ['media/prints', 'fulltext']) mkdirSync(join(folder, place), { recursive: true })
    for (const page of [60_110, 60_111, 60_112, 60_211])
      writeFileSync(join(folder, `media/prints/${page}.jpg`), await scanOf(page))
    writeFileSync(join(folder, 'fulltext/60111.xml'), altoOf(60_111))

    await t.test('what nobody has named is asked for before anything is written', async t => {
      t.match(await migrate('--fdb', backup), { code: 1, out: /Name the installation with --instance/ })
      t.match(await migrate('--fdb', backup, '--instance', 'vls-example'), {
        code: 1,
        out: /no known meaning: 1:7 \(1 nodes, e\.g\. 60210\), 2:3 \(1 nodes, e\.g\. 60101\)\. Nothing was written/,
      })
      t.match(await migrate('--fdb', backup, ...types, '--dry-run'), {
        code: 0,
        out: /nothing was stored[\s\S]*\ntitles +65 +0 +65/,
      })
      t.same(await picture(), [])
      t.equal((await app.read('/api/v1/domains/alt')).status, 404)
      t.equal(inScratch().length, 1, 'the restored backup waits for the next run')
    })

    await t.test('killed and run again, it ends as one run does', async t => {
      const command = ['migrate', 'vls', '--fdb', backup, ...types, '--files', folder]
      t.equal(
        (await runCli(app.services, command, { CRASH_AT_PHASE: 'commit', CRASH_SKIP: '1' })).signal,
        'SIGKILL',
      )
      t.ok((await picture()).length > 0)
      t.same(await findings(app.services), [])
      const [ended] = await runHandbook('fdb', {
        '/srv/vls.fbk': backup,
        '/srv/vls/var': folder,
        '/srv/comparison.json': reportFile,
      })
      t.equal(ended?.code, 3, ended?.out ?? '')
      t.same(inScratch(), [], 'the restored backup is gone')
      // the scans of the many are nowhere
      t.match(report().kinds, {
        domains: { named: 2, here: 2 },
        titles: { named: 65, here: 65, differing: 0 },
        records: { named: 65, here: 65 },
        structures: { named: 1, here: 1 },
        pages: { named: 64, here: 64, differing: 0 },
        links: { named: 1, here: 1 },
        masters: { named: 64, here: 4, missing: 60 },
        texts: { named: 1, here: 1 },
        identifiers: { named: 65, here: 65 },
        versions: { named: 4, here: 4 },
      })
      t.same(report().differing, [])
      t.ok(
        report().notes.some(
          note => note === 'Not taken: 1 rows of PRV_USER, whose meaning is not documented.',
        ),
      )
      t.ok(report().notes.some(note => /OC_COLOUR/.test(note)))
      t.same(await findings(app.services), [])
    })

    await t.test('types, states, places, pagination, choices, versions and times are theirs', async t => {
      t.match((await app.call('GET', '/api/v1/titles/60100')).body, {
        title: 'Vom Größenwahn',
        owner: 'Bücherei',
        signature: 'Nd 12',
        comment: 'Eilt, für Müller',
        orderDate: '2010-02-03',
        titlepageId: 60_111,
        titlepageMode: 'manual',
        delivererId: 60_500,
        pagesPresent: 3,
        hasText: true,
        isReleased: true,
      })
      t.match((await app.call('GET', '/api/v1/titles/60200')).body, {
        type: 'newspaper',
        titlepageId: 60_211,
        titlepageMode: 'manual',
      })
      t.match((await app.call('GET', '/api/v1/titles/60210')).body, { type: 'issue', metaParentId: 60_200 })
      t.match((await app.call('GET', '/api/v1/tree/60300')).body, { isInBin: true, isReleased: false })
      t.match((await app.read('/api/v1/pages/60112')).body, {
        ident: '60112.tif',
        pagination: { caption: 'Seite 2', value: 2 },
        width: 300,
      })
      t.match((await app.read('/api/v1/domains/zeitung')).body, { caption: 'Zeitungen' })
      const versions = (await app.call('GET', '/api/v1/titles/60100/history')).body.items as {
        kind: string
        at: string
      }[]
      t.ok(
        versions.some(({ at }) => at.startsWith('2011-03-05')),
        JSON.stringify(versions),
      )
      const { rows } = await sql<{
        at: Date
      }>`select OT_UpdateTS as "at" from OPR_Tree where OT_ID = 60101`.execute(app.services.db)
      t.equal(rows[0]?.at.toISOString(), '2012-01-01T00:00:00.000Z')
      t.equal((await app.read('/id/60100')).status, 200)
    })

    await t.test('a second run changes nothing, and what was edited here stays and is told', async t => {
      const before = await picture()
      const again = await migrate('--fdb', backup, ...types)
      t.match(again, { code: 0, out: /^65 unchanged$/m })
      t.same(await picture(), before)
      await app.call('PATCH', '/api/v1/titles/60100', { signature: 'Nd 13' }, { 'if-match': '*' })
      const edited = await migrate('--fdb', backup, ...types)
      t.match(edited, {
        code: 3,
        out: /differing: titles 60100 ‘Vom Größenwahn’, OC_Signature: ‘Nd 12’ there, ‘Nd 13’ here/,
      })
    })
  },
)

t.test(
  'ids that are taken here are refused by name before anything is written, or shifted',
  { ...needsServer, ...atLength },
  async t => {
    const own = aFolder(t)
    const other = await start(t, { FIREFOLIO_STORE_OWN_KIND: 'file', FIREFOLIO_STORE_OWN_FOLDER: own })
    const { migrate: take } = migrating(other)
    await aDomain(other, 'lib')
    const id = await aTitle(other, { title: 'Ein hiesiges Buch' })
    await sql`execute block as declare N integer; begin N = gen_id(OPR_Tree_SEQ, ${sql.lit(60_099 - id)}); end`.execute(
      other.services.db,
    )
    t.equal(await aTitle(other, { title: 'Besetzt' }), 60_100)
    t.match(await take('--fdb', backup, ...types), {
      code: 1,
      out: /1 of their ids are taken here: 60100 by ‘Besetzt’/,
    })
    t.equal((await other.read('/api/v1/domains/alt')).status, 404)
    t.match(await take('--fdb', backup, ...types, '--shift-ids', '1000000', '--map-domain', '7=drucke'), {
      code: 0,
      out: /^65 stored$/m,
    })
    t.match((await other.call('GET', '/api/v1/titles/1060100')).body, {
      title: 'Vom Größenwahn',
      titlepageId: 1_060_111,
    })
    t.match((await other.read('/api/v1/pages/1060112')).body, { masterState: 'none' })
    await markStore('own', own)
    t.equal(
      (await other.call('PATCH', '/api/v1/domains/drucke/config', { 'stores.masters': 'own' })).status,
      200,
    )
    const later = await take(
      '--fdb',
      backup,
      ...types,
      '--shift-ids',
      '1000000',
      '--map-domain',
      '7=drucke',
      '--files',
      folder,
    )
    t.match(later.out, /\nmasters +64 +4 +60[\s\S]*\ntexts +1 +1 +0/, 'files come later, too')
    t.match((await other.read('/api/v1/pages/1060112')).body, { width: 300 })
    const places = (at: string) =>
      existsSync(join(at, 'media/sha256')) ? readdirSync(join(at, 'media/sha256')).length : 0
    t.same(
      [places(own), places(other.folder)],
      [4, 0],
      'into the store of their domain, and of the newspaper’s below it',
    )
    t.equal((await other.read('/api/v1/domains/drucke')).status, 200)
    t.same(await findings(other.services), [])
  },
)

t.test('a database file is refused with the way to make a backup of it', needsServer, async t => {
  const file = join(app.folder, 'old.fdb')
  copyFileSync(app.databaseFile, file)
  const bytes = readFileSync(file)
  // as Firebird 2.5 marks its files
  bytes.writeUInt16LE(0x800b, 18)
  writeFileSync(file, bytes)
  t.match(await migrate('--fdb', file, ...types), {
    code: 1,
    out: /old\.fdb is a database of Firebird 2 \(on-disk structure 11\), not a backup[\s\S]*gbak -b -g/,
  })
  t.match(await migrate('--fdb', '/nowhere.fbk', ...types), { code: 1, out: /cannot be read/ })
})
