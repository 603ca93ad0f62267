// How rows are read off the wire. The driver reads column by column and, where a reply comes in several packets, the whole reply
// again at each of them; a RowReader reads a row at once and remembers what it has read (bench: 100,000 rows).
// Rows with blobs stay with the driver, which opens them; only their dates are read here, in UTC.
import { type Described, types, type WireReader } from './parameters.ts'
import { dayFromWire, fromWire } from './utc.ts'

export type Row = Record<string, unknown>
type Read = (data: WireReader) => unknown

const incomplete = (): never => {
  // the driver takes it as: wait for the next packet
  throw new RangeError('The packet is not complete.')
}

const padded = (length: number): number => (length + 3) & ~3

function integer(data: WireReader): number {
  const value = data.buffer.readInt32BE(data.pos)
  data.pos += 4
  return value
}

/** A VARCHAR: length, bytes, padding to a multiple of four. */
function varying(data: WireReader): string {
  const start = data.pos + 4
  const length = data.buffer.readInt32BE(data.pos)
  const next = start + padded(length)
  if (next > data.buffer.length) incomplete()
  data.pos = next
  return data.buffer.toString('utf8', start, start + length)
}

/** Character set OCTETS: bytes, not text. */
const octets = 1

const timestamp: Read = data => fromWire(data.readInt(), data.readUInt())
const date: Read = data => dayFromWire(data.readInt())

/** Dates and time stamps in UTC for columns that the driver reads. */
export const utcReader = (column: Described): Read | undefined =>
  column.type === types.timestamp ? timestamp : column.type === types.date ? date : undefined

function readerOf(column: Described, options: unknown): Read {
  const utc = utcReader(column)
  if (utc) return utc
  if ((column.type === types.long || column.type === types.short) && column.scale === 0) return integer
  if (column.type === types.varying && column.subType !== octets) return varying
  return data => column.decode(data, false, options)
}

interface Remembered {
  readonly row: Row
  readonly bytes: number
}

/**
 * Stands in for a prepared statement while the driver decodes a fetch: to the driver a row is one column, whose reader is ours.
 * One for each fetch, because replies of several can be under way.
 */
export class RowReader {
  readonly options = {}
  /** Below protocol 13 the driver leaves the bitmap of NULLs alone; ours reads it. */
  readonly connection = { accept: { protocolVersion: 12 }, db: { emit: () => {} } }
  readonly output: readonly { readonly decode: Read }[]
  nbrowsfetched = 0
  readonly #columns: readonly Described[]
  readonly #reads: readonly Read[]
  readonly #bitmapBytes: number
  /** Rows of the reply so far: a reply that arrives in parts is offered again from its start. */
  readonly #remembered: Remembered[] = []
  #next = 0
  #lastStart = 0

  constructor(columns: readonly Described[], options: unknown) {
    this.#columns = columns
    this.#reads = columns.map(column => readerOf(column, options))
    this.#bitmapBytes = padded(Math.floor((columns.length + 7) / 8))
    this.output = [{ decode: data => this.#row(data) }]
  }

  static canRead(columns: readonly Described[]): boolean {
    return columns.every(column => column.type !== types.blob)
  }

  #row(data: WireReader): Row {
    if (data.pos <= this.#lastStart) this.#next = 0
    this.#lastStart = data.pos
    const known = this.#remembered[this.#next++]
    if (known) {
      data.pos += known.bytes
      return known.row
    }
    const start = data.pos
    const row = this.#read(data)
    this.#remembered.push({ row, bytes: data.pos - start })
    return row
  }

  #read(data: WireReader): Row {
    const nulls = data.pos
    if (nulls + this.#bitmapBytes > data.buffer.length) incomplete()
    data.pos += this.#bitmapBytes
    const row: Row = {}
    for (let at = 0; at < this.#columns.length; at++) {
      const isNull = ((data.buffer[nulls + (at >> 3)] as number) >> (at & 7)) & 1
      row[(this.#columns[at] as Described).alias] = isNull ? null : (this.#reads[at] as Read)(data)
    }
    return row
  }
}
