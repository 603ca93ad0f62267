// The Firebird layer side by side with bare node-firebird, in one run.
import { createRequire } from 'node:module'
import { sql } from 'kysely'
import type { Database } from '../src/firebird/database.ts'
import { fillTempIds } from '../src/firebird/temp-ids.ts'
import { interleaved, report, time } from './measure.ts'
import type { BenchServer } from './server.ts'

interface Bare {
  queryAsync(sql: string, parameters: unknown[]): Promise<unknown[]>
  detachAsync(): Promise<void>
}
interface BarePool {
  get(done: (error: unknown, db: Bare & { detach(done?: () => void): void }) => void): void
  destroy(): void
}
const firebird = createRequire(import.meta.url)('node-firebird') as {
  attachAsync(options: object): Promise<Bare>
  pool(max: number, options: object): BarePool
}

export async function benchFirebird(server: BenchServer, database: Database, someId: number): Promise<void> {
  const options = {
    host: server.host,
    port: server.port,
    database: server.file,
    user: 'SYSDBA',
    password: server.password,
    wireCrypt: 0,
    pluginName: 'Srp256',
    encoding: 'UTF8',
  }
  const bare = await firebird.attachAsync(options)
  const ids = (count: number) => Array.from({ length: count }, (_, at) => at * 2 + 1)
  const fill = (count: number) =>
    database.inTransaction({}, trx => fillTempIds(trx, ids(count), { clear: false }))
  const oneByOne = (count: number) =>
    database.inTransaction({}, async (_trx, connection) => {
      for (const id of ids(count)) await connection.run('insert into TMP_ID (TI_OT_ID) values (?)', [id])
    })
  const temp = await interleaved(
    { fill: () => fill(10_000), large: () => fill(100_000), single: () => oneByOne(1000) },
    9,
  )
  report(
    'fillTempIds of 10,000 ids against one prepared insert after another (1,000 measured, ten times that)',
    (temp.single * 10) / temp.fill,
    { atLeast: 20 },
  )
  report('100,000 ids against 10,000', temp.large / temp.fill, { atMost: 15 })

  const rounds = 200
  const lookup = await interleaved({
    ours: async () => {
      for (let n = 0; n < rounds; n++)
        await database.db
          .selectFrom('OPR_Tree')
          .select(['OT_ID as id', 'OT_Caption as caption', 'OT_Path as path'])
          .where('OT_ID', '=', someId + n)
          .execute()
    },
    bare: async () => {
      for (let n = 0; n < rounds; n++)
        await bare.queryAsync('select OT_ID, OT_Caption, OT_Path from OPR_Tree where OT_ID = ?', [someId + n])
    },
  })
  report('lookup by primary key through Kysely against db.queryAsync', lookup.bare / lookup.ours, {
    atLeast: 2,
  })

  const many = 'select first 100000 OT_ID, OT_OT_Parent, OT_Sort, OT_State, OT_Path from OPR_Tree'
  const fetch = await interleaved(
    {
      ours: () => database.withConnection(connection => connection.run(many)),
      bare: () => bare.queryAsync(many, []),
    },
    9,
  )
  report('100,000 rows: our time against bare node-firebird', fetch.ours / fetch.bare, { atMost: 1 })
  await bare.detachAsync()

  const barePool = firebird.pool(4, options)
  const barePooled = (id: number) =>
    new Promise((resolve, reject) =>
      barePool.get((error, db) => {
        if (error) return reject(error as Error)
        db.queryAsync('select OT_ID, OT_Caption from OPR_Tree where OT_ID = ?', [id]).then(rows => {
          db.detach()
          resolve(rows)
        }, reject)
      }),
    )
  const callers = async (work: (id: number) => Promise<unknown>) => {
    await Promise.all(
      Array.from({ length: 32 }, async (_, at) => {
        for (let n = 0; n < 20; n++) await work(someId + at * 20 + n)
      }),
    )
  }
  const pool = await interleaved({
    ours: () =>
      callers(id =>
        sql`select OT_ID as "id", OT_Caption as "caption" from OPR_Tree where OT_ID = ${id}`.execute(
          database.db,
        ),
      ),
    bare: () => callers(barePooled),
  })
  report("pool of 4, 32 callers: our throughput against the bare pool's", pool.bare / pool.ours, {
    atLeast: 1.3,
  })
  barePool.destroy()
  process.stdout.write(
    `      (one lookup ${(lookup.ours / rounds).toFixed(2)} ms, 10,000 ids ${temp.fill.toFixed(0)} ms, 100,000 rows ${fetch.ours.toFixed(0)} ms; ${(await time(() => fill(1))).toFixed(1)} ms for a transaction with one id)\n`,
  )
}
