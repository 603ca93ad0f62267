// /api/v1/suggestions: names that begin as somebody has typed. Asked with every few letters, so it reads the index alone but for titles.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { nameKinds } from '../../search-index/query.ts'
import { loadTitles } from '../objects/index.ts'
import { comparedName } from './names.ts'
import { domainsBelow, withheldFrom } from './scope.ts'
import type { SearchService } from './service.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const leastLetters = 2

const Suggestions = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(nameKinds),
        value: z.string().meta({ description: 'As `person`, `subject` and `place` of /search take it' }),
        titles: z
          .number()
          .int()
          .meta({ description: 'Titles that have it and that the caller may see, counted up to 1,000' }),
        id: z.number().int().nullable().meta({ description: 'OT_ID of the title; null for other names' }),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'Suggestions' })

export async function suggestRoutes(app: App, services: Services, search: SearchService): Promise<void> {
  const { db } = services

  app.get(
    '/api/v1/suggestions',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'suggest',
        tags: ['search'],
        summary: 'Names of titles, persons, subjects and places that hold words as they are being typed.',
        querystring: z.strictObject({
          q: z
            .string()
            .min(1)
            .max(200)
            .meta({
              description: `Words; the last one may not be ended. Fewer than ${leastLetters} letters suggest nothing.`,
            }),
          domain: z.string().max(120).optional().meta({
            description: 'Name of a domain: it and those below it',
          }),
          limit: z.coerce.number().int().min(1).max(10).default(4).meta({ description: 'Of each kind' }),
        }),
        response: { 200: json(Suggestions, 'By kind, the most frequent first.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { q, domain, limit } = request.query
      const domainIds = domain === undefined ? undefined : await domainsBelow(db, domain)
      if (domain !== undefined && !domainIds)
        throw new Refusal('not-found', `There is no domain ‘${domain}’.`)
      const words = comparedName(q).split(' ')
      const names =
        words.join('').length < leastLetters
          ? []
          : await search.index.suggest(
              words,
              { domainIds, ...(await withheldFrom(search, request.principal)) },
              limit,
            )
      // what was hidden a moment ago is still in the index, but not shown
      const ids = names.flatMap(({ kind, titleId }) => (kind === 'title' ? [titleId] : []))
      const titles = await loadTitles(services, db, ids, request.principal)
      reply.header('cache-control', 'private, max-age=60').header('vary', 'Authorization, Cookie')
      return {
        items: names
          .filter(({ kind, titleId }) => kind !== 'title' || titles.has(titleId))
          .map(({ kind, name, titles: count, titleId }) => ({
            kind,
            value: name,
            titles: count,
            id: kind === 'title' ? titleId : null,
          })),
        links: { self: request.url },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
