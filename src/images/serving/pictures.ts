// Pictures for people rather than viewers: a page at a width on offer, with the footer of its domain where it is to have one, and the
// page that stands for a title or a chapter.
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { stat } from 'node:fs/promises'
import { Refusal } from '../../errors.ts'
import type { ImageRequest, Size } from '../../formats/iiif-image/request.ts'
import { withFooter } from '../../imaging/render.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import type { ImageAnswer } from './engine.ts'
import { abortSignal, eyesOf, type ImageService, varyOf } from './image-service.ts'
import { firstPageBelow, titlePageOf } from '../packs/index.ts'
import { sendImage, sendUnchanged } from './send.ts'
import { standIn } from './stand-in.ts'
import { ofWhole } from './reduced.ts'
import type { PageImage } from './sources.ts'

/** The whole image at a width; the widest there is for 0 and for widths above it. */
export function wholeRequest(image: Size, width: number): ImageRequest {
  const wide = width === 0 || width >= image.width ? image.width : width
  const height = Math.max(1, Math.round((image.height * wide) / image.width))
  return {
    region: { x: 0, y: 0, ...image },
    size: wide === image.width ? image : { width: wide, height },
    rotation: 0,
    mirrored: false,
    quality: 'default',
    format: 'jpg',
    isExact: false,
    canonical: wide === image.width ? 'full/max/0/default.jpg' : `full/${wide},${height}/0/default.jpg`,
  }
}

/** @throws Refusal bad-request naming the widths on offer */
export async function requireOffered(images: ImageService, image: PageImage, width: number): Promise<void> {
  const { widths } = await images.recipes.settings(images.services.db, image.domainId)
  if (width === 0 || widths.includes(width)) return
  throw new Refusal(
    'bad-request',
    `Images come ${widths.join(', ')} pixels wide, or 0 for the largest there is, not ${width}.`,
    { widths },
  )
}

interface Picture {
  readonly etag: string
  readonly answer: (client: {
    readonly signal: AbortSignal
    readonly log: FastifyBaseLogger
  }) => Promise<ImageAnswer>
}

/** A page at a width with its domain's footer; undefined where it is to have none. */
async function withItsFooter(
  images: ImageService,
  asked: PageImage,
  askedFor: ImageRequest,
): Promise<Picture | undefined> {
  const [image, wanted] = ofWhole(asked, askedFor)
  const { services, engine, recipes } = images
  const { footer } = await recipes.settings(services.db, image.domainId)
  const from = footer?.fromWidth ?? services.config.webcache.footerSizes
  const facts = footer && (await stat(footer.path).catch(() => undefined))
  if (!footer || !facts || from === 0 || wanted.size.width < from) return undefined
  const stamp = `${footer.picture}-${facts.size}-${Math.round(facts.mtimeMs)}`
  const { quality } = services.config.webcache
  return {
    etag: `"${image.key}/${stamp}/${wanted.canonical}"`,
    answer: client =>
      engine.kept(`${image.key}/footer/${stamp}/${wanted.canonical}`, client, async () => {
        const stored = engine.passage(image, wanted)
        const bytes = stored ? await bytesOfAnswer(stored) : await engine.render(image, wanted)
        return await withFooter(bytes, footer.path, quality)
      }),
  }
}

const bytesOfAnswer = async (answer: ImageAnswer): Promise<Buffer> =>
  answer.kind === 'bytes' ? answer.bytes : await answer.pack.fetch(answer.passage)

