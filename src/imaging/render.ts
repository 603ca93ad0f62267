// Renders what is not stored, from the smallest level that is large enough; a few images at a time, with a bounded queue, so that
// rendering never starves the service. Equal requests at the same time are rendered once; when nobody waits any more, not at all.
import type { Sharp } from 'sharp'
import { Refusal } from '../errors.ts'
import { pdfOfImage } from '../formats/pdf/one-image.ts'
import type { ImageFormat, ImageRequest, Rectangle, Size } from '../formats/iiif-image/request.ts'
import type { Pack } from './pack/open.ts'
import { encodeJp2 } from './encode-jp2.ts'
import { sharp } from './sharp.ts'

interface Flight {
  readonly result: Promise<Buffer>
  waiting: number
  cancelled: boolean
}

class Abandoned extends Error {}

export class Renderer {
  readonly #lanes: number
  readonly #maxQueue: number
  #busy = 0
  readonly #queue: (() => void)[] = []
  readonly #flights = new Map<string, Flight>()

  constructor(lanes: number, maxQueue: number) {
    this.#lanes = lanes
    this.#maxQueue = maxQueue
  }

  get waiting(): number {
    return this.#queue.length
  }
  get busy(): number {
    return this.#busy
  }

  isUnderWay(key: string): boolean {
    return this.#flights.get(key)?.cancelled === false
  }

  /**
   * @param signal aborted when the client has gone
   * @throws Refusal busy when the queue is full, and what work throws
   */
  async render(key: string, signal: AbortSignal, work: () => Promise<Buffer>): Promise<Buffer> {
    let flight = this.#flights.get(key)
    if (!flight || flight.cancelled) this.#flights.set(key, (flight = this.#start(key, work)))
    const own = flight
    own.waiting++
    const leave = () => {
      if (--own.waiting === 0) own.cancelled = true
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await own.result
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #start(key: string, work: () => Promise<Buffer>): Flight {
    const state = { waiting: 0, cancelled: false }
    const result = this.#inLane(async () => {
      if (state.cancelled) throw new Abandoned()
      return await work()
    }).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    })
    result.catch(() => {})
    const flight: Flight = Object.assign(state, { result })
    return flight
  }

  async #inLane<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= this.#lanes) {
      if (this.#queue.length >= this.#maxQueue)
        throw new Refusal('busy', 'Too many images are being rendered; repeat the request.', {
          retryAfter: 2,
        })
      await new Promise<void>(resolve => this.#queue.push(resolve))
    }
    this.#busy++
    try {
      return await work()
    } finally {
      this.#busy--
      this.#queue.shift()?.()
    }
  }
}

/** Where an image is rendered from. */
export type RenderSource =
  | { readonly pack: Pack }
  | { readonly master: string; readonly page: number; readonly size: Size; readonly maxPixels: number }

interface Opened {
  readonly image: Sharp
  readonly region: Rectangle
}

/** The level to render from, and the region in its pixels. */
async function open(source: RenderSource, region: Rectangle, size: Size): Promise<Opened> {
  if (!('pack' in source))
    return {
      image: sharp(source.master, {
        limitInputPixels: source.maxPixels,
        failOn: 'truncated',
        ...(source.page > 0 ? { page: source.page } : {}),
      }).autoOrient(),
      region,
    }
  const { levels, size: full } = source.pack
  let at = 0
  for (let next = 1; next < levels.length; next++) {
    const level = levels[next] as Size
    const isEnough =
      (level.width / full.width) * region.width >= size.width - 1 &&
      (level.height / full.height) * region.height >= size.height - 1
    if (!isEnough) break
    at = next
  }
  const level = levels[at] as (typeof levels)[number]
  const [x, y] = [level.width / full.width, level.height / full.height]
  const left = Math.min(level.width - 1, Math.floor(region.x * x))
  const top = Math.min(level.height - 1, Math.floor(region.y * y))
  return {
    // a level is decoded tile by tile, so its size is no danger
    image: sharp(await source.pack.file(), { ...level.place, limitInputPixels: false }),
    region: {
      x: left,
      y: top,
      width: Math.min(level.width - left, Math.max(1, Math.round(region.width * x))),
      height: Math.min(level.height - top, Math.max(1, Math.round(region.height * y))),
    },
  }
}

