// The parts of a workbook, which is a ZIP: small, and read at once.
import { inflateRawSync } from 'node:zlib'
import { Refusal } from '../../errors.ts'

const endSignature = 0x06054b50
const directorySignature = 0x02014b50

/** @param name of the file, for sentences @returns the text of a part by its name. @throws Refusal too-large, not-processable */
export function readSmallZip(
  bytes: Buffer,
  name: string,
  maxBytes: number,
): (part: string) => string | undefined {
  const damaged = (): never => {
    throw new Refusal('not-processable', `${name} is no workbook, or it is damaged.`)
  }
  let end = bytes.length - 22
  while (end >= 0 && bytes.readUInt32LE(end) !== endSignature) end--
  if (end < 0) return damaged()
  const parts = new Map<string, { offset: number; length: number; method: number }>()
  let at = bytes.readUInt32LE(end + 16)
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== directorySignature) return damaged()
    const nameLength = bytes.readUInt16LE(at + 28)
    parts.set(bytes.toString('utf8', at + 46, at + 46 + nameLength), {
      offset: bytes.readUInt32LE(at + 42),
      length: bytes.readUInt32LE(at + 20),
      method: bytes.readUInt16LE(at + 10),
    })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return wanted => {
    const part = parts.get(wanted)
    if (!part) return undefined
    if (part.offset + 30 > bytes.length) return damaged()
    const start =
      part.offset + 30 + bytes.readUInt16LE(part.offset + 26) + bytes.readUInt16LE(part.offset + 28)
    const data = bytes.subarray(start, start + part.length)
    try {
      return (part.method === 0 ? data : inflateRawSync(data, { maxOutputLength: maxBytes })).toString('utf8')
    } catch {
      return damaged()
    }
  }
}
