// Answers an image request in the order of what it costs: the client's own copy, a tile or stored image as it lies, a kept rendering,
// a new rendering.
import { availableParallelism } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { Services } from '../../http/module.ts'
import type { ImageLimits, ImageRequest } from '../../formats/iiif-image/request.ts'
import { type Passage, type Pack, bytesOf } from '../../imaging/pack/open.ts'
import { Renderer, renderImage, writableFormats } from '../../imaging/render.ts'
import type { PageImage } from './sources.ts'

/** The tile that a request means; undefined where it means none. */
export function tileOf(pack: Pack, { region, size, isExact }: ImageRequest): Passage | undefined {
  for (const [at, level] of pack.levels.entries()) {
    const factor = 2 ** at
    const width = Math.ceil(region.width / factor)
    if (width > size.width) continue
    if (width < size.width) return undefined
    const height = Math.ceil(region.height / factor)
    if (height !== size.height && (isExact || Math.abs(height - size.height) > 1)) continue
    const [spanX, spanY] = [level.tileWidth * factor, level.tileHeight * factor]
    if (region.x % spanX !== 0 || region.y % spanY !== 0) continue
    const isWholeX = region.width === spanX || region.x + region.width === pack.size.width
    const isWholeY = region.height === spanY || region.y + region.height === pack.size.height
    if (!isWholeX || !isWholeY || region.width > spanX || region.height > spanY) continue
    // levels of foreign pyramids may be rounded otherwise
    if (
      Math.ceil(pack.size.width / factor) !== level.width ||
      Math.ceil(pack.size.height / factor) !== level.height
    )
      continue
    return pack.tile(at, region.x / spanX, region.y / spanY)
  }
  return undefined
}

function storedOf(pack: Pack, { region, size, isExact }: ImageRequest): Passage | undefined {
  if (region.width !== pack.size.width || region.height !== pack.size.height) return undefined
  const found = pack.storedWidth(size.width)
  if (!found) return undefined
  return found.height === size.height || (!isExact && Math.abs(found.height - size.height) <= 1)
    ? found
    : undefined
}

/** How images were answered, for the metrics. */
export interface ImageCounts {
  unchanged: number
  tile: number
  stored: number
  kept: number
  /** Waited for the same rendering as another client */
  joined: number
  rendered: number
  bytes: number
}

export type ImageAnswer =
  | { readonly kind: 'passage'; readonly passage: Passage; readonly pack: Pack }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }

export class ImageEngine {
  readonly #services: Services
  readonly renderer: Renderer
  readonly #limits: ImageLimits
  readonly counts: ImageCounts = {
    unchanged: 0,
    tile: 0,
    stored: 0,
    kept: 0,
    joined: 0,
    rendered: 0,
    bytes: 0,
  }

  constructor(services: Services) {
    this.#services = services
    const { webcache, images } = services.config
    this.renderer = new Renderer(
      webcache.renderLanes || Math.max(1, availableParallelism() - 1),
      webcache.renderQueue,
    )
    const maxWidth = images.maxWidth || undefined
    this.#limits = {
      maxWidth,
      maxHeight: maxWidth === undefined ? undefined : images.maxHeight || maxWidth,
      maxArea: images.maxArea || undefined,
      upscaling: images.upscaling,
      formats: writableFormats,
    }
  }

  /** What may be asked of an image. One that somebody may see up to a width is not enlarged: beyond it, a right is wanted. */
  limitsOf(image: PageImage): ImageLimits {
    return image.whole ? { ...this.#limits, upscaling: false } : this.#limits
  }

  /** What lies in the pack as the request wants it. */
  passage(image: PageImage, request: ImageRequest): ImageAnswer | undefined {
    const { pack } = image
    if (
      !pack ||
      request.rotation !== 0 ||
      request.mirrored ||
      request.format !== 'jpg' ||
      request.quality === 'gray' ||
      request.quality === 'bitonal'
    )
      return undefined
    const tile = tileOf(pack, request)
    const passage = tile ?? storedOf(pack, request)
    if (!passage) return undefined
    this.counts[tile ? 'tile' : 'stored']++
    this.counts.bytes += bytesOf(passage)
    return { kind: 'passage', passage, pack }
  }

  /** The bytes of what lies in a pack elsewhere; what is read on this machine is left to the moment when it is sent. */
  async fetched({ passage, pack }: Extract<ImageAnswer, { kind: 'passage' }>): Promise<ImageAnswer> {
    return { kind: 'bytes', bytes: await pack.fetch(passage) }
  }

  /** A rendering, kept or new. @throws Refusal busy, not-processable */
  async rendering(
    image: PageImage,
    request: ImageRequest,
    client: { readonly signal: AbortSignal; readonly log: FastifyBaseLogger },
  ): Promise<ImageAnswer> {
    return await this.kept(`${image.key}/${request.canonical}`, client, () => this.render(image, request))
  }

  /** A new rendering. */
  render(image: PageImage, request: ImageRequest): Promise<Buffer> {
    const { webcache, images } = this.#services.config
    return renderImage(image.source, request, { quality: webcache.quality, codecMemory: images.codecMemory })
  }

  /** The bytes under a key of the cache; made, and kept, where they are not there. */
  async kept(
    key: string,
    client: { readonly signal: AbortSignal; readonly log: FastifyBaseLogger },
    make: () => Promise<Buffer>,
  ): Promise<ImageAnswer> {
    const { cache } = this.#services
    const known = await cache.get(key)
    this.counts[known ? 'kept' : this.renderer.isUnderWay(key) ? 'joined' : 'rendered']++
    const bytes = known ?? (await this.renderer.render(key, client.signal, make))
    this.counts.bytes += bytes.length
    if (!known)
      void cache
        .put(key, bytes)
        .catch((error: unknown) => client.log.warn({ err: error }, 'the image cache cannot be written'))
    return { kind: 'bytes', bytes }
  }
}
