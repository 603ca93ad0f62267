import t from '../support/tap.ts'
import { sql } from 'kysely'
import { nextId, nextIds } from '../../src/firebird/database.ts'
import { insertMany } from '../../src/firebird/insert-many.ts'
import {
  batchQuery,
  nonBlockingReader,
  selectColumn,
  selectCursor,
  selectQuery,
  updateQuery,
  withConnection,
} from '../../src/firebird/idioms.ts'
import { positional, statements } from '../../src/firebird/named-parameters.ts'
import { fillTempIds, normalised, splitIds, withTempIds } from '../../src/firebird/temp-ids.ts'
import { fault, openDatabase } from '../support/database.ts'

const database = openDatabase(t, { size: 6 })

t.test('repeats a whole transaction when others hold its rows: no increment is lost', async t => {
  await database.withConnection(connection => connection.run('insert into SYS_TreeLock (STL_ID) values (1)'))
  await database.withConnection(connection =>
    connection.run('create table T_COUNTER (ID integer primary key, N integer not null)'),
  )
  await database.withConnection(connection => connection.run('insert into T_COUNTER values (1, 0)'))
  const increments = Array.from({ length: 6 }, async () => {
    for (let n = 0; n < 20; n++)
      await database
        .inTransaction({ retries: 100 }, async trx => {
          const { rows } = await sql<{ n: number }>`select N as "n" from T_COUNTER where ID = 1`.execute(trx)
          await sql`update T_COUNTER set N = ${(rows[0]?.n ?? 0) + 1} where ID = 1 and N = ${rows[0]?.n ?? 0}`
            .execute(trx)
            .then(result => {
              if (result.numAffectedRows === 0n)
                throw Object.assign(new Error('seen an older row'), { again: true })
            })
        })
        .catch(async (error: { again?: boolean }) => {
          if (!error.again) throw error
          n--
        })
  })
  await Promise.all(increments)
  const { rows } = await database.withConnection(connection =>
    connection.run('select N as "n" from T_COUNTER'),
  )
  t.equal(rows[0]?.['n'], 120)
})

t.test('rolls back what throws, and its connection is clean again', async t => {
  await t.rejects(
    database.inTransaction({}, async trx => {
      await sql`insert into SYS_TreeLock (STL_ID) values (77)`.execute(trx)
      throw new Error('no')
    }),
    /no/,
  )
  const { rows } = await database.withConnection(connection =>
    connection.run('select 1 from SYS_TreeLock where STL_ID = 77'),
  )
  t.same(rows, [])
})

t.test('has savepoints', async t => {
  const count = await database.withConnection(async connection => {
    await connection.begin()
    await connection.run('insert into SYS_TreeLock (STL_ID) values (10)')
    await connection.run('savepoint "s"')
    await connection.run('insert into SYS_TreeLock (STL_ID) values (11)')
    await connection.run('rollback to savepoint "s"')
    await connection.commit()
    return (await connection.run('select count(*) as "n" from SYS_TreeLock where STL_ID in (10, 11)'))
      .rows[0]?.['n']
  })
  t.equal(count, 1)
})

t.test('tells the triggers who acts', async t => {
  const actor = { name: 'clara', application: 'desk/1', reason: 'typo' }
  const seen = await database.inTransaction({ actor, batch: 42 }, async trx => {
    const { rows } = await sql<{
      a: string
      r: string
      b: string
    }>`select rdb$get_context('USER_TRANSACTION', 'ACTOR') as "a", rdb$get_context('USER_TRANSACTION', 'REASON') as "r",
      rdb$get_context('USER_TRANSACTION', 'BATCH') as "b" from RDB$DATABASE`.execute(trx)
    return rows[0]
  })
  t.same(seen, { a: 'clara', r: 'typo', b: '42' })
})

t.test('lets inserts of the tree coexist and a move exclude them, between connections', async t => {
  const shared = {
    reserve: [{ table: 'SYS_TreeLock', mode: 'shared' }],
    lockTimeoutS: 1,
    retries: 0,
  } as const
  const exclusive = {
    reserve: [{ table: 'SYS_TreeLock', mode: 'protected' }],
    lockTimeoutS: 1,
    retries: 0,
  } as const
  await database.inTransaction(shared, async () => {
    t.equal(await database.inTransaction(shared, async () => 'both'), 'both')
    await t.rejects(
      database.inTransaction(exclusive, async () => 'never'),
      fault('conflict'),
    )
    t.equal(
      (
        await database.withConnection(connection =>
          connection.run('select count(*) as "n" from SYS_TreeLock'),
        )
      ).rows.length,
      1,
      'a reader never waits',
    )
  })
  await database.inTransaction(exclusive, async () => {
    await t.rejects(
      database.inTransaction(shared, async () => 'never'),
      fault('conflict'),
    )
  })
})

