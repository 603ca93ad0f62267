// Writes decoded pixels as a TIFF of one strip, with the profile that they came with.
// @see TIFF 6.0, section 6
import { closeSync, openSync, writeSync } from 'node:fs'

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly bits: 8 | 16
  /** Little-endian where samples have two bytes */
  readonly data: Uint8Array
  readonly icc?: Buffer | undefined
}

const [short, long, undefinedBytes] = [3, 4, 7]

export function writePlainTiff(path: string, pixels: Pixels): void {
  const { width, height, channels, bits, data, icc } = pixels
  const depths = Buffer.alloc(8)
  for (let n = 0; n < 4; n++) depths.writeUInt16LE(bits, n * 2)
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, channels, channels === 1 ? bits : channels === 2 ? bits * 65_537 : 8],
    [259, short, 1, 1],
    [262, short, 1, channels < 3 ? 1 : 2],
    [273, long, 1, 0],
    [277, short, 1, channels],
    [278, long, 1, height],
    [279, long, 1, data.length],
    // alpha is not multiplied in
    ...(channels % 2 === 0 ? [[338, short, 1, 2] as [number, number, number, number]] : []),
    ...(icc ? [[34_675, undefinedBytes, icc.length, 0] as [number, number, number, number]] : []),
  ]
  const directoryAt = 16
  const iccAt = directoryAt + 2 + entries.length * 12 + 4
  const dataAt = iccAt + (icc?.length ?? 0) + ((icc?.length ?? 0) % 2)
  const head = Buffer.alloc(dataAt)
  head.write('II*\0', 0, 'latin1')
  head.writeUInt32LE(directoryAt, 4)
  depths.copy(head, 8)
  head.writeUInt16LE(entries.length, directoryAt)
  entries.forEach(([tag, type, count, value], n) => {
    const at = directoryAt + 2 + n * 12
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(type, at + 2)
    head.writeUInt32LE(count, at + 4)
    head.writeUInt32LE(tag === 273 ? dataAt : tag === 34_675 ? iccAt : value, at + 8)
  })
  icc?.copy(head, iccAt)
  const file = openSync(path, 'w')
  try {
    // a write may take less than it is given
    for (const bytes of [head, data])
      for (let at = 0; at < bytes.length;)
        at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 26))
  } finally {
    closeSync(file)
  }
}
