import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { catalogue } from '../../src/firebird/dialect/index.ts'
import { Database } from '../../src/firebird/database.ts'
import {
  compareVersions,
  migrate,
  migrationFiles,
  schemaVersion,
  splitScript,
  storedVersion,
} from '../../src/firebird/migrate.ts'
import { createDatabase } from '../../src/firebird/server/create-database.ts'
import { spellings } from '../../src/firebird/generate-schema.ts'
import { databaseOptions, testServer } from '../support/database.ts'

const server = testServer()
let made = 0
async function emptyDatabase(t: { teardown(work: () => Promise<void>): void }): Promise<Database> {
  const file = join(server.dataFolder, `migrate-${process.pid}-${++made}.fdb`)
  await createDatabase({
    host: server.host,
    port: server.port,
    file,
    user: 'SYSDBA',
    password: server.password,
    charset: 'AUTO',
  })
  const database = new Database(databaseOptions(server, file))
  t.teardown(async () => {
    await database.close()
    rmSync(file, { force: true })
  })
  return database
}

t.test('splits scripts at the terminator in force', async t => {
  t.same(
    splitScript(
      `-- a; b\ncreate table X (A varchar(9) default ';');\nset term ^;\ncreate trigger T as begin a = 1; end^\nset term ;^\ncomment on table X is 'it''s; ^';`,
    ),
    [
      `-- a; b\ncreate table X (A varchar(9) default ';')`,
      'create trigger T as begin a = 1; end',
      `comment on table X is 'it''s; ^'`,
    ],
  )
})

t.test('compares versions by their numbers', async t => {
  t.equal(compareVersions('3.5.6', '4.0.0'), -1)
  t.equal(compareVersions('4.0.10', '4.0.9'), 1)
  t.equal(compareVersions('4.0', '4.0.0'), 0)
})

t.test('brings an empty database up to date, once', async t => {
  const database = await emptyDatabase(t)
  t.equal(await storedVersion(database), undefined)
  const first = await migrate(database)
  t.same(
    first.applied,
    migrationFiles().map(file => file.name),
  )
  t.same((await migrate(database)).applied, [])
  t.equal(await storedVersion(database), schemaVersion)
})

t.test('goes on where a crash has stopped it, at whatever statement', async t => {
  const files = migrationFiles()
  const database = await emptyDatabase(t)
  let stopAt = 3
  for (let attempt = 0; attempt < 6; attempt++) {
    let seen = 0
    await t.rejects(
      migrate(database, {
        files,
        onStep: () => {
          if (++seen === stopAt) throw new Error('power cut')
        },
      }),
      /power cut/,
    )
    stopAt += 7
  }
  await migrate(database)
  const tables = new Set((await catalogue(database.db as never)).map(column => column.table))
  t.ok(tables.has('OPR_IMPORTITEM'))
})

t.test('each file keeps the data of the files before it', async t => {
  const files = migrationFiles()
  const database = await emptyDatabase(t)
  const run = (statement: string) => database.withConnection(connection => connection.run(statement))
  await migrate(database, { files: files.slice(0, 2) })
  await run(`insert into OPR_Domain (OD_ID, OD_Name, OD_Caption) values (1, 'old', 'Old')`)
  await run(
    `insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Path) values (500, 1, 1, 1, 'A book', '')`,
  )
  await migrate(database, { files: files.slice(0, 3) })
  await run(`insert into OPR_Content (OC_ID, OC_OT_ID, OC_Signature) values (1, 500, 'Nd 1277')`)
  await migrate(database, { files: files.slice(0, 4) })
  await run(
    `insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Path) values (501, 1, 500, 3, 1, '')`,
  )
  await run(`insert into OPR_Page (OP_ID, OP_OT_ID, OP_Ident) values (1, 501, 'p1')`)
  await migrate(database, { files: files.slice(0, 5) })
  await run(
    `update OPR_Page set OP_Url = 'sha256/00/${'0'.repeat(64)}', OP_Hashsum = 'sha256:${'0'.repeat(64)}', OP_State = 1 where OP_ID = 1`,
  )
  await migrate(database)
  const { rows: packs } = await run(`select OPK_OT_ID as "page", OPK_State as "state" from OPR_Pack`)
  t.same(packs, [{ page: 501, state: 0 }], 'a page that has its master from before wants a pack')
  const { rows: jobs } = await run(
    `select SJ_Kind as "kind" from SYS_Job where SJ_Kind starting with 'images.'`,
  )
  t.same(jobs, [{ kind: 'images.ingest' }])
  const { rows } = await run(
    `select OT_Path as "path", OC_Signature as "signature", OP_Ident as "ident" from OPR_Tree left join OPR_Content on OC_OT_ID = OT_ID left join OPR_Page on OP_OT_ID = OT_ID where OT_ID >= 500 order by OT_ID`,
  )
  t.same(rows, [
    { path: '|500|', signature: 'Nd 1277', ident: null },
    { path: '|500||501|', signature: null, ident: 'p1' },
  ])
})

t.test('refuses an edited file, a newer database, and a demand it cannot meet', async t => {
  const files = migrationFiles()
  const database = await emptyDatabase(t)
  await migrate(database, { files })
  await t.rejects(
    migrate(database, {
      files: files.map((file, at) => (at === 1 ? { ...file, checksum: '0'.repeat(64) } : file)),
    }),
    /010-tree\.sql was edited after it had been applied/,
  )
  await t.rejects(migrate(database, { files: files.slice(1) }), /had 001-system\.sql applied/)
  await t.rejects(migrate(database, { minVersion: '9.9.9' }), /minVersion demands schema 9\.9\.9/)
  await database.withConnection(connection => connection.run(`update SYS_Migration set SM_Version = '5.0.0'`))
  await t.rejects(migrate(database), /has schema 5\.0\.0; this program knows schemas up to/)
})

t.test('every name of the schema follows the prefix rule', async t => {
  const database = await emptyDatabase(t)
  await migrate(database)
  const columns = await catalogue(database.db as never)
  const names = spellings()
  const exempt = /^(OT_RCV_|OC_SC_|OCH_SC_|OTH_RCV_)/
  const prefixes = new Map<string, string>()
  for (const { table, name } of columns) {
    t.match(table, /^(OPR|PRV|SYS|CFG|TMP)_[A-Z]+$/)
    t.ok(names.has(table) && names.has(name), `${table}.${name} is spelled in sql/`)
    const prefix = name.split('_')[0] as string
    t.match(
      prefix,
      new RegExp(`^${table[0] === 'C' ? 'C' : table[0]}`),
      `${name} begins with the letter of its area`,
    )
    const known = prefixes.get(table)
    if (known === undefined) prefixes.set(table, prefix)
    else t.equal(prefix, known, `${table}.${name}`)
    if (!exempt.test(names.get(name) ?? '')) t.ok((names.get(name) ?? '').split('_').length <= 4, name)
    if (table.endsWith('HISTORY')) t.ok(prefix.endsWith('H'), `${table} ends its prefix in H`)
  }
  t.equal(new Set(prefixes.values()).size, prefixes.size, 'no two tables share a prefix')
  t.ok(columns.length > 150)
})

t.test('the documented columns all exist', async t => {
  const names = spellings()
  const documented =
    readFileSync(new URL('../../../test/fixtures/documented-columns.txt', import.meta.url), 'utf8').match(
      /\S+/g,
    ) ?? []
  t.ok(documented.length > 60)
  for (const name of documented) t.ok(names.has(name.toUpperCase()), name)
})
