// /api/v1/search/marks: where the words stand on pages that were found. Asked for after the list is there: the boxes are read from the files of
// the texts, which takes longer than the search.
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { conditionAsked } from './asked.ts'
import { textTerms } from './conditions.ts'
import { markedLines } from './find-in-title.ts'
import { MarksQuery, MarksResult } from './schemas.ts'
import type { SearchService } from './service.ts'
import { metaOf } from '../../http/envelope.ts'

export async function marksRoutes(app: App, services: Services, search: SearchService): Promise<void> {
  app.get(
    '/api/v1/search/marks',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'searchMarks',
        tags: ['search'],
        summary: 'The lines of pages that hold the words of a search, to be marked on their pictures.',
        querystring: MarksQuery,
        response: {
          200: json(MarksResult, 'The pages that have such lines; those without boxes are left out.'),
          ...problems(),
        },
      },
    },
    async request => {
      const { query, principal } = request
      const terms = textTerms(await conditionAsked(services.db, search, query))
      return {
        items: terms
          ? (await markedLines(services, search, principal, query.pages, terms)).map(page => ({
              ...page,
              lines: [...page.lines],
            }))
          : [],
        links: { self: request.url },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
