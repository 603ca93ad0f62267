// IIIF Content Search 1.0, for viewers that know no later one. @see https://iiif.io/api/search/1.0/
import { z } from 'zod'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { addressesOf } from '../objects/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { answers, CompletionQuery, Query, sendDocument } from './content-search.ts'
import { completionsOf, findInTitle, pagesPerPart } from './find-in-title.ts'
import type { SearchService } from './service.ts'

export async function content1Routes(app: App, services: Services, search: SearchService): Promise<void> {
  const { db } = services
  const addresses = addressesOf(services)
  const Place = z.strictObject({ presentation: z.enum(['2', '3']), id: Id })
  app.get(
    '/iiif/search/1/:presentation/:id',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'searchContentForOldViewers',
        tags: ['iiif'],
        summary: 'IIIF Content Search 1, on the canvases of either version of the manifest.',
        params: Place,
        querystring: Query,
        response: answers,
      },
    },
    async (request, reply) => {
      const { id, presentation } = request.params
      const { q = '', startIndex } = request.query
      const node = await getVisible(db, request.principal, id)
      const { total, pages } = await findInTitle(
        services,
        search,
        request.principal,
        node.path,
        q,
        startIndex,
      )
      const base = addresses.contentSearch1(presentation === '2' ? 2 : 3, id)
      const resources: object[] = []
      const hits: object[] = []
      for (const page of pages) {
        const canvas = addresses.inside(presentation === '2' ? 2 : 3, id, 'canvas', page.id)
        page.found.forEach((occurrence, at) => {
          const ids = occurrence.words.map((word, n) => {
            const annotation = `${base}/annotation/${page.id}-${at + 1}-${n + 1}`
            const { x, y, width, height } = word.box
            resources.push({
              '@id': annotation,
              '@type': 'oa:Annotation',
              motivation: 'sc:painting',
              resource: { '@type': 'cnt:ContentAsText', chars: word.text },
              on: `${canvas}#xywh=${x},${y},${width},${height}`,
            })
            return annotation
          })
          hits.push({
            '@type': 'search:Hit',
            annotations: ids,
            before: occurrence.before,
            match: occurrence.exact,
            after: occurrence.after,
          })
        })
      }
      const at = (from: number) =>
        `${base}?q=${encodeURIComponent(q)}${from > 0 ? `&startIndex=${from}` : ''}`
      const document = {
        '@context': [
          'http://iiif.io/api/presentation/2/context.json',
          'http://iiif.io/api/search/1/context.json',
        ],
        '@id': at(startIndex),
        '@type': 'sc:AnnotationList',
        within: { '@type': 'sc:Layer', total, first: at(0) },
        startIndex,
        ...(startIndex + pagesPerPart < total ? { next: at(startIndex + pagesPerPart) } : {}),
        resources,
        hits,
      }
      return sendDocument(reply, 'application/ld+json', document)
    },
  )

  app.get(
    '/iiif/search/1/:presentation/:id/autocomplete',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'completeContentSearchForOldViewers',
        tags: ['iiif'],
        summary: 'IIIF Content Search 1: words of a title that begin so.',
        params: Place,
        querystring: CompletionQuery,
        response: answers,
      },
    },
    async (request, reply) => {
      const { id, presentation } = request.params
      const { q, min = 1 } = request.query
      const node = await getVisible(db, request.principal, id)
      const base = addresses.contentSearch1(presentation === '2' ? 2 : 3, id)
      const terms = await completionsOf(services, search, request.principal, node.path, q, min)
      return sendDocument(reply, 'application/ld+json', {
        '@context': 'http://iiif.io/api/search/1/context.json',
        '@id': `${base}/autocomplete?q=${encodeURIComponent(q)}`,
        '@type': 'search:TermList',
        terms: terms.map(({ value, total }) => ({
          match: value,
          count: total,
          url: `${base}?q=${encodeURIComponent(value)}`,
        })),
      })
    },
  )
}
