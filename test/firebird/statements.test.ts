import t from '../support/tap.ts'
import { sql } from 'kysely'
import type { FaultKind } from '../../src/firebird/faults.ts'
import { fault, needsServer, openDatabase } from '../support/database.ts'

const database = openDatabase(t)
const run = (statement: string, parameters: readonly unknown[] = []) =>
  database.withConnection(connection => connection.run(statement, parameters))

t.before(async () => {
  await run(
    `create table T_TYPES (ID integer not null primary key, S smallint, I integer, B bigint, N numeric(18,4), D double precision, V varchar(200) character set utf8,
      C varchar(20) character set ascii, TS timestamp, DA date, BO boolean, X blob sub_type text character set utf8, Y blob)`,
  )
})

async function roundTrip(column: string, value: unknown): Promise<unknown> {
  await run('delete from T_TYPES')
  await run(`insert into T_TYPES (ID, ${column}) values (1, ?)`, [value])
  return (await run(`select ${column} as "v" from T_TYPES`)).rows[0]?.['v']
}

t.test('keeps every kind of value exactly', async t => {
  const cases: [string, unknown, unknown?][] = [
    ['S', -32768],
    ['I', 2147483647],
    ['B', 9007199254740991],
    ['B', 9223372036854775807n, '9223372036854775807'],
    ['N', '12345678901234.5678', '12345678901234.5678'],
    ['N', 0.1],
    ['D', 1.5e-9],
    ['V', 'Käſe 𝔉𝔯𝔞𝔨𝔱𝔲𝔯 ‘quoted’ ? :x'],
    ['V', ''],
    ['V', null],
    ['BO', true],
    ['BO', 0, false],
    ['DA', '1712-03-09'],
    ['X', ''],
    ['X', null],
    ['X', 'ä'.repeat(100_000)],
  ]
  for (const [column, value, expected = value] of cases)
    t.same(await roundTrip(column, value), expected, `${column} ${String(value).slice(0, 30)}`)
})

t.test(
  'keeps time stamps in UTC whatever the zone of the process, also where summer time ends and before 1893',
  async t => {
    for (const iso of [
      '2024-10-27T00:30:00.000Z',
      '2024-10-27T01:30:00.123Z',
      '2024-03-31T01:30:00.000Z',
      '1712-03-09T12:00:01.500Z',
      '1858-11-16T23:59:59.999Z',
    ])
      t.equal(((await roundTrip('TS', new Date(iso))) as Date).toISOString(), iso)
    t.equal(
      ((await roundTrip('TS', '2024-06-01T12:00:00Z')) as Date).toISOString(),
      '2024-06-01T12:00:00.000Z',
    )
  },
)

t.test('refuses values that the driver would bend', async t => {
  const cases: [string, unknown, RegExp][] = [
    ['TS', new Date(Number.NaN), /Parameter 1: expected a date, got an invalid Date/],
    ['TS', 'yesterday', /expected a date, got ‘yesterday’/],
    ['DA', '2023-02-31', /expected a date/],
    ['I', 2147483648, /expected an INTEGER/],
    ['I', 1.5, /expected a whole number/],
    ['I', 'abc', /expected a whole number, got ‘abc’/],
    ['D', Number.NaN, /expected a number/],
    ['V', { a: 1 }, /expected text/],
    ['BO', 'maybe', /expected true or false/],
    ['V', 'x'.repeat(8191), /at most 8190/],
    ['X', 5, /expected text or bytes/],
  ]
  for (const [column, value, pattern] of cases)
    await t.rejects(roundTrip(column, value), { message: pattern })
})

