// How long an MP4 or QuickTime file plays, and how large its images are shown. @see ISO 14496-12, 8.2.2, 8.3.2 and 8.8.2

interface Box {
  readonly name: string
  /** Where the next box begins; beyond the bytes for one that is cut off */
  readonly end: number
  readonly body: number
}

/** The box whose head stands at a place; undefined where none does. @param room up to where the file, or the box around it, goes */
export function boxAt(bytes: Buffer, at: number, room: number): Box | undefined {
  if (at + 8 > bytes.length) return undefined
  const short = bytes.readUInt32BE(at)
  const isLong = short === 1
  if (isLong && at + 16 > bytes.length) return undefined
  const head = isLong ? 16 : 8
  const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? room : short
  if (size < head) return undefined
  return { name: bytes.toString('latin1', at + 4, at + 8), end: at + size, body: at + head }
}

function* boxesIn(bytes: Buffer): Generator<{ readonly name: string; readonly body: Buffer }> {
  for (let at = 0; ;) {
    const box = boxAt(bytes, at, bytes.length - at)
    if (!box) return
    yield { name: box.name, body: bytes.subarray(box.body, box.end) }
    at = box.end
  }
}

/** The size in the head of a track: behind its times, which are longer in version 1. */
function sizeOfTrack(head: Buffer): { width: number; height: number } | undefined {
  const matrix = head[0] === 1 ? 52 : 40
  if (head.length < matrix + 44) return undefined
  // fixed-point numbers, 16.16
  const [width, height] = [head.readUInt16BE(matrix + 36), head.readUInt16BE(matrix + 40)]
  if (width === 0 || height === 0) return undefined
  // a camera that was held upright writes lying images, and a matrix that turns them by a right angle
  const isTurned = head.readInt32BE(matrix) === 0 && head.readInt32BE(matrix + 4) !== 0
  return isTurned ? { width: height, height: width } : { width, height }
}

/** How long something is, of 64 bits in version 1; undefined where that is not known: none, or all bits set. */
function ticksAt(box: Buffer, at: number): number | undefined {
  const isLong = box[0] === 1
  if (box.length < at + (isLong ? 8 : 4)) return undefined
  const ticks = isLong ? Number(box.readBigUInt64BE(at)) : box.readUInt32BE(at)
  return ticks > 0 && ticks < (isLong ? Number.MAX_SAFE_INTEGER : 0xffffffff) ? ticks : undefined
}

export interface Movie {
  readonly duration: number | undefined
  /** Of the first track that has one: sound has none */
  readonly size: { readonly width: number; readonly height: number } | undefined
}

/** @param movie what the box ‘moov’ holds */
export function movieOf(movie: Buffer): Movie {
  let [scale, whole, size]: [number, number | undefined, Movie['size']] = [0, undefined, undefined]
  for (const { name, body } of boxesIn(movie))
    if (name === 'mvhd') {
      const at = body[0] === 1 ? 20 : 12
      if (body.length < at + 4) continue
      scale = body.readUInt32BE(at)
      whole = ticksAt(body, at + 4) ?? whole
    } else
      for (const part of name === 'trak' || name === 'mvex' ? boxesIn(body) : [])
        if (part.name === 'tkhd') size ??= sizeOfTrack(part.body)
        // a film in fragments, whose head was written before them
        else if (part.name === 'mehd') whole ??= ticksAt(part.body, 4)
  return { duration: scale > 0 && whole !== undefined ? whole / scale : undefined, size }
}
