import { z } from 'zod'
import { drawFields } from '../../catalogue/titles/index.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { cataloguesOf, lookUp } from './look-up.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const tags = ['imports']
const rest = {
  links: z.record(z.string(), z.string()),
  relationships: z.object({}),
  meta: Meta,
}
const CatalogueList = z
  .object({ items: z.array(z.object({ name: z.string(), caption: z.string() })), ...rest })
  .meta({ id: 'CatalogueList' })
const CatalogueRecord = z
  .object({
    catalogue: z.string(),
    identifier: z.string(),
    record: z.string().nullable().meta({ description: 'Identifier that the record itself carries' }),
    title: z.string().nullable(),
    persons: z.string().nullable(),
    date: z.string().nullable(),
    publisher: z.string().nullable(),
    place: z.string().nullable(),
    mods: z.string().meta({ description: 'What would be stored' }),
    ...rest,
  })
  .meta({
    id: 'CatalogueRecord',
    description: 'A record of an online catalogue, as MODS. Nothing is stored.',
  })

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  // a fault of their file ends the start, not the first request
  cataloguesOf(services)

  app.get(
    '/api/v1/catalogues',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'listCatalogues',
        tags,
        summary: 'Lists the online catalogues that records can be fetched from.',
        response: { 200: json(CatalogueList, 'Catalogues.'), ...problems() },
      },
    },
    async request => ({
      items: [...cataloguesOf(services).values()].map(({ name, caption }) => ({
        name,
        caption: caption ?? name,
      })),
      links: { self: request.url },
      relationships: {},
      meta: metaOf({}),
    }),
  )

  app.get(
    '/api/v1/catalogues/:name/record',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'getCatalogueRecord',
        tags,
        summary: 'Fetches a record of an online catalogue by its identifier, and stores nothing.',
        description: 'POST /api/v1/imports with `catalogue` and `catalogueIds` makes titles of such records.',
        params: z.strictObject({ name: z.string().max(60) }),
        querystring: z.strictObject({ identifier: z.string().trim().min(1).max(250) }),
        response: { 200: json(CatalogueRecord, 'The record.'), ...problems(404, 409, 413, 422, 503) },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      const { identifier } = request.query
      const { mods, xml } = await lookUp(services, name, identifier)
      const { title, persons, date, publisher, place } = drawFields(mods, null)
      void reply.header('cache-control', 'no-store')
      return {
        catalogue: name,
        identifier,
        record: mods.record?.value ?? null,
        title,
        persons,
        date,
        publisher,
        place,
        mods: xml,
        links: { self: request.url },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
