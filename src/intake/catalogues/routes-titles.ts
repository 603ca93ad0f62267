import { z } from 'zod'
import { getTitle, requireTitleVersion } from '../../catalogue/titles/index.ts'
import { Refusal } from '../../errors.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import { IdParams, Meta, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { compare, take } from './refetch.ts'

const tags = ['imports']
const where = {
  catalogue: z.string().max(60).optional().meta({ description: 'Another one than the title came from' }),
  identifier: z.string().trim().min(1).max(250).optional().meta({
    description: 'Another one than the title has there',
  }),
}
const Comparison = z
  .object({
    titleId: z.number().int(),
    catalogue: z.string(),
    identifier: z.string(),
    checksum: z.string().meta({ description: 'Of the record there; sent back with what is taken' }),
    isEdited: z.boolean().meta({
      description: 'The record was changed here, or never came from a catalogue: the clock leaves it alone',
    }),
    byHand: z.array(z.string()).meta({ description: 'Properties that somebody set: no record changes them' }),
    differences: z.array(
      z.object({
        field: z.string().meta({ description: 'Name of the top elements of MODS, titleInfo for example' }),
        here: z.array(z.string()),
        there: z.array(z.string()),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'CatalogueComparison', description: 'A record here and in its catalogue. Nothing is stored.' })
const Taken = z
  .object({
    titleId: z.number().int(),
    fields: z.array(z.string()),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'CatalogueTaken' })

/** Records of titles beside those of their catalogues. */
export async function titleRoutes(app: App, { services }: { services: Services }): Promise<void> {
  app.get(
    '/api/v1/titles/:id/catalogue',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'compareWithCatalogue',
        tags,
        summary: 'Looks up the record of a title in its catalogue, and says where they differ.',
        params: IdParams,
        querystring: z.strictObject(where),
        response: { 200: json(Comparison, 'The differences.'), ...problems(404, 409, 413, 422, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { there: _, ...comparison } = await compare(services, id, request.query)
      void reply.header('cache-control', 'no-store')
      return {
        titleId: id,
        ...comparison,
        byHand: [...comparison.byHand],
        differences: comparison.differences.map(each => ({
          ...each,
          here: [...each.here],
          there: [...each.there],
        })),
        links: { self: request.url, title: `/api/v1/titles/${id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.post(
    '/api/v1/titles/:id/catalogue',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'takeFromCatalogue',
        tags,
        summary: 'Takes fields of the record in the catalogue, or all of it.',
        description:
          'With all of it the title is the catalogue’s again and refreshed by the clock; with some of it its record is edited here, and stays.',
        params: IdParams,
        body: z.strictObject({
          ...where,
          checksum: z.string().max(64).meta({ description: 'Of the record that was looked at' }),
          fields: z
            .array(z.string().max(60))
            .min(1)
            .max(50)
            .optional()
            .meta({ description: 'Fields of `differences`; nothing: all' }),
        }),
        response: { 200: json(Taken, 'What was taken.'), ...problems(404, 409, 412, 413, 422, 428, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const version = expectedVersion(request)
      const { checksum, fields, ...said } = request.body
      // asked for before the transaction, which waits for nobody
      const found = await compare(services, id, said)
      if (found.checksum !== checksum)
        throw new Refusal(
          'conflict',
          `The record ‘${found.identifier}’ has changed in the catalogue ${found.catalogue} since it was looked at: compare again.`,
        )
      const answer = await write(services, request, {}, async trx => {
        await requireTitleVersion(trx, id, version)
        const taken = await take(trx, services, id, found, fields, actorOf(request))
        const title = await getTitle(trx, id)
        return {
          body: {
            titleId: id,
            fields: [...taken],
            links: { title: `/api/v1/titles/${id}` },
            relationships: {},
            meta: metaOf({}),
          },
          etag: etagOf(title.version, 'o'),
        }
      })
      return send(reply, answer)
    },
  )
}
