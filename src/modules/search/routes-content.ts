// IIIF Content Search 2.0, and 1.0 for viewers that know no later one, within a title: annotations with the boxes of the words, and beginnings of words for auto-completion.
// @see https://iiif.io/api/search/2.0/
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import type { Terms } from '../../search/query.ts'
import { addressesOf } from '../objects/index.ts'
import { servedText, type ServedWord } from '../texts/index.ts'
import { getVisible } from '../tree/index.ts'
import { conditionOfText, textTerms } from './conditions.ts'
import { pageTexts } from './page-texts.ts'
import type { SearchService } from './service.ts'
import { matches } from './snippets.ts'
import { wordsOf } from '../../formats/text/fold.ts'

const context = 'http://iiif.io/api/search/2/context.json'
const media = `application/ld+json;profile="${context}"`
const pagesPerPart = 50
const completions = 20

const Query = z
  .object({
    q: z.string().max(1000).optional(),
    startIndex: z.coerce.number().int().min(0).max(100_000).default(0),
  })
  .loose()
const CompletionQuery = z
  .object({ q: z.string().min(1).max(200), min: z.coerce.number().int().min(1).optional() })
  .loose()
const sendDocument = (reply: FastifyReply, type: string, document: object) =>
  reply
    .type(type)
    .header('cache-control', 'no-cache')
    .serializer((value: unknown) => value as string)
    .send(JSON.stringify(document)) as never

/** Parameters of the norm that this service does not filter by: they are named in the answer. */
const ignorable = ['motivation', 'date', 'user']

interface Occurrence {
  readonly words: readonly ServedWord[]
  readonly before: string
  readonly exact: string
  readonly after: string
}

const surrounding = 8

/** Words of a page as the index has them: halves of a divided word are one. */
function joined(words: readonly ServedWord[], form: (word: string) => string) {
  const result: { folded: string; text: string; parts: ServedWord[] }[] = []
  for (const word of words) {
    const last = result.at(-1)
    if (word.half === 2 && last && last.parts.at(-1)?.half === 1) {
      last.parts.push(word)
      continue
    }
    const text = word.half === 1 && word.joined !== undefined ? word.joined : word.text
    for (const [at, part] of wordsOf(text).entries())
      result.push({ folded: form(part), text: at === 0 ? text : '', parts: [word] })
  }
  return result
}

function occurrences(
  words: readonly ServedWord[],
  terms: Terms,
  form: (word: string) => string,
): Occurrence[] {
  const all = joined(words, form)
  const textOf = (from: number, to: number) =>
    all
      .slice(Math.max(0, from), to)
      .map(word => word.text)
      .filter(text => text !== '')
      .join(' ')
  return matches(all, terms).map(([first, last]) => ({
    words: [...new Set(all.slice(first, last + 1).flatMap(word => word.parts))],
    before: textOf(first - surrounding, first),
    exact: textOf(first, last + 1) || (all[first]?.parts[0]?.text ?? ''),
    after: textOf(last + 1, last + 1 + surrounding),
  }))
}

interface PageFound {
  readonly id: number
  readonly found: readonly Occurrence[]
}

/** Pages of a title whose texts hold the words, each with where; a page whose words have no boxes is a hit as a whole. */
async function find(
  services: Services,
  search: SearchService,
  path: string,
  q: string,
  startIndex: number,
): Promise<{ total: number; pages: PageFound[] }> {
  const { db } = services
  const terms = textTerms(conditionOfText(q, ['fulltext'], search.form))
  if (!terms) return { total: 0, pages: [] }
  const hits = await search.index.pages(
    terms,
    undefined,
    { path },
    { offset: startIndex, limit: pagesPerPart },
  )
  const visible = await pageTexts(db, hits.pages.map(page => page.id)) // prettier-ignore
  const pages: PageFound[] = []
  for (const { id } of hits.pages) {
    if (!visible.has(id)) continue
    const text = await servedText(services, db, id)
    pages.push({ id, found: occurrences(text?.lines.flatMap(line => line.words) ?? [], terms, search.form) })
  }
  return { total: hits.total, pages }
}

/** Words of a title that begin so, each with how often it stands there. */
async function completionsOf(
  services: Services,
  search: SearchService,
  path: string,
  q: string,
  min: number,
): Promise<{ value: string; total: number }[]> {
  const beginning = search.form(wordsOf(q).at(-1) ?? '')
  if (beginning === '') return []
  const counts = new Map<string, number>()
  const terms: Terms = { match: 'any', words: [{ text: beginning, isPrefix: true }] }
  const hits = await search.index.pages(terms, undefined, { path }, { offset: 0, limit: 200 })
  const texts = await pageTexts(services.db, hits.pages.map(page => page.id)) // prettier-ignore
  for (const text of texts.values())
    for (const word of wordsOf(text))
      if (search.form(word).startsWith(beginning))
        counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1)
  return [...counts]
    .filter(([, total]) => total >= min)
    .sort(([a, n], [b, m]) => m - n || a.localeCompare(b, 'de'))
    .slice(0, completions)
    .sort(([a], [b]) => a.localeCompare(b, 'de'))
    .map(([value, total]) => ({ value, total }))
}

export async function contentRoutes(app: App, services: Services, search: SearchService): Promise<void> {
  const { db } = services
  const addresses = addressesOf(services)
  const answers = {
    200: { description: 'The document.', content: { 'application/ld+json': { schema: z.unknown() } } },
    ...problems(404),
  }

  app.get(
    '/iiif/search/2/:id',
    {
      config: { right: 'tree:read' },
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
      const hits = await find(services, search, node.path, q, startIndex)
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
      config: { right: 'tree:read' },
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
      const items = (await completionsOf(services, search, node.path, q, min)).map(({ value, total }) => ({
        value,
        total,
        service: [{ id: `${base}?q=${encodeURIComponent(value)}`, type: 'SearchService2' }],
      }))
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

  const Place = z.strictObject({ presentation: z.enum(['2', '3']), id: Id })
  app.get(
    '/iiif/search/1/:presentation/:id',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'searchContent1',
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
      const { total, pages } = await find(services, search, node.path, q, startIndex)
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
      config: { right: 'tree:read' },
      schema: {
        operationId: 'completeContentSearch1',
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
      const terms = await completionsOf(services, search, node.path, q, min)
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
