import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { BuiltDocuments } from '../../http/built.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { objectTag } from '../../system/changes/index.ts'
import { loadObject } from '../objects/index.ts'
import { readPagination } from '../../catalogue/pages/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { metsOfObject } from './of-object.ts'

const MetsQuery = z.strictObject({
  format: z
    .enum(['mets', 'zmets'])
    .default('mets')
    .meta({ description: 'zmets: members and issues of newspapers by year, month and day' }),
})

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const pagination = readPagination()
  const built = new BuiltDocuments()
  for (const [url, operationId] of [
    ['/mets/:id', 'getMets'],
    ['/api/v1/titles/:id/mets', 'getTitleMets'],
  ] as const)
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: {
          operationId,
          tags: ['standards'],
          summary: 'METS/MODS of a title in the profile of the DFG Viewer.',
          params: IdParams,
          querystring: MetsQuery,
          response: {
            200: { description: 'METS.', content: { 'application/mets+xml': { schema: z.unknown() } } },
            ...problems(404),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const { format } = request.query
        const node = await getVisible(services.db, request.principal, id)
        const variant = access.variant(request.principal)
        const tag = await objectTag(services, id, `${format}${variant}`)
        return await built.send(request, reply, {
          key: `${format}/${id}/${variant}/${services.publicUrl()}`,
          tag,
          media: 'application/mets+xml; charset=utf-8',
          cacheControl:
            node.state === 1 && access.isShared(request.principal) ? 'public, no-cache' : 'private, no-cache',
          build: async () => {
            const object = await loadObject(services, services.db, request.principal, id)
            if (object.root.datatype !== 'title')
              throw new Refusal(
                'not-found',
                `${id} is a part of title ${object.title.id}, whose METS is at /mets/${object.title.id}.`,
              )
            const calendar = format === 'zmets'
            const mets = await metsOfObject(services, services.db, object, pagination, { calendar })
            return `<?xml version="1.0" encoding="UTF-8"?>\n${mets}\n`
          },
        })
      },
    )
}
