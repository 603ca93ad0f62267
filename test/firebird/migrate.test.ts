import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { catalogue } from '../../src/firebird/dialect/index.ts'
import { Database } from '../../src/firebird/database.ts'
import {
  compareVersions,
  migrate,
  migrationFiles,
  requireNullable,
  schemaVersion,
  splitScript,
  storedVersion,
} from '../../src/firebird/migrate.ts'
import { createDatabase } from '../../src/firebird/server/create-database.ts'
import { spellings } from '../../src/firebird/generate-schema.ts'
import { databaseOptions, openDatabase, testServer, writeWithoutWaiting } from '../support/database.ts'

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
  await writeWithoutWaiting(server, file)
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

t.test(
  'what a process that was killed had begun goes with the next database, also where both have the same number',
  async t => {
    // of no process, of this one before it began, and of one that may be at it
    const left = [2 ** 30, process.pid, 1].map(pid => join(server.dataFolder, `.${pid}-1.new.fdb`))
    for (const name of left) writeFileSync(name, '')
    t.teardown(() => left.forEach(name => rmSync(name, { force: true })))
    await emptyDatabase(t)
    t.same(left.map(existsSync), [false, false, true])
  },
)

t.test('compares versions by their numbers', async t => {
  t.equal(compareVersions('3.5.6', '4.0.0'), -1)
  t.equal(compareVersions('4.0.10', '4.0.9'), 1)
  t.equal(compareVersions('4.0', '4.0.0'), 0)
})

t.test('brings an empty database up to date, once', atLength, async t => {
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

t.test(
  'goes on where a crash has stopped it, at whatever statement, and brings it up to date, once',
  async t => {
    const files = migrationFiles()
    const database = await emptyDatabase(t)
    t.equal(await storedVersion(database), undefined)
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
    const { applied } = await migrate(database)
    t.ok(applied.length > 1)
    t.same(
      applied,
      files.slice(-applied.length).map(file => file.name),
    )
    t.same((await migrate(database)).applied, [])
    t.equal(await storedVersion(database), schemaVersion)
    const tables = new Set((await catalogue(database.db as never)).map(column => column.table))
    t.ok(tables.has('OPR_IMPORTITEM'))
  },
)

t.test('a connection that has seen a table before it changed is replaced after the change', async t => {
  const step = (name: string, ...steps: string[]) => ({ name, checksum: name, steps })
  const first = step(
    '010-notes.sql',
    'create table OPR_Note (ONT_ID integer not null)',
    'create procedure NOTE (N integer) as begin insert into OPR_Note (ONT_ID) values (:N); end',
  )
  const second = step('020-more.sql', 'alter table OPR_Note add ONT_Below smallint default 0')
  const database = await emptyDatabase(t)
  const run = (statement: string) => database.withConnection(connection => connection.run(statement))
  await migrate(database, { files: [first] })
  await run('execute procedure NOTE(1)')
  await migrate(database, { files: [first, second] })
  await run('execute procedure NOTE(2)')
  const { rows } = await run('select ONT_Below as "below" from OPR_Note where ONT_ID = 2')
  t.same(rows, [{ below: 0 }], 'the procedure knows the column and its default')
})

t.test('a table never gets a column that is NOT NULL', async t => {
  t.throws(
    () =>
      requireNullable(
        '200-more.sql',
        '-- why\nalter table SYS_Outbox add SO_Below smallint default 0 not null',
      ),
    /200-more\.sql: a column is NOT NULL from the start of its table, or never/,
  )
  t.throws(() => requireNullable('200-more.sql', 'alter table OPR_Tree alter OT_Caption set not null'))
  requireNullable('200-more.sql', 'alter table SYS_Outbox add SO_Below smallint default 0')
  requireNullable('200-more.sql', 'create table X (A integer not null)')
})

t.test('refuses the database of a trial version, a newer one, and a demand it cannot meet', async t => {
  const files = migrationFiles()
  const database = openDatabase(t)
  await t.rejects(
    migrate(database, {
      files: files.map((file, at) => (at === 1 ? { ...file, checksum: '0'.repeat(64) } : file)),
    }),
    /made by a trial version of Firefolio \(its 020-domains\.sql is another one\)\. Export its titles .*, and import them/,
  )
  await t.rejects(
    migrate(database, { files: files.slice(1) }),
    /made by a trial version of Firefolio \(its 010-system\.sql/,
  )
  await t.rejects(migrate(database, { minVersion: '9.9.9' }), /minVersion demands schema 9\.9\.9/)
  await database.withConnection(connection => connection.run(`update SYS_Migration set SM_Version = '5.0.0'`))
  await t.rejects(migrate(database), /has schema 5\.0\.0; this program knows schemas up to/)
})

t.test('a database of a Visual Library Server is refused untouched', async t => {
  const database = await emptyDatabase(t)
  await database.withConnection(connection =>
    connection.run('create table OPR_Tree (OT_ID integer not null)'),
  )
  await t.rejects(migrate(database), /that of a Visual Library Server\. .* firefolio migrate vls --fdb/)
  t.same(
    (await catalogue(database.db as never)).map(({ table }) => table.toUpperCase()),
    ['OPR_TREE'],
    'nothing was made in it',
  )
})

t.test('every name of the schema follows the prefix rule', async t => {
  const database = openDatabase(t)
  const columns = await catalogue(database.db as never)
  const names = spellings()
  const exempt = /^(OT_RCV_|OC_SC_|OCH_SC_|OTH_RCV_|OTY_RCV_)/
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