t.test(
  'keeps blobs of every length to the byte, whether they go along with the statement or ahead of it',
  async t => {
    for (const length of [0, 1, 3, 4, 8191, 31_999, 32_000, 32_001, 32_767, 65_536]) {
      // every byte, also what is no UTF-8, and blanks and zeros at both ends
      const bytes = Buffer.from(
        Array.from({ length }, (_, at) => (at < 2 || at >= length - 2 ? 32 * (at % 2) : at % 256)),
      )
      t.ok(bytes.equals((await roundTrip('Y', bytes)) as Buffer), `${length} bytes`)
      const text = ` ${'ß'.repeat(length / 2)}\n `
      t.equal(await roundTrip('X', text), text, `text of ${Buffer.byteLength(text)} bytes`)
    }
    const { rows } = await run('select octet_length(X) as "x", X as "text" from T_TYPES where X is not null')
    t.match(rows, [{ x: 65_539 }])
  },
)

t.test('carries binary and text blobs of many megabytes', async t => {
  const bytes = Buffer.alloc(8 * 1024 * 1024, 'firefolio')
  const back = (await roundTrip('Y', bytes)) as Buffer
  t.ok(bytes.equals(back))
  const text = 'ſß𝔄 '.repeat(400_000)
  t.equal(await roundTrip('X', text), text)
})

t.test('answers no row, not one of NULLs, when UPDATE … RETURNING meets nothing', async t => {
  await run('delete from T_TYPES')
  const missed = await run('update T_TYPES set I = 1 where ID = 99 returning I as "i"')
  t.same(missed.rows, [])
  t.equal(missed.affected, 0)
  await run('insert into T_TYPES (ID, I) values (1, 5)')
  t.same((await run('update T_TYPES set I = 6 where ID = 1 returning I as "i"')).rows, [{ i: 6 }])
})

t.test('tells what went wrong by kind', async t => {
  await run('delete from T_TYPES')
  await run('insert into T_TYPES (ID) values (1)')
  const kinds: [string, unknown[], string][] = [
    ['insert into T_TYPES (ID) values (1)', [], 'unique'],
    ['insert into T_TYPES (ID, C) values (2, ?)', ['x'.repeat(21)], 'too-long'],
    ['insert into T_TYPES (ID) values (null)', [], 'not-null'],
    [
      'insert into OPR_Identifier (OI_ID, OI_OT_ID, OI_OD_ID, OI_Scheme, OI_Value) values (1, 999, 999, ?, ?)',
      ['urn', 'x'],
      'foreign-key',
    ],
    ['update OPR_Tree set OT_State = 7', [], 'other'],
  ]
  for (const [statement, parameters, kind] of kinds.slice(0, 4))
    await t.rejects(run(statement, parameters), fault(kind as FaultKind), statement)
})

t.test('streams rows in constant portions and survives an early end', async t => {
  await database.withConnection(async connection => {
    let rows = 0
    for await (const portion of connection.stream(
      'with recursive N as (select 1 as I from RDB$DATABASE union all select I + 1 from N where I < 1000) select a.I as "i" from N a cross join N b fetch next 20000 rows only',
    )) {
      t.ok(portion.length <= 1000)
      rows += portion.length
      if (rows > 5000) break
    }
    t.ok(rows > 5000 && rows < 20_000)
    t.same(
      (await connection.run('select 1 as "one" from RDB$DATABASE')).rows,
      [{ one: 1 }],
      'the connection is still good',
    )
  })
})

t.test('cancels a statement that takes too long, and the pool goes on', async t => {
  const endless =
    'with recursive N as (select 1 as I from RDB$DATABASE union all select I + 1 from N where I < 1000) select count(*) from N a cross join N b cross join N c'
  const started = Date.now()
  await t.rejects(
    database.withConnection(connection => connection.run(endless, [], 300)),
    fault('timeout'),
  )
  t.ok(Date.now() - started < 5000)
  for (let attempt = 0; attempt < 6; attempt++)
    t.same((await run('select 1 as "one" from RDB$DATABASE')).rows, [{ one: 1 }])
})

t.test('refuses statements that the driver could not describe', needsServer, async t => {
  await t.rejects(
    run(`select 1 from RDB$DATABASE where 1 in (${Array(1001).fill('?').join(',')})`, Array(1001).fill(1)),
    { message: /1001 parameters; at most 1000/ },
  )
  await t.rejects(run('select 1 from RDB$DATABASE where 1 = ?', []), {
    message: /has 1 parameters, 0 were given/,
  })
})

