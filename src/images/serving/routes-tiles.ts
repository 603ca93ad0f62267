// Tiles for viewers that speak no IIIF: Deep Zoom, by column, row and zoom, by the letters of a quadtree, and the addresses that Visual
// Library Servers have published. All of them are tiles of the pack, or are rendered like any other region.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { ImageRequest, Size } from '../../formats/iiif-image/request.ts'
import { Id } from '../../http/envelope.ts'
import type { App } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { tileSize } from '../../imaging/pack/recipe.ts'
import { imageDoor, type ImageService } from './image-service.ts'
import { pageId } from './routes-iiif.ts'
import type { PageImage } from './sources.ts'

const tags = ['images']
const imageAnswer = {
  200: { description: 'The tile.', content: { 'image/jpeg': { schema: z.unknown() } } },
  ...problems(404),
}
const Count = z.coerce.number().int().min(0).max(1_000_000)

/** The request for one tile. @param factor how much smaller than the image the tile's level is */
function tileRequest(
  image: Size,
  { column, row, factor, side = tileSize }: { column: number; row: number; factor: number; side?: number },
): ImageRequest {
  const span = side * factor
  const [x, y] = [column * span, row * span]
  if (x >= image.width || y >= image.height)
    throw new Refusal('not-found', `There is no tile ${column}, ${row} at this level.`)
  const region = { x, y, width: Math.min(span, image.width - x), height: Math.min(span, image.height - y) }
  const size = { width: Math.ceil(region.width / factor), height: Math.ceil(region.height / factor) }
  return {
    region,
    size,
    rotation: 0,
    mirrored: false,
    quality: 'default',
    format: 'jpg',
    isExact: true,
    canonical: `${x},${y},${region.width},${region.height}/${size.width},${size.height}/0/default.jpg`,
  }
}

/** Levels from the whole image in one tile (0) to the image in its own size. */
const zoomLevels = (image: Size, side = tileSize): number =>
  1 + Math.max(0, Math.ceil(Math.log2(Math.max(image.width, image.height) / side)))

/** Place of a tile named by the letters of a quadtree: t is the whole, then q, r, s, t clockwise from the upper left. */
function placeOfName(name: string): { zoom: number; column: number; row: number } {
  let [column, row] = [0, 0]
  for (const letter of name.slice(1)) {
    column = column * 2 + ('rs'.includes(letter) ? 1 : 0)
    row = row * 2 + ('st'.includes(letter) ? 1 : 0)
  }
  return { zoom: name.length - 1, column, row }
}