const mediaOfFormat: Readonly<Record<ImageFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tif: 'image/tiff',
  jp2: 'image/jp2',
  pdf: 'application/pdf',
}
export const mediaOf = (format: ImageFormat): string => mediaOfFormat[format]

/** What the codecs at hand write. */
export const writableFormats: readonly ImageFormat[] = ['jpg', 'png', 'webp', 'gif', 'tif', 'jp2', 'pdf']

const hasTransparency = (format: ImageFormat): boolean => ['png', 'webp', 'gif', 'tif'].includes(format)

export interface RenderOptions {
  /** Of JPEG and WebP */
  readonly quality: number
  /** [images] codecMemory */
  readonly codecMemory: number
}

async function encode(
  image: Sharp,
  format: ImageFormat,
  options: RenderOptions & { readonly isGrey: boolean; readonly bitonal: boolean },
): Promise<Buffer> {
  const { quality } = options
  switch (format) {
    case 'png':
      return await image.png(options.bitonal ? { palette: true, colours: 2 } : {}).toBuffer()
    case 'webp':
      return await image.webp({ quality }).toBuffer()
    case 'gif':
      return await image.gif().toBuffer()
    case 'tif':
      return await image.tiff({ compression: 'deflate' }).toBuffer()
    case 'jp2': {
      const { data, info } = await image
        .flatten({ background: '#fff' })
        .toColourspace(options.isGrey ? 'b-w' : 'srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true })
      const { width, height, channels } = info
      if (channels !== 1 && channels !== 3) throw new Error(`${channels} channels are no page.`)
      return await encodeJp2({ width, height, channels, pixels: data }, options.codecMemory)
    }
    case 'pdf': {
      const jpeg = await image.flatten({ background: '#fff' }).jpeg({ quality }).toBuffer()
      const { width, height, channels } = await sharp(jpeg).metadata()
      return pdfOfImage(jpeg, { width, height, isGrey: channels === 1 })
    }
    default:
      // optimised coding would cost three times the time for three per cent of the bytes
      return await image.jpeg({ quality, optimiseCoding: false }).toBuffer()
  }
}

/** The image that a request asks for. @throws Refusal not-processable where the source cannot be decoded */
export async function renderImage(
  source: RenderSource,
  request: ImageRequest,
  options: RenderOptions,
): Promise<Buffer> {
  try {
    const { image, region } = await open(source, request.region, request.size)
    const { width, height } = request.size
    const isGrey = request.quality === 'gray' || request.quality === 'bitonal'
    let step = image
      .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
      .resize({ width, height, fit: 'fill' })
    if (isGrey) step = step.greyscale()
    if (request.quality === 'bitonal') step = step.threshold(128)
    // the norm mirrors before it turns; sharp would do it in its own order, so each is a step of its own
    if (request.mirrored) step = await through(step, next => next.flop())
    if (request.rotation !== 0) {
      const background = hasTransparency(request.format) ? { r: 0, g: 0, b: 0, alpha: 0 } : '#fff'
      step = await through(step, next =>
        (hasTransparency(request.format) && request.rotation % 90 !== 0 ? next.ensureAlpha() : next).rotate(
          request.rotation,
          { background },
        ),
      )
    }
    return await encode(step, request.format, { ...options, isGrey, bitonal: request.quality === 'bitonal' })
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('not-processable', 'The image of this page cannot be decoded.', {}, error)
  }
}

async function through(image: Sharp, next: (image: Sharp) => Sharp): Promise<Sharp> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return next(sharp(data, { raw: { width, height, channels } }))
}

/** The image with a strip as wide as itself below it. */
export async function withFooter(jpeg: Buffer, footer: string, quality: number): Promise<Buffer> {
  const { width, height, channels } = await sharp(jpeg).metadata()
  const strip = await sharp(footer, { limitInputPixels: 100_000_000 })
    .flatten({ background: '#fff' })
    .resize({ width })
    .toColourspace('srgb')
    .png()
    .toBuffer({ resolveWithObject: true })
  return await sharp({
    create: { width, height: height + strip.info.height, channels: 3, background: '#fff' },
  })
    .composite([
      { input: channels === 1 ? await sharp(jpeg).toColourspace('srgb').toBuffer() : jpeg, left: 0, top: 0 },
      { input: strip.data, left: 0, top: height },
    ])
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer()
}
