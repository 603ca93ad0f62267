// What the routes of images share: who may see a page's image, its ETag, and the way from a request to an answer.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { ImageRequest } from '../../formats/iiif-image/request.ts'
import { mediaOf } from '../../imaging/render.ts'
import type { Principal } from '../../http/principal.ts'
import { access, isOpenImage, publicNow, refuse, viewerServices } from '../../people/access/index.ts'
import { copyOf, lentAs, requireCopy } from '../../people/lending/index.ts'
import { ofWhole, reducedTo } from './reduced.ts'
import { ImageEngine } from './engine.ts'
import { Recipes } from '../packs/index.ts'
import { sendImage, sendUnchanged } from './send.ts'
import { type Eyes, ImageSources, type PageImage } from './sources.ts'

// what is shown may be hidden a minute later, and a takedown is a takedown in caches, too (decision 37)
const visibleCache = 'public, max-age=60'
const hiddenCache = 'private, no-store'
// asked for again with each use, which keeps the copy; what the reader has is not sent again
const lentCache = 'private, no-cache'

/** Of routes to images: who may see one is looked up with the image, in what is kept of it, and not before. */
export const imageDoor = { right: 'tree:read', nodes: [] } as const

export class ImageService {
  readonly services: Services
  readonly sources: ImageSources
  readonly engine: ImageEngine
  readonly recipes: Recipes

  constructor(services: Services) {
    this.services = services
    this.recipes = new Recipes(services)
    this.sources = new ImageSources(services, this.recipes)
    this.engine = new ImageEngine(services)
  }

  /**
   * The image of a page that the caller may see.
   * @param options isCover: it stands for its title in a list, and is shown of what is lent as well; isMarked: with the watermark, as readers see it
   * @throws Refusal not-found, unavailable, lent
   */
  async image(
    request: FastifyRequest,
    id: number,
    { isCover = false, isMarked = false }: { readonly isCover?: boolean; readonly isMarked?: boolean } = {},
  ): Promise<PageImage> {
    const { principal } = request
    const own = eyesOf(principal)
    const eyes = isMarked ? { ...own, unmarked: () => false } : own
    const image = this.sources.fresh(id, eyes) ?? (await this.sources.get(id, eyes))
    if (!isCover && lentAs(this.services, image.path)) await requireCopy(this.services, request, image)
    const sight = access.sight(principal)
    if (sight.isPlain) return image
    const reason = sight.reason('see-image', image)
    if (!reason.allowed) refuse(principal, 'see-image', `page ${id}`, reason)
    return reason.width === undefined ? image : reducedTo(image, reason.width)
  }

  /**
   * The image of a page as info.json tells of it: also to who may not see it yet, with the services to log in by.
   * @throws Refusal not-found, unavailable
   */
  async described(
    request: FastifyRequest,
    id: number,
  ): Promise<{ image: PageImage; status: 200 | 401 | 403; auth: object[] | undefined }> {
    const { principal } = request
    const everyone = access.sight(await publicNow(this.services))
    const sight = access.sight(principal)
    const eyes = eyesOf(principal)
    const image = this.sources.fresh(id, eyes) ?? (await this.sources.get(id, eyes))
    const { isLent, refusal } = await copyOf(this.services, request, image)
    if (!isLent && everyone.isPlain && sight.isPlain) return { image, status: 200, auth: undefined }
    const reason = sight.reason('see-image', image)
    const isSeen = reason.allowed && refusal === undefined
    return {
      image: reason.allowed && reason.width !== undefined ? reducedTo(image, reason.width) : image,
      status: isSeen ? 200 : principal.kind === 'public' ? 401 : 403,
      auth: viewerServices(this.services, everyone, id, { isOpen: isOpenImage(everyone, image), isLent }),
    }
  }