t.test('hands out sequence values singly and in blocks', async t => {
  const first = await nextId(database.db, 'OPR_Tree_SEQ')
  const block = await nextIds(database.db, 'OPR_Tree_SEQ', 100)
  t.equal(block, first + 1)
  t.equal(await nextId(database.db, 'OPR_Tree_SEQ'), first + 101)
})

t.test('TMP_ID holds lists of any length for one transaction', async t => {
  for (const count of [0, 1, 819, 820, 1499, 1500, 20_000]) {
    const ids = Array.from({ length: count }, (_, at) => at * 3 + 1)
    const back = await withTempIds(database, [...ids, ...ids.slice(0, 5)], async trx =>
      (await sql<{ id: number }>`select TI_OT_ID as "id" from TMP_ID`.execute(trx)).rows.map(row => row.id),
    )
    t.same(
      back.sort((a, b) => a - b),
      ids,
      `${count} ids`,
    )
  }
  await t.rejects(fillTempIds(database.db, [1]), /inside of one/)
  t.throws(() => normalised([1.5]), /no id/)
  const kept = await database.inTransaction({}, async trx => {
    await fillTempIds(trx, [1, 2])
    await fillTempIds(trx, [2, 3], { clear: false })
    return (await sql<{ n: number }>`select count(*) as "n" from TMP_ID`.execute(trx)).rows[0]?.n
  })
  t.equal(kept, 4)
  t.same((await sql<{ ID: number }>`select s.ID from ${splitIds([7, 5, 7])} s`.execute(database.db)).rows, [
    { ID: 5 },
    { ID: 7 },
  ])
})

t.test('the documented idioms work as they are written down', async t => {
  const statement = 'select first 2 SM_File from SYS_Migration where SM_Step = :t order by SM_File'
  const rows = await selectQuery(database, statement, { t: 1 })
  t.equal(rows[0]?.['SM_FILE'], '010-system.sql')
  t.equal(rows[0]?.['sm_file'], '010-system.sql', 'rows answer to names in any case')
  t.same(await selectColumn(database, statement, 'SM_File', { t: 1 }), ['010-system.sql', '020-domains.sql'])
  t.equal(await updateQuery(database, 'delete from TMP_ID'), 0)
  await batchQuery(database, 'insert into TMP_ID (TI_OT_ID) values(1);delete from TMP_ID')
  await withConnection(database, {}, async connection => {
    await updateQuery(connection, 'insert into TMP_ID (TI_OT_ID) values (1)')
    t.equal(
      await updateQuery(connection, 'delete from TMP_ID'),
      1,
      'still there: transaction-level visibility',
    )
    const joined = await withConnection(
      database,
      { request: connection },
      async inner => inner === connection,
    )
    t.ok(joined, 'the request’s own connection is joined')
  })
  await withConnection(database, {}, async connection => {
    const files = await selectCursor(
      connection,
      'select SM_File from SYS_Migration where SM_Step = :s order by 1',
      { s: 1 },
      async cursor => {
        const seen: unknown[] = []
        for await (const row of cursor) {
          seen.push(row['SM_File'])
          if (seen.length === 3) break
        }
        return seen
      },
    )
    t.equal(files.length, 3)
  })
  await withConnection(database, nonBlockingReader, async connection => {
    await t.rejects(updateQuery(connection, 'delete from SYS_TreeLock'), fault('read-only'))
    await connection.rollback()
    await connection.begin()
  })
  await t.rejects(selectQuery(database, 'select :missing from RDB$DATABASE'), /:missing, which was not given/)
})

t.test('named parameters leave text, comments and quoted names alone', async t => {
  t.same(positional(`select ':no', ":no" /* :no */ from T where A = :a and B = :b -- :no\n and C = :a`), {
    sql: `select ':no', ":no" /* :no */ from T where A = ? and B = ? -- :no\n and C = ?`,
    names: ['a', 'b', 'a'],
  })
  t.same(statements(`a 'x;y'; b "p;q";; -- c;\n d`), [`a 'x;y'`, `b "p;q"`, `-- c;\n d`])
})

t.test('inserts many rows through one statement', async t => {
  await database.inTransaction({}, async (_trx, connection) => {
    await insertMany(
      connection,
      'SYS_TreeLock',
      Array.from({ length: 1000 }, (_, at) => ({ STL_ID: 1000 + at })),
    )
    await t.rejects(
      insertMany(connection, 'SYS_TreeLock', [{ 'STL_ID; drop table X': 1 } as never]),
      /no name of the schema/,
    )
  })
  t.equal(
    (
      await database.withConnection(connection =>
        connection.run('select count(*) as "n" from SYS_TreeLock where STL_ID >= 1000'),
      )
    ).rows[0]?.['n'],
    1000,
  )
})