t.test('reads blobs in a snapshot, so that writers cannot take them away', async t => {
  await run('delete from T_TYPES')
  for (let id = 0; id < 60; id++)
    await run('insert into T_TYPES (ID, X) values (?, ?)', [id, 'x'.repeat(5000)])
  let writing = true
  const writer = (async () => {
    for (let n = 0; writing; n++) await run('update T_TYPES set X = ?, I = ?', [`${n}`.repeat(3000), n])
  })()
  for (let round = 0; round < 20; round++) {
    const { rows } = await run('select ID as "id", X as "x" from T_TYPES')
    t.equal(rows.filter(row => (row['x'] as string).length >= 3000).length, 60)
  }
  writing = false
  await writer
})

t.test('Kysely says what Firebird understands', async t => {
  const { db } = database
  const statements = {
    keyset: db
      .selectFrom('OPR_Tree')
      .select(['OT_ID as id', 'OT_Caption as caption'])
      .where('OT_OT_Parent', '=', 1)
      .orderBy('OT_Sort')
      .limit(51)
      .offset(10),
    join: db
      .selectFrom('OPR_Tree as t')
      .innerJoin('OPR_Content as c', 'c.OC_OT_ID', 't.OT_ID')
      .select(['t.OT_ID as id', 'c.OC_Owner as owner'])
      .where('t.OT_State', '=', 1),
    insert: db.insertInto('SYS_TreeLock').values({ STL_ID: 1 }),
    replace: db.replaceInto('CFG_Option').values({ CO_OD_ID: 1, CO_Key: 'a.b', CO_Value: 'c' }),
    update: db.updateTable('OPR_Tree').set({ OT_Caption: 'x' }).where('OT_ID', '=', 1),
    remove: db.deleteFrom('OPR_Tree').where('OT_ID', '=', 1),
    noFrom: db.selectNoFrom(eb => eb.lit(1).as('one')),
  }
  for (const [name, query] of Object.entries(statements)) t.matchSnapshot(query.compile().sql, name)
  t.throws(
    () =>
      db
        .insertInto('SYS_TreeLock')
        .values([{ STL_ID: 1 }, { STL_ID: 2 }])
        .compile(),
    /insertMany/,
  )
  t.throws(
    () =>
      db
        .insertInto('SYS_TreeLock')
        .values({ STL_ID: 1 })
        .onConflict(conflict => conflict.doNothing())
        .compile(),
    /ON CONFLICT/,
  )
  t.throws(() => db.selectFrom('OPR_Tree').selectAll().where('OT_Caption', 'ilike', 'x').compile(), /ILIKE/)
  await sql`delete from SYS_TreeLock`.execute(db)
  t.equal((await statements.insert.executeTakeFirst()).numInsertedOrUpdatedRows, 1n)
  t.same(await statements.noFrom.execute(), [{ one: 1 }])
  const tables = await db.introspection.getTables()
  t.ok(
    tables
      .find(table => table.name === 'OPR_TREE')
      ?.columns.some(
        column => column.name === 'OT_PATH' && column.dataType === 'VARCHAR(1000)' && !column.isNullable,
      ),
  )
})

t.test(
  'a statement that an administrator cancels was late, and its connection goes on',
  needsServer,
  async t => {
    await database.withConnection(async connection => {
      const [session] = (await connection.run('select current_connection as "id" from RDB$DATABASE')).rows
      const running = connection.run(
        'select count(*) from RDB$FIELDS a cross join RDB$FIELDS b cross join RDB$FIELDS c cross join RDB$FIELDS d',
      )
      const refused = t.rejects(running, fault('timeout'))
      let isOver = false
      void refused.then(() => (isOver = true))
      while (!isOver) {
        await run('delete from MON$STATEMENTS where MON$ATTACHMENT_ID = ? and MON$STATE = 1', [
          session?.['id'],
        ])
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      t.same((await connection.run('select 1 as "n" from RDB$DATABASE')).rows, [{ n: 1 }])
    })
  },
)
