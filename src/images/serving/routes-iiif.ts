// The IIIF Image API, versions 3.0 and 2.1, on one engine.
// @see https://iiif.io/api/image/3.0/, https://iiif.io/api/image/2.1/
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { licenceOf } from '../../formats/rights/licence.ts'
import { idIn } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import { contexts, imageInformation, profiles } from '../../formats/iiif-image/info.ts'
import {
  type ImageRequest,
  type ImageVersion,
  readImageRequest,
  type Size,
} from '../../formats/iiif-image/request.ts'
import { bytesIn, imageMedia, ImageInformation } from '../../http/contents.ts'
import { isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App } from '../../http/module.ts'
import { Problem, problems } from '../../http/problem.ts'
import { imageDoor, type ImageService } from './image-service.ts'
import { tileSize } from '../../imaging/pack/recipe.ts'
import type { PageImage } from './sources.ts'

const tags = ['images']
const mostRequests = 5000
const Parameter = z.string().max(250)
const ImageParams = z.strictObject({
  id: Parameter.meta({ description: 'OT_ID of a page' }),
  region: Parameter,
  size: Parameter,
  rotation: Parameter,
  file: Parameter.meta({ description: 'quality.format' }),
})
const informationMedia = {
  'application/ld+json': { schema: ImageInformation },
  'application/json': { schema: ImageInformation },
}
const ServiceParams = z.strictObject({ id: Parameter })

/** Answers of these routes may be read by any site, refusals too. */
const openToAll = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  reply.header('access-control-allow-origin', '*')
}

/** @throws Refusal not-found: what is no number names no page */
export function pageId(text: string): number {
  const id = idIn(text)
  if (id === undefined) throw new Refusal('not-found', `There is no image ‘${text}’.`)
  return id
}

const ldJson = (version: ImageVersion): string =>
  version === 3 ? `application/ld+json;profile="${contexts[3]}"` : 'application/ld+json'

/** JSON-LD unless the client asks for plain JSON. */
function mediaFor(version: ImageVersion, accept: string | undefined): string {
  if (accept?.includes('application/ld+json')) return ldJson(version)
  if (accept?.includes('application/json')) return 'application/json'
  return version === 3 ? ldJson(3) : 'application/json'
}