  /**
   * Reads what is asked of an image. What only the whole of a reduced one could answer needs a right, and is no mistake.
   * @throws Refusal bad-request, not-implemented, unauthorized, forbidden
   */
  wanted(principal: Principal, image: PageImage, read: (from: PageImage) => ImageRequest): ImageRequest {
    try {
      return read(image)
    } catch (error) {
      if (image.whole && isRead(read, image.whole))
        refuse(
          principal,
          'see-image',
          `page ${image.id} beyond ${image.size.width} pixels of its width`,
          access.sight(principal).reason('see-image', image),
        )
      throw error
    }
  }

  cacheControl(request: FastifyRequest, image: PageImage): string {
    if (lentAs(this.services, image.path)) return lentCache
    // no header tells caches that other addresses are shown another image
    if (image.isOfRight && access.sight(request.principal).hasRanges) return hiddenCache
    return image.isVisible && !image.isUnmarked && access.isShared(request.principal)
      ? visibleCache
      : hiddenCache
  }

  /** Headers of an answer with an image. */
  headersFor(request: FastifyRequest, image: PageImage, wanted: ImageRequest) {
    return {
      media: mediaOf(wanted.format),
      etag: `"${image.key}/${wanted.canonical}"`,
      cacheControl: this.cacheControl(request, image),
      vary: varyOf(image),
    }
  }

  /** Answers an image request. @param link Link header of the IIIF routes */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: PageImage,
    askedFor: ImageRequest,
    more: { readonly link?: string; readonly disposition?: string } = {},
  ): Promise<void> {
    const [image, wanted] = ofWhole(asked, askedFor)
    const headers = { ...this.headersFor(request, image, wanted), ...more }
    if (sendUnchanged(request, reply, headers)) {
      this.engine.counts.unchanged++
      return
    }
    request.spendPixels?.(wanted.size.width * wanted.size.height)
    const passage = this.engine.passage(image, wanted)
    if (passage) {
      try {
        return sendImage(
          request,
          reply,
          passage.kind === 'passage' && !passage.pack.isHere ? await this.engine.fetched(passage) : passage,
          headers,
        )
      } catch (error) {
        if (reply.sent || reply.raw.headersSent) throw error
        request.log.error({ err: error, page: image.id }, 'a pack is damaged; it is made anew')
        const other = await this.sources.damaged(image)
        const others = { ...this.headersFor(request, other, wanted), ...more }
        return await this.#rendered(request, reply, other, wanted, others)
      }
    }
    await this.#rendered(request, reply, image, wanted, headers)
  }

  async #rendered(
    request: FastifyRequest,
    reply: FastifyReply,
    image: PageImage,
    wanted: ImageRequest,
    headers: Parameters<typeof sendImage>[3],
  ): Promise<void> {
    const client = { signal: abortSignal(reply), log: request.log }
    try {
      sendImage(request, reply, await this.engine.rendering(image, wanted, client), headers)
    } catch (error) {
      // a level that cannot be decoded is a damaged pack; the master may still be whole
      const isDamaged = error instanceof Refusal && error.reason === 'not-processable' && image.pack
      if (!isDamaged) throw error
      const other = await this.sources.damaged(image)
      sendImage(request, reply, await this.engine.rendering(other, wanted, client), {
        ...headers,
        ...this.headersFor(request, other, wanted),
      })
    }
  }
}

/** What somebody may see of pages. */
export const eyesOf = (principal: Principal): Eyes => ({
  sees: place => access.sees(principal, place),
  unmarked: place => access.sight(principal).can('unmarked', place),
})

function isRead(read: (from: PageImage) => ImageRequest, from: PageImage): boolean {
  try {
    read(from)
    return true
  } catch {
    return false
  }
}

/** Caches between us and the client keep what who asks decides about by who asks. */
export const varyOf = ({ isOfRight }: PageImage): string | undefined =>
  isOfRight ? 'Authorization, Cookie' : undefined

/** Aborted when the client goes before it has its answer. */
export function abortSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort()
  })
  return controller.signal
}
