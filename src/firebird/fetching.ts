// Fetching rows: how many at once, by whose reader, and the blobs among them.
import { type Row, RowReader } from './columns.ts'
import {
  call,
  type ExecuteReply,
  type FetchDone,
  type FetchReply,
  type RawConnection,
  type RawStatement,
  type RawTransaction,
} from './driver.ts'
import { toFault } from './faults.ts'
import { types } from './parameters.ts'

/** Describe replies above 64 KB make the driver throw out of its socket handler and hang (trap 13). */
export const maxParameters = 1000
export const maxColumns = 500

/**
 * Declared bytes of one fetch reply aimed at; texts rarely fill a tenth of what their columns declare. A RowReader takes large
 * replies well, the driver decodes them from their start at each packet (trap 24).
 */
const replyBytes = { rows: 1_048_576, blobs: 262_144 }

export function fetchSize(statement: RawStatement): number {
  const rowBytes = statement.output.reduce(
    (sum, column) => sum + (column.type === types.blob ? 8 : Math.min(column.length, 4096)),
    8,
  )
  const aim = RowReader.canRead(statement.output) ? replyBytes.rows : replyBytes.blobs
  return Math.max(20, Math.min(1000, Math.floor(aim / rowBytes)))
}

/** The next rows of an executed select. */
export async function fetchRows(
  connection: RawConnection,
  transaction: RawTransaction,
  statement: RawStatement,
  rows: number,
): Promise<FetchReply> {
  if (RowReader.canRead(statement.output)) {
    const { data, fetched } = await call<{ data: [Row][]; fetched: boolean }>(done => {
      const queued = done as FetchDone<never>
      connection.fetch(statement, transaction, rows, queued)
      queued.statement = new RowReader(statement.output, connection.options)
    })
    return { data: data.map(([row]) => row), fetched }
  }
  const reply = await call<FetchReply>(done =>
    connection.fetch(statement, transaction, rows, done as FetchDone<never>),
  )
  await readBlobs(connection, transaction, statement, reply)
  return reply
}

/** Puts the contents of blobs in the place of their ids. */
export async function readBlobs(
  connection: RawConnection,
  transaction: RawTransaction,
  statement: RawStatement,
  reply: ExecuteReply,
): Promise<void> {
  if (reply.arrBlob?.length) await call(done => connection.resolveTextBlobs(transaction, reply, done))
  for (const column of statement.output) {
    if (column.type !== types.blob || column.subType === 1) continue
    for (const row of reply.data ?? [])
      row[column.alias] = await readBinaryBlob(transaction, row[column.alias])
  }
}

type BlobEvents = NodeJS.EventEmitter
function readBinaryBlob(transaction: RawTransaction, cell: unknown): Promise<Buffer | null> {
  if (typeof cell !== 'function') return Promise.resolve((cell as Buffer | null) ?? null)
  return new Promise((resolve, reject) => {
    const open = cell as (
      transaction: RawTransaction,
      opened: (error: unknown, name: string, events: BlobEvents) => void,
    ) => void
    open(transaction, (error, _name, events) => {
      if (error) return reject(toFault(error))
      const parts: Buffer[] = []
      events.on('data', (part: Buffer) => parts.push(part))
      events.on('end', () => resolve(Buffer.concat(parts)))
      events.on('error', failure => reject(toFault(failure)))
    })
  })
}
