import { z } from 'zod'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { lookUp, providersOf } from './look-up.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const AuthorityList = z
  .object({
    provider: z
      .string()
      .nullable()
      .meta({ description: 'Code of the first authority file; null: none is set' }),
    providers: z.array(z.string()).meta({ description: 'Codes of all that are asked, in their order' }),
    failed: z
      .array(
        z.object({
          provider: z.string().meta({ description: 'Authority file that did not answer' }),
          detail: z.string().meta({ description: 'Why, as a sentence' }),
        }),
      )
      .meta({ description: 'Of those that were asked, those whose persons may be missing here' }),
    items: z.array(
      z.object({
        provider: z.string().meta({ description: 'Authority file that knows the person' }),
        uri: z.string().meta({ description: 'What a record carries as valueURI' }),
        identifier: z.string(),
        name: z.string().meta({ description: 'As the authority file prefers it' }),
        family: z.string(),
        given: z.string(),
        dates: z.string().nullable().meta({ description: 'Years of birth and death' }),
        about: z
          .array(z.string())
          .meta({ description: 'Occupations, place of birth, and what else is said' }),
        variants: z.array(z.string()).meta({ description: 'Some of the other names' }),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'AuthorityList' })

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  app.get(
    '/api/v1/authorities',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'listAuthorities',
        tags: ['titles'],
        summary: 'Looks persons up in the authority files of this installation, and stores nothing.',
        description: 'Without `q` it says only which authority files are set.',
        querystring: z.strictObject({ q: z.string().trim().min(1).max(250).optional() }),
        response: {
          200: json(AuthorityList, 'Persons, the likeliest first.'),
          ...problems(413, 422, 501, 503),
        },
      },
    },
    async (request, reply) => {
      const providers = providersOf(services)
      const { q } = request.query
      const { items, failed } = q === undefined ? { items: [], failed: [] } : await lookUp(services, q)
      void reply.header('cache-control', 'no-store')
      return {
        provider: providers[0] ?? null,
        providers,
        failed: [...failed],
        items: items.map(item => ({ ...item, about: [...item.about], variants: [...item.variants] })),
        links: { self: request.url },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