export async function tileRoutes(app: App, images: ImageService): Promise<void> {
  const tile = async (
    request: FastifyRequest,
    reply: FastifyReply,
    image: PageImage,
    place: Parameters<typeof tileRequest>[1],
  ) => await images.answer(request, reply, image, tileRequest(image.size, place))

  app.get(
    '/dzi/:file',
    {
      config: imageDoor,
      schema: {
        operationId: 'getDeepZoom',
        tags,
        summary: 'Describes the image of a page for Deep Zoom: /dzi/{page}.dzi.',
        params: z.strictObject({ file: z.string().regex(/^\d{1,10}\.dzi$/) }),
        response: {
          200: { description: 'The description.', content: { 'application/xml': { schema: z.string() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const image = await images.image(request, pageId(request.params.file.slice(0, -'.dzi'.length)))
      const { width, height } = image.size
      return reply
        .type('application/xml; charset=utf-8')
        .header('access-control-allow-origin', '*')
        .header('cache-control', images.cacheControl(request, image))
        .serializer((value: unknown) => value as string)
        .send(
          `<?xml version="1.0" encoding="UTF-8"?>\n<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="${tileSize}"><Size Width="${width}" Height="${height}"/></Image>\n`,
        )
    },
  )

  app.get(
    '/dzi/:folder/:level/:tile',
    {
      config: imageDoor,
      schema: {
        operationId: 'getDeepZoomTile',
        tags,
        summary: 'A Deep Zoom tile: /dzi/{page}_files/{level}/{column}_{row}.jpg.',
        params: z.strictObject({
          folder: z.string().regex(/^\d{1,10}_files$/),
          level: Count,
          tile: z.string().regex(/^\d{1,6}_\d{1,6}\.jpg$/),
        }),
        response: imageAnswer,
      },
    },
    async (request, reply) => {
      const image = await images.image(request, pageId(request.params.folder.slice(0, -'_files'.length)))
      // level 0 is one pixel; the deepest is the image itself
      const deepest = Math.ceil(Math.log2(Math.max(image.size.width, image.size.height)))
      const { level } = request.params
      if (level > deepest) throw new Refusal('not-found', `The deepest level is ${deepest}, not ${level}.`)
      const [column = 0, row = 0] = request.params.tile.split(/[_.]/).map(Number)
      await tile(request, reply, image, { column, row, factor: 2 ** (deepest - level) })
    },
  )

  app.get(
    '/api/v1/pages/:id/tiles/:zoom/:column/:row',
    {
      config: imageDoor,
      schema: {
        operationId: 'getTile',
        tags,
        summary: 'A tile by zoom, column and row; zoom 0 shows the whole image in one tile.',
        params: z.strictObject({ id: Id, zoom: Count, column: Count, row: Count }),
        response: imageAnswer,
      },
    },
    async (request, reply) => {
      const image = await images.image(request, request.params.id)
      await tile(request, reply, image, zoomed(image.size, request.params))
    },
  )

  app.get(
    '/api/v1/pages/:id/tiles/:name',
    {
      config: imageDoor,
      schema: {
        operationId: 'getTileByName',
        tags,
        summary: 'A tile by its name in the quadtree: t is the whole, tq its upper left quarter.',
        params: z.strictObject({ id: Id, name: z.string().regex(/^t[qrst]{0,20}$/) }),
        response: imageAnswer,
      },
    },
    async (request, reply) => {
      const image = await images.image(request, request.params.id)
      await tile(request, reply, image, zoomed(image.size, placeOfName(request.params.name)))
    },
  )

  app.get(
    '/image/tiler/square/:id/:turned/:column/:row',
    {
      config: imageDoor,
      schema: {
        operationId: 'getSquareTile',
        tags,
        summary: 'A tile of 1,024 pixels in the size of the image, as a Visual Library Server addresses it.',
        params: z.strictObject({ id: Id, turned: z.literal('0'), column: Count, row: Count }),
        response: imageAnswer,
      },
    },
    async (request, reply) => {
      const { id, column, row } = request.params
      await tile(request, reply, await images.image(request, id), { column, row, factor: 1, side: 1024 })
    },
  )

  app.get(
    '/image/tile/wc/:turned/:width/:version/:id/:level/:column/:row',
    {
      config: imageDoor,
      schema: {
        operationId: 'getWebcacheTile',
        tags,
        summary: 'A tile as older Visual Library Servers address it; rows count from the bottom.',
        params: z.strictObject({
          turned: z.string().max(20),
          width: Count,
          version: z.string().max(20),
          id: Id,
          level: Count,
          column: Count,
          row: z.string().regex(/^\d{1,6}(?:\.jpg)?$/),
        }),
        response: imageAnswer,
      },
    },
    async (request, reply) => {
      const { id, level, column } = request.params
      const image = await images.image(request, id)
      const place = zoomed(image.size, { zoom: level, column, row: 0 })
      const rows = Math.ceil(image.size.height / (tileSize * place.factor))
      const row = rows - 1 - Number.parseInt(request.params.row, 10)
      if (row < 0) throw new Refusal('not-found', `There is no row ${request.params.row} at this level.`)
      await tile(request, reply, image, { ...place, row })
    },
  )
}

/** @throws Refusal not-found below the deepest level */
function zoomed(image: Size, place: { zoom: number; column: number; row: number }) {
  const deepest = zoomLevels(image) - 1
  if (place.zoom > deepest)
    throw new Refusal('not-found', `The deepest level is ${deepest}, not ${place.zoom}.`)
  return { column: place.column, row: place.row, factor: 2 ** (deepest - place.zoom) }
}
