// Sound and moving images of a known length, made by hand: their containers as the standards say, without a picture in them.

/** Mono, 8 bits, 8000 samples a second. */
export const wave = (samples = 8000): Buffer => {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(8000, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples, 40)
  return Buffer.concat([head, Buffer.alloc(samples, 128)])
}

/** An element of EBML: its id as it is written, and what it holds. */
function element(id: number, ...parts: readonly (Buffer | number | string)[]): Buffer {
  const name = Buffer.from(id.toString(16), 'hex')
  const body = Buffer.concat(
    parts.map(part => {
      if (typeof part === 'string') return Buffer.from(part, 'latin1')
      if (typeof part !== 'number') return part
      const whole = Buffer.alloc(4)
      whole.writeUInt32BE(part)
      return whole
    }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(0x10000000 + body.length)
  return Buffer.concat([name, length, body])
}
const real = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes
}

export const webm = (seconds: number, size: { readonly width: number; readonly height: number }): Buffer =>
  Buffer.concat([
    element(0x1a45dfa3, element(0x4286, 1), element(0x42f7, 1), element(0x42f2, 4), element(0x42f3, 8), element(0x4282, 'webm'), element(0x4287, 2), element(0x4285, 2)), // prettier-ignore
    element(
      0x18538067,
      element(0x1549a966, element(0x2ad7b1, 1_000_000), element(0x4489, real(seconds * 1000)), element(0x4d80, 'test'), element(0x5741, 'test')), // prettier-ignore
      element(0x1654ae6b, element(0xae, element(0xd7, 1), element(0x73c5, 1), element(0x83, 1), element(0x86, 'V_VP8'), element(0xe0, element(0xb0, size.width), element(0xba, size.height)))), // prettier-ignore
      element(0x1f43b675, element(0xe7, 0)),
    ),
  ])

/** The head of a WebM whose program of writing says to have a name of so many bytes, in a few. */
export const claimed = (bytes: number): Buffer => {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(bytes))
  size[0] = 1
  return Buffer.concat([
    element(0x1a45dfa3, element(0x4286, 1), element(0x42f7, 1), element(0x42f2, 4), element(0x42f3, 8), element(0x4282, 'webm'), element(0x4287, 2), element(0x4285, 2)), // prettier-ignore
    // of a length that is not known: whatever follows is in it
    Buffer.from('1853806701ffffffffffffff', 'hex'),
    Buffer.from('1549a96601ffffffffffffff', 'hex'),
    Buffer.from('4d80', 'hex'),
    size,
    Buffer.from('a name'),
  ])
}

/** A box of ISO 14496-12: what it is called, and what it holds. */
function box(name: string, ...parts: readonly (Buffer | readonly number[])[]): Buffer {
  const body = Buffer.concat(
    parts.map(part => {
      if (Buffer.isBuffer(part)) return part
      const words = Buffer.alloc(part.length * 4)
      for (const [at, word] of part.entries()) words.writeUInt32BE(word, at * 4)
      return words
    }),
  )
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(name, 4, 'latin1')
  return Buffer.concat([head, body])
}
const upright = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000]
/** A phone that was held upright writes its pictures lying, and says so. */
const turned = [0, 0x10000, 0, 0xffff0000, 0, 0, 0, 0, 0x40000000]

export const mp4 = (
  seconds: number,
  size: { readonly width: number; readonly height: number },
  { isTurned = false } = {},
): Buffer => {
  const ticks = Math.round(seconds * 1000)
  const matrix = isTurned ? turned : upright
  const text = (value: string): Buffer => Buffer.from(value, 'latin1')
  return Buffer.concat([
    box('ftyp', text('isom'), [512], text('isomiso2mp41')),
    box(
      'moov',
      box('mvhd', [0, 0, 0, 1000, ticks, 0x10000, 0x1000000, 0, 0], upright, [0, 0, 0, 0, 0, 0, 2]),
      box(
        'trak',
        box('tkhd', [3, 0, 0, 1, 0, ticks, 0, 0, 0, 0], matrix, [size.width << 16, size.height << 16]),
        box(
          'mdia',
          box('mdhd', [0, 0, 0, 1000, ticks, 0x55c40000]),
          box('hdlr', [0, 0], text('vide'), [0, 0, 0], text('V\0')),
          box(
            'minf',
            box('stbl', box('stsd', [0, 0]), box('stts', [0, 0]), box('stsc', [0, 0]), box('stsz', [0, 0, 0]), box('stco', [0, 0])), // prettier-ignore
          ),
        ),
      ),
    ),
    box('mdat', Buffer.alloc(64)),
  ])
}
