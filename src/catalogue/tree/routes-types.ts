// The kinds of nodes there are, by the names that people know them by.
import { z } from 'zod'
import { datatypes } from '../../config/types.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { ListMeta, metaOf } from '../../http/envelope.ts'

const Types = z
  .object({
    items: z.array(
      z.object({
        datatype: z.enum(datatypes),
        name: z.string(),
        en: z.string(),
        de: z.string(),
        children: z.array(z.string()).meta({
          description: 'What may stand below: title:volume, or @page for all of a datatype',
        }),
      }),
    ),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: ListMeta,
  })
  .meta({ id: 'NodeTypes' })

export async function typeRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const items = services.types.all.map(({ datatype, name, en, de, children }) => ({
    datatype,
    name,
    en,
    de,
    children: [...children],
  }))

  app.get(
    '/api/v1/types',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'listTypes',
        tags: ['tree'],
        summary:
          'Lists the types of nodes, with their names in English and German and what may stand below them.',
        response: { 200: json(Types, 'Types.'), ...problems() },
      },
    },
    async request => ({
      items,
      links: { self: request.url },
      relationships: {},
      meta: { ...metaOf({}), count: items.length },
    }),
  )
}