export async function iiifRoutes(app: App, images: ImageService): Promise<void> {
  const { services, engine } = images
  /** info.json by page, version and address: made once for each pack */
  const documents = new Map<string, string>()
  /** Requests that were read lately, by the size of the image and what is asked of it: viewers ask the same of every page */
  const requests = new Map<string, ImageRequest>()

  const baseOf = (version: ImageVersion, id: number): string =>
    `${services.publicUrl()}/iiif/image/${version}/${id}`

  /** Of the record of the page's title, else of its domain. */
  const rightsOf = async ({ licence, domainId }: PageImage): Promise<string | undefined> =>
    (licenceOf(licence) ?? licenceOf((await images.recipes.settings(services.db, domainId)).licence))?.uri

  const information = (version: ImageVersion, image: PageImage, rights: string | undefined): string => {
    const id = baseOf(version, image.id)
    const key = `${id} ${image.key} ${image.size.width} ${rights}`
    let text = documents.get(key)
    if (text === undefined) {
      const { pack } = image
      const hasTiles = image.whole !== undefined || pack?.index !== undefined || pack?.hasTiles === true
      text = JSON.stringify(
        imageInformation(version, {
          id,
          size: image.size,
          sizes: [
            ...(pack?.index?.stored.map(({ width, height }) => ({ width, height })) ?? []),
            ...(pack && pack.levels.length > 0 ? [levelSize(pack.levels[pack.levels.length - 1])] : []),
          ]
            .filter(size => size.width <= image.size.width)
            .filter((size, at, all) => all.findIndex(other => other.width === size.width) === at)
            .sort((a, b) => a.width - b.width),
          tileSize: hasTiles ? (pack?.levels[0]?.tileWidth ?? tileSize) : undefined,
          scaleFactors: image.whole ? factorsOf(image.size) : (pack?.levels.map((_, at) => 2 ** at) ?? []),
          limits: engine.limitsOf(image),
          rights,
        }),
      )
      if (documents.size > 5000) documents.clear()
      documents.set(key, text)
    }
    return text
  }

  for (const version of [3, 2] as const) {
    const prefix = `/iiif/image/${version}`
    const profile = `<${profiles[version]}>;rel="profile"`
    const name = `Image${version}`

    app.options(
      `${prefix}/*`,
      {
        config: { right: 'public' },
        schema: { hide: true },
        onRequest: openToAll,
      },
      async (_request, reply) =>
        reply
          .code(204)
          .header('access-control-allow-methods', 'GET, HEAD, OPTIONS')
          .header('access-control-allow-headers', 'Authorization, If-None-Match')
          .header('access-control-max-age', '86400')
          .send(undefined),
    )

    app.get(
      `${prefix}/:id` as '/iiif/image/3/:id',
      {
        config: imageDoor,
        onRequest: openToAll,
        schema: {
          operationId: `get${name}Base`,
          tags,
          summary: `Leads to info.json of the IIIF Image API ${version}.`,
          params: ServiceParams,
          response: { 303: z.null().meta({ description: 'info.json' }), ...problems(404) },
        },
      },
      async (request, reply) => {
        const id = pageId(request.params.id)
        await images.image(request, id)
        return reply
          .code(303)
          .header('location', `${baseOf(version, id)}/info.json`)
          .send(null)
      },
    )

    const closed = {
      description: 'The same, of an image that the caller may not see, with the services to log in by.',
      content: { ...informationMedia, 'application/problem+json': { schema: Problem } },
    }
    app.get(
      `${prefix}/:id/info.json` as '/iiif/image/3/:id/info.json',
      {
        config: imageDoor,
        onRequest: openToAll,
        schema: {
          operationId: `get${name}Information`,
          tags,
          summary: `info.json of the IIIF Image API ${version}.`,
          params: ServiceParams,
          response: {
            200: {
              description: 'Size, stored sizes, tiles and what may be asked for.',
              content: informationMedia,
            },
            ...problems(404),
            401: closed,
            403: closed,
          },
        },
      },
      async (request, reply) => {
        const { image, status, auth } = await images.described(request, pageId(request.params.id))
        const media = mediaFor(version, request.headers.accept)
        const rights = await rightsOf(image)
        const etag = `"${image.key}/info${version}${media === 'application/json' ? 'j' : ''}${rights === undefined ? '' : `/${rights}`}"`
        const link =
          version === 2 && media === 'application/json'
            ? `${profile},<${contexts[2]}>;rel="http://www.w3.org/ns/json-ld#context";type="application/ld+json"`
            : profile
        reply.header('access-control-expose-headers', 'Link, ETag')
        if (auth) {
          // what stands here depends on who asks; the services to log in by come with the refusal, too
          const document = { ...(JSON.parse(information(version, image, rights)) as object), service: auth }
          return reply
            .code(status as 401)
            .header('link', link)
            .header('cache-control', 'private, no-store')
            .type(media)
            .serializer((value: unknown) => value as string)
            .send(JSON.stringify(document))
        }
        if (isFresh(request, reply, etag, images.cacheControl(request, image))) return sendUnchanged(reply)
        return reply
          .header('link', link)
          .type(media)
          .serializer((value: unknown) => value as string)
          .send(information(version, image, rights))
      },
    )

    app.get(
      `${prefix}/:id/:region/:size/:rotation/:file` as '/iiif/image/3/:id/:region/:size/:rotation/:file',
      {
        config: imageDoor,
        onRequest: openToAll,
        schema: {
          operationId: `get${name}`,
          tags,
          summary: `An image by the IIIF Image API ${version}.`,
          params: ImageParams,
          response: {
            200: { description: 'The image.', content: bytesIn(imageMedia) },
            ...problems(404, 422, 501),
          },
        },
      },
      async (request, reply) => {
        const { id: idText, region, size, rotation, file } = request.params
        const id = pageId(idText)
        const image = await images.image(request, id)
        const key = `${version}/${image.size.width}x${image.size.height}${image.whole ? 'w' : ''}/${region}/${size}/${rotation}/${file}`
        let wanted = requests.get(key)
        if (!wanted) {
          wanted = images.wanted(request.principal, image, from =>
            readImageRequest(version, from.size, engine.limitsOf(from), [region, size, rotation, file]),
          )
          if (requests.size >= mostRequests) requests.clear()
          requests.set(key, wanted)
        }
        await images.answer(request, reply, image, wanted, {
          link: `${profile},<${baseOf(version, id)}/${wanted.canonical}>;rel="canonical"`,
        })
      },
    )
  }
}

/** Until the whole image fits into one tile. */
const factorsOf = (size: Size): number[] => {
  const factors = [1]
  while (Math.max(size.width, size.height) / (factors.at(-1) as number) > tileSize)
    factors.push((factors.at(-1) as number) * 2)
  return factors
}

const levelSize = (level: { readonly width: number; readonly height: number } | undefined) => ({
  width: level?.width ?? 0,
  height: level?.height ?? 0,
})
