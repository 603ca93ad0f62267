// Huffman tables of baseline JPEG, for reading and writing.
// @see ITU-T T.81, annex C (code assignment) and F.2.2 (decoding)

export interface HuffmanTable {
  /** The next 16 bits -> length of the code in the high byte, its symbol in the low one; 0 where there is no such code */
  readonly lookup: Uint16Array
  /** Symbol -> code, and its length (0: the table cannot say it) */
  readonly codes: Uint16Array
  readonly lengths: Uint8Array
}

/** @throws RangeError where the counts make no prefix code */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const lookup = new Uint16Array(65_536)
  const codes = new Uint16Array(256)
  const lengths = new Uint8Array(256)
  let code = 0
  let next = 0
  for (let length = 1; length <= 16; length++) {
    for (let n = 0; n < (counts[length - 1] as number); n++) {
      const symbol = symbols[next++]
      if (symbol === undefined || code >= 1 << length) throw new RangeError('The Huffman table is damaged.')
      codes[symbol] = code
      lengths[symbol] = length
      lookup.fill((length << 8) | symbol, code << (16 - length), (code + 1) << (16 - length))
      code++
    }
    code <<= 1
  }
  return { lookup, codes, lengths }
}

export interface JpegTables {
  readonly dc: (HuffmanTable | undefined)[]
  readonly ac: (HuffmanTable | undefined)[]
}

const marker = { dht: 0xc4, sos: 0xda, eoi: 0xd9 } as const

/** Adds the Huffman tables of a JPEG, or of an abbreviated one that holds only tables. @throws RangeError */
export function readTables(jpeg: Buffer, into: JpegTables = { dc: [], ac: [] }): JpegTables {
  let at = 2
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const kind = jpeg[at + 1] as number
    if (kind === marker.eoi || kind === marker.sos) break
    const length = jpeg.readUInt16BE(at + 2)
    if (kind === marker.dht) {
      const end = at + 2 + length
      let place = at + 4
      while (place + 17 <= end) {
        const slot = jpeg[place] as number
        const counts = jpeg.subarray(place + 1, place + 17)
        const total = counts.reduce((sum, count) => sum + count, 0)
        const table = huffmanTable(counts, jpeg.subarray(place + 17, place + 17 + total))
        ;(slot >> 4 ? into.ac : into.dc)[slot & 3] = table
        place += 17 + total
      }
    }
    at += 2 + length
  }
  return into
}
