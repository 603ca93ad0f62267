// How many rows a fetch asks for, and how a binary blob is read.
import { type RawStatement, type RawTransaction } from './driver.ts'
import { toFault } from './faults.ts'
import { types } from './parameters.ts'

/** Describe replies above 64 KB make the driver throw out of its socket handler and hang (trap 13). */
export const maxParameters = 1000
export const maxColumns = 500

/** Largest bytes of one fetch reply aimed at: wider replies are decoded from their start at each packet (trap 24). */
const fetchReplyBytes = 65_536

export function fetchSize(statement: RawStatement): number {
  const rowBytes = statement.output.reduce(
    (sum, column) => sum + (column.type === types.blob ? 8 : Math.min(column.length, 4096)),
    8,
  )
  // VARCHAR lengths are the declared ones; a caption column of 2,000 octets holds about a tenth of it
  return Math.max(20, Math.min(1000, Math.floor((fetchReplyBytes * 4) / rowBytes)))
}

type BlobEvents = NodeJS.EventEmitter
export function readBinaryBlob(transaction: RawTransaction, cell: unknown): Promise<Buffer | null> {
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