/** Sends a page at a width, with its domain's footer from a width on. */
export async function sendPicture(
  images: ImageService,
  request: FastifyRequest,
  reply: FastifyReply,
  image: PageImage,
  width: number,
  disposition?: string,
): Promise<void> {
  const wanted = wholeRequest(image.size, width)
  const picture = await withItsFooter(images, image, wanted)
  if (!picture)
    return await images.answer(
      request,
      reply,
      image,
      wanted,
      disposition === undefined ? {} : { disposition },
    )
  const headers = {
    media: 'image/jpeg',
    etag: picture.etag,
    cacheControl: images.cacheControl(request, image),
    vary: varyOf(image),
    disposition,
  }
  if (sendUnchanged(request, reply, headers)) return
  request.spendPixels?.(wanted.size.width * wanted.size.height)
  sendImage(request, reply, await picture.answer({ signal: abortSignal(reply), log: request.log }), headers)
}

/** JPEG of a page at a width, with its domain's footer from a width on. @throws Refusal busy, not-processable */
export async function pictureBytes(
  images: ImageService,
  image: PageImage,
  width: number,
  client: { readonly signal: AbortSignal; readonly log: FastifyBaseLogger },
): Promise<Buffer> {
  const wanted = wholeRequest(image.size, width)
  const picture = await withItsFooter(images, image, wanted)
  if (picture) return await bytesOfAnswer(await picture.answer(client))
  return await bytesOfAnswer(
    images.engine.passage(image, wanted) ?? (await images.engine.rendering(image, wanted, client)),
  )
}

/** Bytes of a page at a width, where it is sent as it lies; undefined where it is made when somebody asks for it, or not theirs to see. */
export async function storedBytes(
  images: ImageService,
  principal: Principal,
  pageId: number,
  width: number,
): Promise<number | undefined> {
  try {
    const image = await images.sources.get(pageId, eyesOf(principal))
    const sight = access.sight(principal)
    const reason = sight.isPlain ? undefined : sight.reason('see-image', image)
    if (reason && (!reason.allowed || reason.width !== undefined)) return undefined
    const wanted = wholeRequest(image.size, width)
    if (await withItsFooter(images, image, wanted)) return undefined
    return image.pack?.stored(wanted.size)?.length
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** The page that stands for a node: itself, the title page of a title, the first page of a structure element. */
async function standingPage(
  images: ImageService,
  request: FastifyRequest,
  id: number,
): Promise<{ readonly id: number; readonly isCover: boolean } | undefined> {
  const { db, types } = images.services
  const node = await getVisible(db, request.principal, id)
  if (node.linkId !== null) return await standingPage(images, request, node.linkId)
  if (node.datatype === types.code('page')) return { id: node.id, isCover: false }
  const visibleOnly = !access.seesHidden(request.principal)
  const isTitle = node.datatype === types.code('title')
  const chosen = isTitle ? await titlePageOf(db, node.id) : undefined
  const page = chosen ?? (await firstPageBelow(db, node.path, visibleOnly))
  return page === undefined ? undefined : { id: page, isCover: isTitle }
}

async function sendStandIn(reply: FastifyReply, request: FastifyRequest, width: number): Promise<void> {
  const { bytes, width: wide } = await standIn(width)
  // clients ask again soon, whether there is a picture by now
  const headers = { media: 'image/png', etag: `"stand-in/${wide}"`, cacheControl: 'public, max-age=60' }
  sendImage(request, reply, { kind: 'bytes', bytes }, headers)
}

/** A title that is lent shows its title page to everyone up to this width, as lists and its own page need it. */
const widestCover = 600

/** The picture that stands for any node. */
export async function sendStanding(
  images: ImageService,
  request: FastifyRequest,
  reply: FastifyReply,
  id: number,
  width: number,
): Promise<void> {
  const page = await standingPage(images, request, id)
  let image: PageImage | undefined
  try {
    image =
      page === undefined
        ? undefined
        : await images.image(request, page.id, { isCover: page.isCover && width > 0 && width <= widestCover })
  } catch (error) {
    const isHarmless = ['not-found', 'unavailable', 'unauthorized', 'forbidden', 'lent']
    if (!(error instanceof Refusal) || !isHarmless.includes(error.reason)) throw error
  }
  if (!image) return await sendStandIn(reply, request, width)
  await sendPicture(images, request, reply, image, width)
}
