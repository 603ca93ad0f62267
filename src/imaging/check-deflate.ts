// Data compressed by deflate end with a checksum, which decoders of TIFF do not look at: they stop when they have all pixels. With it, what
// was overwritten in the middle is found.
// @see Adobe Photoshop TIFF technical notes, ZIP compression; RFC 1950
import { inflateSync } from 'node:zlib'
import { Refusal } from '../errors.ts'
import type { TiffImage } from '../formats/tiff/examine.ts'
import type { ReadBytes } from '../formats/tiff/reader.ts'

const deflates = new Set([8, 32_946])

/** @throws Refusal not-processable naming the strip or tile */
export function checkDeflate(read: ReadBytes, image: TiffImage): void {
  if (!deflates.has(image.compression)) return
  const { offsets, counts, chunkBytes } = image
  for (const [at, offset] of offsets.entries()) {
    try {
      inflateSync(read(offset, counts[at] ?? 0), { maxOutputLength: chunkBytes + 65_536 })
    } catch (error) {
      throw new Refusal(
        'not-processable',
        `The TIFF is truncated or damaged: part ${at + 1} of ${offsets.length} of its data cannot be inflated (${error instanceof Error ? error.message : ''}).`,
        {},
        error,
      )
    }
  }
}
