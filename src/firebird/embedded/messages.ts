// Rows and parameters as the engine's message buffers: fixed offsets, little-endian, a NULL flag beside each value.
import { FirebirdFault } from '../faults.ts'
import { fail, integer, shortText, types } from '../parameters.ts'
import { dayFromWire, fromWire, toInstant, toWire } from '../utc.ts'
import type { Engine, Metadata, Status } from './engine.ts'

export interface Field {
  readonly alias: string
  readonly type: number
  readonly subType: number
  readonly length: number
  readonly scale: number
  readonly offset: number
  readonly nullOffset: number
  readonly charSet: number
}

const charSets = { octets: 1, ascii: 2 } as const
/** Digits, sign, point and exponent of any number. */
const numberText = 50

/** CHAR and scaled numbers travel as VARCHAR: the engine converts them exactly, a double would not. */
export function comfortable(engine: Engine, metadata: Metadata | undefined): Metadata | undefined {
  if (!metadata) return undefined
  return engine.callSync(status => {
    const builder = metadata.getBuilderSync(status)
    try {
      for (let at = metadata.getCountSync(status) - 1; at >= 0; at--) {
        const type = metadata.getTypeSync(status, at)
        if (type === types.text) builder.setTypeSync(status, at, types.varying)
        else if (isNumber(type) && metadata.getScaleSync(status, at) < 0) {
          builder.setTypeSync(status, at, types.varying)
          builder.setLengthSync(status, at, numberText)
          builder.setScaleSync(status, at, 0)
          builder.setCharSetSync(status, at, charSets.ascii)
        }
      }
      return builder.getMetadataSync(status)
    } finally {
      builder.releaseSync()
      metadata.releaseSync()
    }
  })
}

const isNumber = (type: number): boolean =>
  type === types.short || type === types.long || type === types.int64

export function fieldsOf(status: Status, metadata: Metadata | undefined): Field[] {
  if (!metadata) return []
  return Array.from({ length: metadata.getCountSync(status) }, (_, at) => ({
    alias: metadata.getAliasSync(status, at),
    type: metadata.getTypeSync(status, at),
    subType: metadata.getSubTypeSync(status, at),
    length: metadata.getLengthSync(status, at),
    scale: metadata.getScaleSync(status, at),
    offset: metadata.getOffsetSync(status, at),
    nullOffset: metadata.getNullOffsetSync(status, at),
    charSet: metadata.getCharSetSync(status, at),
  }))
}

/** A value as read; of a blob, its id. */
export function readField(buffer: Buffer, field: Field): unknown {
  if (buffer.readInt16LE(field.nullOffset) !== 0) return null
  const at = field.offset
  switch (field.type) {
    case types.varying: {
      const bytes = buffer.subarray(at + 2, at + 2 + buffer.readUInt16LE(at))
      if (field.charSet === charSets.octets) return Buffer.from(bytes)
      const text = bytes.toString('utf8')
      return field.charSet === charSets.ascii && field.length === numberText ? exactNumber(text) : text
    }
    case types.short:
      return buffer.readInt16LE(at)
    case types.long:
      return buffer.readInt32LE(at)
    case types.int64:
      return exactNumber(buffer.readBigInt64LE(at).toString())
    case types.float:
      return buffer.readFloatLE(at)
    case types.double:
      return buffer.readDoubleLE(at)
    case types.timestamp:
      return fromWire(buffer.readInt32LE(at), buffer.readUInt32LE(at + 4))
    case types.date:
      return dayFromWire(buffer.readInt32LE(at))
    case types.boolean:
      return buffer[at] !== 0
    case types.blob:
      return Buffer.from(buffer.subarray(at, at + 8))
    default:
      throw new FirebirdFault(
        'other',
        `The column ${field.alias} is of a type (${field.type}) that is not read.`,
      )
  }
}

/** A number where a double holds it exactly, else its digits. */
function exactNumber(text: string): number | string {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '')
  return digits.length <= 15 || Number.isSafeInteger(Number(text)) ? Number(text) : text
}

/** Writes a value; of a blob, the id under which it was stored. */
export function writeField(buffer: Buffer, field: Field, value: unknown, position: number): void {
  const isNull = value === null || value === undefined
  buffer.writeInt16LE(isNull ? -1 : 0, field.nullOffset)
  if (isNull || field.type === types.null) return
  const at = field.offset
  switch (field.type) {
    case types.varying: {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(shortText(value, position))
      if (bytes.length > field.length)
        throw new FirebirdFault(
          'too-long',
          `Parameter ${position + 1}: ${bytes.length} bytes; ${field.length} are possible.`,
        )
      buffer.writeUInt16LE(bytes.length, at)
      bytes.copy(buffer, at + 2)
      return
    }
    case types.short:
      buffer.writeInt16LE(within(integer(value, position), 32_768n, position), at)
      return
    case types.long:
      buffer.writeInt32LE(within(integer(value, position), 2_147_483_648n, position), at)
      return
    case types.int64:
      buffer.writeBigInt64LE(integer(value, position), at)
      return
    case types.float:
      buffer.writeFloatLE(real(value, position), at)
      return
    case types.double:
      buffer.writeDoubleLE(real(value, position), at)
      return
    case types.timestamp:
    case types.date: {
      const { day, fraction } = toWire(toInstant(value) ?? fail(position, 'a date', value))
      buffer.writeInt32LE(day, at)
      if (field.type === types.timestamp) buffer.writeUInt32LE(fraction, at + 4)
      return
    }
    case types.boolean:
      buffer[at] =
        typeof value === 'boolean' || value === 0 || value === 1
          ? Number(value)
          : fail(position, 'true or false', value)
      return
    case types.blob:
      ;(value as Buffer).copy(buffer, at)
      return
    default:
      fail(position, `a type that is written (not ${field.type})`, value)
  }
}

function within(value: bigint, limit: bigint, position: number): number {
  return value >= -limit && value < limit ? Number(value) : fail(position, 'an INTEGER', value)
}

function real(value: unknown, position: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : fail(position, 'a number', value)
}
