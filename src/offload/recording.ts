// How long sound and moving images last, by what their container says. Read in a thread: files come from anywhere, and one that leads a
// reader astray costs itself its length, never the service its time.
import { open, stat } from 'node:fs/promises'
import { boxAt, type Movie, movieOf } from '../formats/media/mp4.ts'

export interface Recording {
  /** Seconds */
  readonly duration: number
  /** Of moving images, where the file says it */
  readonly width: number | null
  readonly height: number | null
}

/** Up to here a file whose head does not say how long it lasts is counted through: MP3 of a varying rate, AAC. */
const countedUpTo = 256 * 1024 * 1024
/** Boxes at the top of an MP4 file: a few, and two for each fragment of a stream */
const mostBoxes = 10_000
/** Of a box, or an element: what says to be larger is not read, for Node ends the whole process where somebody asks for more than 2 GB at once */
const largestRead = 64 * 1024 * 1024

/** Of MP4 and QuickTime music-metadata tells neither the size of the images nor the length of the film, only that of its sound. */
async function movieIn(path: string): Promise<Movie | undefined> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(16)
    for (let at = 0, n = 0; at < size && n < mostBoxes; n++) {
      const { bytesRead } = await file.read(head, 0, head.length, at)
      const box = boxAt(head.subarray(0, bytesRead), 0, size - at)
      if (!box || (n === 0 && !/^(ftyp|moov|wide|free|skip|mdat)$/.test(box.name))) return undefined
      if (box.name === 'moov') {
        const length = box.end - box.body
        if (length > largestRead || at + box.end > size) return undefined
        const movie = Buffer.alloc(length)
        await file.read(movie, 0, length, at + box.body)
        return movieOf(movie)
      }
      at += box.end
    }
    return undefined
  } finally {
    await file.close()
  }
}

/** Of everything else: WAV, MP3, FLAC, Ogg, AAC, WebM, Matroska … */
async function soundIn(path: string): Promise<Movie> {
  // loaded where the first recording comes: no other process has need of it
  const [{ parseFromTokenizer }, { fromFile }] = await Promise.all([
    import('music-metadata'),
    import('strtok3'),
  ])
  const read = async (count: boolean) => {
    const file = await fromFile(path)
    for (const way of ['readBuffer', 'peekBuffer'] as const) {
      const read = file[way].bind(file)
      file[way] = (into, options) => {
        if ((options?.length ?? into.length) > largestRead) throw new RangeError('a part is too large')
        return read(into, options)
      }
    }
    try {
      return (await parseFromTokenizer(file, { duration: count, skipCovers: true })).format
    } finally {
      await file.close()
    }
  }
  let format = await read(false)
  if (!format.duration && (await stat(path)).size <= countedUpTo) format = await read(true)
  const video = format.trackInfo.find(track => track.video)?.video
  // as it is shown, where that is said in pixels and not as a mere ratio
  const isShown = !video?.displayUnit && video?.displayWidth && video.displayHeight
  const [width, height] = isShown
    ? [video.displayWidth, video.displayHeight]
    : [video?.pixelWidth, video?.pixelHeight]
  return { duration: format.duration, size: width && height ? { width, height } : undefined }
}

const isPixels = (value: number): boolean => Number.isSafeInteger(value) && value > 0 && value < 100_000

/** Undefined for what is no recording, is damaged, or says no length. */
export async function readRecording(path: string): Promise<Recording | undefined> {
  try {
    const movie = await movieIn(path)
    const { duration, size: found } = movie?.duration ? movie : await soundIn(path)
    if (duration === undefined || !Number.isFinite(duration) || duration <= 0) return undefined
    const size = movie?.size ?? found
    const isSize = size !== undefined && isPixels(size.width) && isPixels(size.height)
    return {
      // a millisecond is finer than players seek
      duration: Math.max(0.001, Math.round(duration * 1000) / 1000),
      width: isSize ? size.width : null,
      height: isSize ? size.height : null,
    }
  } catch {
    return undefined
  }
}
