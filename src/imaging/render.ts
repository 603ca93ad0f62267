// Renders derivatives: a few at a time, with a bounded queue, so that rendering never starves the service. Equal requests
// at the same time are rendered once.
import { Refusal } from '../errors.ts'
import { sharp } from './sharp.ts'

export interface RenderOptions {
  readonly path: string
  /** Pixels; undefined keeps the size of the master */
  readonly width: number | undefined
  readonly quality: number
  readonly maxPixels: number
}

export class Renderer {
  readonly #lanes: number
  readonly #maxQueue: number
  #busy = 0
  readonly #queue: (() => void)[] = []
  readonly #flights = new Map<string, Promise<Buffer>>()

  constructor(lanes: number, maxQueue: number) {
    this.#lanes = lanes
    this.#maxQueue = maxQueue
  }

  get waiting(): number {
    return this.#queue.length
  }

  /** A JPEG in sRGB or grey. @throws Refusal busy when the queue is full, not-processable when the master is damaged */
  async jpeg(key: string, options: RenderOptions): Promise<Buffer> {
    const flight = this.#flights.get(key)
    if (flight) return await flight
    const rendering = this.#inLane(() => render(options)).finally(() => this.#flights.delete(key))
    this.#flights.set(key, rendering)
    return await rendering
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

async function render({ path, width, quality, maxPixels }: RenderOptions): Promise<Buffer> {
  try {
    let image = sharp(path, { limitInputPixels: maxPixels, failOn: 'truncated' }).autoOrient()
    if (width !== undefined) image = image.resize({ width, withoutEnlargement: true })
    const { space } = await sharp(path, { limitInputPixels: maxPixels }).metadata()
    if (space === 'b-w' || space === 'grey16') image = image.toColourspace('b-w')
    return await image.jpeg({ quality, optimiseCoding: true }).toBuffer()
  } catch (error) {
    throw new Refusal('not-processable', 'The master of this page cannot be decoded.', {}, error)
  }
}
