// Values are encoded by the type that the server described for each parameter, never by what the value
// happens to be: that alone keeps BIGINT exact, dates real and booleans boolean (traps 6, 14-16, 20 of the driver).
import { createRequire } from 'node:module'
import { FirebirdFault } from './faults.ts'
import { toInstant, toWire } from './utc.ts'

const require = createRequire(import.meta.url)

/** The driver's parameter classes: each writes itself into a message. */
interface WireParameter {
  readonly value: unknown
}
type WireParameterClass<T> = new (value: T | null, extra?: boolean) => WireParameter
const wire = require('node-firebird/lib/wire/xsqlvar.js') as {
  SQLParamInt: WireParameterClass<number>
  SQLParamInt64: WireParameterClass<bigint>
  SQLParamDouble: WireParameterClass<number>
  SQLParamString: WireParameterClass<string>
  SQLParamBuffer: WireParameterClass<Buffer>
  SQLParamBool: WireParameterClass<boolean>
  SQLParamQuad: WireParameterClass<BlobId>
}

export interface BlobId {
  readonly high: number
  readonly low: number
}

/** Type codes of a described column or parameter (ibase.h). */
export const types = {
  text: 452,
  varying: 448,
  short: 500,
  long: 496,
  float: 482,
  double: 480,
  timestamp: 510,
  blob: 520,
  time: 560,
  date: 570,
  int64: 580,
  boolean: 32764,
  null: 32766,
} as const

export interface Described {
  readonly type: number
  readonly subType: number
  readonly scale: number
  readonly length: number
  readonly alias: string
  decode: (data: WireReader, lowerV13: boolean, options?: unknown) => unknown
}
/** The bytes that have arrived, and how far they have been read. */
export interface WireReader {
  readonly buffer: Buffer
  pos: number
  readInt(): number
  readUInt(): number
}
interface MessageWriter {
  addInt(value: number): void
  addUInt(value: number): void
}

/** blr_timestamp, the type under which dates and time stamps travel. */
const blrTimestamp = 35

class UtcTimestamp implements WireParameter {
  readonly value: Date
  constructor(value: Date) {
    this.value = value
  }
  encode(data: MessageWriter): void {
    const { day, fraction } = toWire(this.value)
    data.addInt(day)
    data.addUInt(fraction)
  }
  calcBlr(blr: { addByte(byte: number): void }): void {
    blr.addByte(blrTimestamp)
  }
}

/** A parameter's bytes travel as one VARCHAR of at most 32,765 octets; UTF-8 counts four per character. */
export const maxStringParameter = 8190

export function fail(position: number, expected: string, value: unknown): never {
  const shown =
    typeof value === 'string'
      ? `‘${value.slice(0, 40)}’`
      : value instanceof Date
        ? 'an invalid Date'
        : String(value)
  throw new FirebirdFault('other', `Parameter ${position + 1}: expected ${expected}, got ${shown}.`)
}

function text(value: unknown, position: number): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value instanceof Date) return toInstant(value)?.toISOString() ?? fail(position, 'a date', value)
  return fail(position, 'text', typeof value)
}

export function integer(value: unknown, position: number): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return BigInt(value)
  return fail(position, 'a whole number', value)
}

/** NUMERIC(n, s) travels as text, which the server converts without passing through a double. */
function decimal(value: unknown, position: number): WireParameter {
  const written =
    typeof value === 'number'
      ? Number.isFinite(value)
        ? String(value)
        : fail(position, 'a number', value)
      : text(value, position)
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(written)) fail(position, 'a decimal number', value)
  return new wire.SQLParamString(written)
}

function whole(value: unknown, position: number, parameter: Described): WireParameter {
  if (parameter.scale < 0) return decimal(value, position)
  const number = integer(value, position)
  if (parameter.type === types.int64) return new wire.SQLParamInt64(number)
  if (number < -2147483648n || number > 2147483647n) fail(position, 'an INTEGER', value)
  return new wire.SQLParamInt(Number(number))
}

/** @throws FirebirdFault too-long */
export function shortText(value: unknown, position: number): string {
  const written = text(value, position)
  if (written.length > maxStringParameter)
    throw new FirebirdFault(
      'too-long',
      `Parameter ${position + 1}: ${written.length} characters; a VARCHAR parameter carries at most ${maxStringParameter}.`,
    )
  return written
}

function string(value: unknown, position: number): WireParameter {
  if (Buffer.isBuffer(value)) return new wire.SQLParamBuffer(value)
  return new wire.SQLParamString(shortText(value, position))
}

/**
 * One parameter as the driver's object for it.
 * @param value what the caller bound; null and undefined are NULL
 * @param blob the id under which the value of a BLOB parameter was uploaded before, where it is no short one
 */
export function encodeParameter(
  value: unknown,
  parameter: Described,
  position: number,
  blob?: BlobId,
): WireParameter {
  if (value === null || value === undefined) return nullOf(parameter)
  switch (parameter.type) {
    case types.blob:
      return blob ? new wire.SQLParamQuad(blob) : new wire.SQLParamBuffer(blobBytes(value, position))
    case types.timestamp:
    case types.date:
      return new UtcTimestamp(toInstant(value) ?? fail(position, 'a date', value))
    case types.boolean:
      if (typeof value === 'boolean' || value === 0 || value === 1)
        return new wire.SQLParamBool(Boolean(value), true)
      return fail(position, 'true or false', value)
    case types.short:
    case types.long:
    case types.int64:
      return whole(value, position, parameter)
    case types.float:
    case types.double: {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      return typeof number === 'number' && Number.isFinite(number)
        ? new wire.SQLParamDouble(number)
        : fail(position, 'a number', value)
    }
    default:
      return string(value, position)
  }
}

function nullOf(parameter: Described): WireParameter {
  switch (parameter.type) {
    case types.blob:
      return new wire.SQLParamQuad(null)
    case types.boolean:
      return new wire.SQLParamBool(null, true)
    case types.short:
    case types.long:
    case types.int64:
      return new wire.SQLParamInt(null)
    case types.float:
    case types.double:
      return new wire.SQLParamDouble(null)
    default:
      return new wire.SQLParamString(null)
  }
}

/** Bytes of a BLOB parameter. */
export function blobBytes(value: unknown, position: number): Buffer {
  if (Buffer.isBuffer(value)) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  return fail(position, 'text or bytes', typeof value)
}

/** Bytes of a blob that may travel as a VARCHAR, of which the server makes the blob: four round trips less than an upload. */
const mostInlineBytes = 32_000

/** Whether the value of a BLOB parameter goes along with its statement. */
export function isShortBlob(value: unknown): boolean {
  const bytes =
    typeof value === 'string' ? Buffer.byteLength(value) : value instanceof Uint8Array ? value.length : 0
  return bytes <= mostInlineBytes
}
