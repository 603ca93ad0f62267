// How much goes over the line for a statement: packets, and the room that the server is asked to make for an answer.
import { Socket } from 'node:net'
import t from '../support/tap.ts'
import { roomBytes } from '../../src/firebird/packets.ts'
import type { FirebirdConnection } from '../../src/firebird/connection.ts'
import { fault, needsServer, openDatabase } from '../support/database.ts'

const database = openDatabase(t)
t.before(() =>
  database.withConnection(connection => connection.run('create table T_IDS (ID integer not null)')),
)

/** What is written to sockets while a piece of work runs, packet by packet. */
async function packets(work: () => Promise<unknown>): Promise<Buffer[]> {
  const prototype = Socket.prototype as unknown as {
    _write: (this: Socket, chunk: Buffer, ...more: unknown[]) => void
    _writev: (this: Socket, chunks: readonly { chunk: Buffer }[], ...more: unknown[]) => void
  }
  const { _write, _writev } = prototype
  const sent: Buffer[] = []
  prototype._write = function (chunk, ...more) {
    sent.push(chunk)
    _write.call(this, chunk, ...more)
  }
  prototype._writev = function (chunks, ...more) {
    sent.push(Buffer.concat(chunks.map(({ chunk }) => chunk)))
    _writev.call(this, chunks, ...more)
  }
  try {
    await work()
  } finally {
    Object.assign(prototype, { _write, _writev })
  }
  return sent
}

t.test(
  'a statement that is prepared takes one packet, with its rows or with their number',
  needsServer,
  async t => {
    await database.inTransaction({}, async (_, connection) => {
      const run = (sql: string, values: readonly unknown[]) => packets(() => connection.run(sql, values))
      const [select, insert] = [
        'select RDB$RELATION_ID from RDB$DATABASE where 1 = ?',
        'insert into T_IDS (ID) values (?)',
      ]
      await run(select, [1])
      t.equal((await run(select, [1])).length, 1)
      await run(insert, [1])
      t.equal((await run(insert, [2])).length, 1)
    })
  },
)

t.test('no answer is given room for which the server maps memory of its own', needsServer, async t => {
  const room = (bytes: number) => Buffer.from([0, 0, bytes >> 8, bytes & 255])
  await database.inTransaction({}, async (_, connection) => {
    const sent = Buffer.concat(await packets(() => connection.run('select 17 as "n" from RDB$DATABASE')))
    t.ok(sent.includes(room(roomBytes)), 'it asks for some')
    t.ok(roomBytes < 65_536 - 4096)
  })
})

t.test('a statement that fails leaves the connection in step', needsServer, async t => {
  await database.inTransaction({}, async (_, connection) => {
    await connection.run('insert into T_IDS (ID) values (?)', [7])
    await t.rejects(connection.run('insert into T_IDS (ID) values (?)', [null]))
    const { rows } = await connection.run('select 17 as "n" from RDB$DATABASE')
    t.same(rows, [{ n: 17 }])
    t.equal(
      (await connection.run('update RDB$DATABASE set RDB$RELATION_ID = RDB$RELATION_ID where 1 = 0'))
        .affected,
      0,
    )
  })
})

t.test(
  'a connection that breaks while many rows are on their way is lost, as it is for one row',
  needsServer,
  async t => {
    const rows = Array.from({ length: 20_000 }, (_, at) => [at])
    const cut = (send: (connection: FirebirdConnection) => Promise<unknown>) =>
      database.inTransaction({ retries: 0 }, async (_, connection) => {
        const sending = send(connection)
        setTimeout(() => connection.kill(), 20)
        await sending
      })
    await t.rejects(
      cut(connection => connection.executeMany('insert into T_IDS (ID) values (?)', rows)),
      fault('lost'),
    )
  },
)
