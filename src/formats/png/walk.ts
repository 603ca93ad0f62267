// The chunks of a PNG, from its first to the one that ends it.
// @see PNG (third edition), 5.3, 11.2
import { Refusal } from '../../errors.ts'

const headBytes = 8
/** Length, type and checksum around the data of a chunk */
const chunkBytes = 12

/** @throws Refusal not-processable where its end is not there */
export function walkPng(
  read: (offset: number, length: number) => Buffer,
  size: number,
): { isAnimated: boolean } {
  let isAnimated = false
  for (let at = headBytes; ;) {
    const head = read(at, 8)
    if (head.length < 8) break
    const type = head.toString('latin1', 4, 8)
    at += chunkBytes + head.readUInt32BE(0)
    if (at > size) break
    if (type === 'acTL') isAnimated = true
    if (type === 'IEND') return { isAnimated }
  }
  throw new Refusal('not-processable', 'The PNG is truncated or damaged: its end is missing.')
}
