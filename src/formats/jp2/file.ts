// The JP2 file format around a JPEG 2000 codestream. @see ISO/IEC 15444-1, Annex I

const box = (type: string, ...contents: Uint8Array[]): Buffer => {
  const length = contents.reduce((sum, part) => sum + part.length, 8)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, ...contents])
}

/** Enumerated colour spaces (I.5.3.3). */
const sRgb = 16
const grey = 17

/** @param image pixels of 8 bits a sample, grey or sRGB; a codestream longer than 4 GB does not fit */
export function jp2File(
  codestream: Uint8Array,
  image: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Buffer {
  const header = Buffer.alloc(14)
  header.writeUInt32BE(image.height, 0)
  header.writeUInt32BE(image.width, 4)
  header.writeUInt16BE(image.channels, 8)
  // bits a sample less one, unsigned; compression type 7 is the only one; colour space known; no rights inside
  header.set([7, 7, 0, 0], 10)
  const colour = Buffer.alloc(7)
  // method 1: the colour space is told by its number
  colour.set([1, 0, 0], 0)
  colour.writeUInt32BE(image.channels === 1 ? grey : sRgb, 3)
  return Buffer.concat([
    box('jP  ', Buffer.from('0d0a870a', 'hex')),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box('jp2h', box('ihdr', header), box('colr', colour)),
    box('jp2c', codestream),
  ])
}
