// Derivatives of pages: image?width=, rendered from the master and kept in the cache.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { isFresh } from '../../http/etag.ts'
import type { Module } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { Renderer } from '../../imaging/render.ts'
import { domainOption, getDomain } from '../domains/index.ts'
import { getPage } from '../pages/index.ts'
import { getVisible } from '../tree/index.ts'

const ImageQuery = z.strictObject({
  width: z.coerce.number().int().min(0).max(20_000).optional().meta({
    description:
      'Pixels; one of the widths on offer, or 0 for the largest there is. Default: the largest width on offer.',
  }),
})

export const images: Module = {
  name: 'images',
  routes: async (app, { services }) => {
    const { db, config, cache, archive } = services
    const renderer = new Renderer(config.webcache.renderLanes, config.webcache.renderQueue)

    /** Widths on offer in a domain: its own, else those of server.ini. */
    const widthsOf = async (domainId: number): Promise<number[]> => {
      const own = await domainOption(services, db, await getDomain(db, domainId), 'image.widths')
      const numbers = own
        .split(',')
        .map(part => Number(part.trim()))
        .filter(width => Number.isInteger(width) && width > 0)
      return numbers.length > 0 ? numbers : config.webcache.widths
    }

    app.get(
      '/api/v1/pages/:id/image',
      {
        config: { right: 'tree:read' },
        schema: {
          operationId: 'getImage',
          tags: ['pages'],
          summary: 'The image of a page as JPEG, at a width on offer.',
          params: IdParams,
          querystring: ImageQuery,
          response: {
            200: { description: 'The image.', content: { 'image/jpeg': { schema: z.unknown() } } },
            ...problems(404, 422),
          },
        },
      },
      async (request, reply) => {
        const node = await getVisible(db, request.principal, request.params.id)
        const page = await getPage(db, node.id)
        if (page.url === null || page.hashsum === null || page.width === null)
          throw new Refusal('not-found', `Page ${page.id} has no master.`)
        const widths = await widthsOf(page.domainId)
        const asked = request.query.width ?? Math.max(...widths)
        if (asked !== 0 && !widths.includes(asked))
          throw new Refusal(
            'bad-request',
            `Images come ${widths.join(', ')} pixels wide, or 0 for the largest there is, not ${asked}.`,
            { widths },
          )
        const width = asked === 0 || asked >= page.width ? undefined : asked
        const key = `${page.hashsum}/w${width ?? 0}/q${config.webcache.quality}`
        const etag = `"${page.hashsum.slice(7, 23)}-${width ?? 0}-${config.webcache.quality}"`
        // no pixel is touched for a client whose copy is current
        if (isFresh(request, reply, etag, 'public, max-age=0, must-revalidate'))
          return reply.send(undefined as never)
        const cached = await cache.get(key)
        const bytes =
          cached ??
          (await renderer.jpeg(key, {
            path: archive.path(page.url),
            width,
            quality: config.webcache.quality,
            maxPixels: config.limits.pixels,
          }))
        if (!cached)
          void cache
            .put(key, bytes)
            .catch((error: unknown) => request.log.warn({ err: error }, 'the image cache cannot be written'))
        return reply
          .type('image/jpeg')
          .header('content-length', bytes.length)
          .header('access-control-allow-origin', '*')
          .serializer((value: unknown) => value as string)
          .send(bytes as never) as never
      },
    )
  },
}
