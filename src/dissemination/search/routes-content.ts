// IIIF Content Search 2.0 within a title: annotations with the boxes of the words, and beginnings of words for auto-completion.
// @see https://iiif.io/api/search/2.0/
import { z } from 'zod'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { answers, CompletionQuery, partialNote, Query, sendDocument } from './content-search.ts'
import { addressesOf } from '../objects/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { completionsOf, findInTitle, pagesPerPart } from './find-in-title.ts'
import type { SearchService } from './service.ts'

const context = 'http://iiif.io/api/search/2/context.json'
const media = `application/ld+json;profile="${context}"`

/** Parameters of the norm that this service does not filter by: they are named in the answer. */
const ignorable = ['motivation', 'date', 'user']

export async function contentRoutes(app: App, services: Services, search: SearchService): Promise<void> {
  const { db } = services
  const addresses = addressesOf(services)

  app.get(
    '/iiif/search/2/:id',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'searchContent',
        tags: ['iiif'],
        summary: 'IIIF Content Search 2: where the words of a title stand.',
        params: z.strictObject({ id: Id }),
        querystring: Query,
        response: answers,
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { q = '', startIndex } = request.query
      const node = await getVisible(db, request.principal, id)
      const hits = await findInTitle(services, search, request.principal, node.path, q, startIndex)
      const base = addresses.contentSearch(id)
      const self = `${base}?q=${encodeURIComponent(q)}${startIndex > 0 ? `&startIndex=${startIndex}` : ''}`
      const items: object[] = []
      const marks: object[] = []
      for (const page of hits.pages) {
        const canvas = addresses.inside(3, id, 'canvas', page.id)
        const { found } = page
        // a page whose words have no boxes is a hit as a whole
        if (found.length === 0)
          items.push({
            id: `${base}/annotation/${page.id}`,
            type: 'Annotation',
            motivation: 'supplementing',
            body: { type: 'TextualBody', value: q, format: 'text/plain' },
            target: canvas,
          })
        found.forEach((occurrence, at) => {
          const ids = occurrence.words.map((word, n) => {
            const annotation = `${base}/annotation/${page.id}-${at + 1}-${n + 1}`
            const { x, y, width, height } = word.box
            items.push({
              id: annotation,
              type: 'Annotation',
              motivation: 'supplementing',
              body: { type: 'TextualBody', value: word.text, format: 'text/plain' },
              target: `${canvas}#xywh=${x},${y},${width},${height}`,
            })
            return annotation
          })
          marks.push({
            id: `${base}/match/${page.id}-${at + 1}`,
            type: 'Annotation',
            motivation: 'contextualizing',
            target: ids.map(source => ({
              type: 'SpecificResource',
              source,
              selector: [
                {
                  type: 'TextQuoteSelector',
                  prefix: occurrence.before,
                  exact: occurrence.exact,
                  suffix: occurrence.after,
                },
              ],
            })),
          })
        })
      }
      const ignored = ignorable.filter(name => name in request.query)
      const next =
        startIndex + pagesPerPart < hits.total
          ? `${base}?q=${encodeURIComponent(q)}&startIndex=${startIndex + pagesPerPart}`
          : undefined
      const isPart = startIndex > 0 || next !== undefined
      const document = {
        '@context': context,
        id: self,
        type: 'AnnotationPage',
        ...(ignored.length > 0 ? { ignored } : {}),
        ...((await search.isPartial()) ? { summary: partialNote } : {}),
        ...(isPart
          ? {
              partOf: {
                id: `${base}?q=${encodeURIComponent(q)}#all`,
                type: 'AnnotationCollection',
                first: { id: `${base}?q=${encodeURIComponent(q)}`, type: 'AnnotationPage' },
              },
              startIndex,
              ...(next === undefined ? {} : { next: { id: next, type: 'AnnotationPage' } }),
            }
          : {}),
        items,
        ...(marks.length > 0 ? { annotations: [{ type: 'AnnotationPage', items: marks }] } : {}),
      }
      return sendDocument(reply, media, document)
    },
  )

  app.get(
    '/iiif/search/2/:id/autocomplete',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'completeContentSearch',
        tags: ['iiif'],
        summary: 'IIIF Content Search 2: words of a title that begin so.',
        params: z.strictObject({ id: Id }),
        querystring: CompletionQuery,
        response: answers,
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { q, min = 1 } = request.query
      const node = await getVisible(db, request.principal, id)
      const base = addresses.contentSearch(id)
      const ignored = ignorable.filter(name => name in request.query)
      const items = (await completionsOf(services, search, request.principal, node.path, q, min)).map(
        ({ value, total }) => ({
          value,
          total,
          service: [{ id: `${base}?q=${encodeURIComponent(value)}`, type: 'SearchService2' }],
        }),
      )
      const document = {
        '@context': context,
        id: `${base}/autocomplete?q=${encodeURIComponent(q)}`,
        type: 'TermPage',
        ...(ignored.length > 0 ? { ignored } : {}),
        items,
      }
      return sendDocument(reply, media, document)
    },
  )
}
