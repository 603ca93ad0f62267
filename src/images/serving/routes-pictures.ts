import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { bytesIn } from '../../http/contents.ts'
import { Id, IdParams } from '../../http/envelope.ts'
import type { App } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { findNode, shownPlace } from '../../catalogue/tree/index.ts'
import { access } from '../../people/access/index.ts'
import { identifiers } from '../../catalogue/titles/index.ts'
import { imageDoor, type ImageService } from './image-service.ts'
import { requireOffered, sendPicture, sendStanding, wholeRequest } from './pictures.ts'

const tags = ['images']
const Width = z.coerce.number().int().min(0).max(100_000)
const picture = {
  200: { description: 'The image.', content: bytesIn(['image/jpeg', 'image/png', 'image/webp']) },
  ...problems(404, 422),
}
const ImageQuery = z.strictObject({
  width: Width.optional().meta({
    description:
      'Pixels; one of the widths on offer, or 0 for the largest there is. Default: the largest width on offer.',
  }),
  marked: z.enum(['true', 'false']).optional().meta({
    description: 'With the watermark of its domain, to who may see it without as well.',
  }),
})

export async function pictureRoutes(app: App, images: ImageService): Promise<void> {
  const { services } = images

  app.get(
    '/api/v1/pages/:id/image',
    {
      config: imageDoor,
      schema: {
        operationId: 'getImage',
        tags,
        summary: 'The image of a page as JPEG, at a width on offer.',
        params: IdParams,
        querystring: ImageQuery,
        response: picture,
      },
    },
    async (request, reply) => {
      const isMarked = request.query.marked === 'true'
      const image = await images.image(request, request.params.id, { isMarked })
      const { widths } = await images.recipes.settings(services.db, image.domainId)
      const width = request.query.width ?? Math.max(...widths)
      await requireOffered(images, image, width)
      await images.answer(request, reply, image, wholeRequest(image.size, width))
    },
  )

  app.get(
    '/download/webcache/:width/:id',
    {
      config: imageDoor,
      schema: {
        operationId: 'downloadImage',
        tags,
        summary: "A page at a width on offer, 0 for the largest, with its domain's footer.",
        params: z.strictObject({ width: Width, id: Id }),
        response: picture,
      },
    },
    async (request, reply) => {
      const { id, width } = request.params
      const image = await images.image(request, id)
      await requireOffered(images, image, width)
      await sendPicture(images, request, reply, image, width, `inline; filename="${id}.jpg"`)
    },
  )

  app.get(
    '/titlepage/:id/:width',
    {
      config: imageDoor,
      schema: {
        operationId: 'getTitlepage',
        tags,
        summary:
          'The picture that stands for a title, a structure element or a page; a stand-in where there is none.',
        params: z.strictObject({ id: Id, width: Width }),
        response: picture,
      },
    },
    async (request, reply) => {
      await sendStanding(images, request, reply, request.params.id, request.params.width)
    },
  )

  app.get(
    '/titlepage/urn/:urn/:width',
    {
      config: imageDoor,
      schema: {
        operationId: 'getTitlepageByUrn',
        tags,
        summary: 'The picture that stands for what a URN names.',
        params: z.strictObject({ urn: z.string().min(5).max(500), width: Width }),
        response: picture,
      },
    },
    async (request, reply) => {
      const { urn, width } = request.params
      for (const holder of await identifiers.holders(services.db, { scheme: 'urn', value: urn })) {
        const node = await findNode(services.db, holder.nodeId)
        if (node && access.sees(request.principal, shownPlace(node)))
          return await sendStanding(images, request, reply, node.id, width)
      }
      throw new Refusal('not-found', `Nothing here has the URN ${urn}.`)
    },
  )

  // the address under which Visual Library Servers have published the IIIF Image API
  app.get(
    '/i3f/v21/:id/*',
    {
      config: imageDoor,
      schema: {
        operationId: 'redirectImage2',
        tags,
        summary: 'Leads to the IIIF Image API 2.1.',
        params: z.strictObject({ id: Id, '*': z.string().max(1000) }),
        response: { 301: z.null().meta({ description: 'Its address.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      await images.image(request, request.params.id)
      return reply
        .code(301)
        .header('access-control-allow-origin', '*')
        .header(
          'location',
          `${services.publicUrl()}/iiif/image/2/${request.params.id}/${request.params['*']
            .split('/')
            .map(encodeURIComponent)
            .join('/')}`,
        )
        .send(null)
    },
  )
}
