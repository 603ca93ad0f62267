// What searches are asked with, and what they answer with.
import { z } from 'zod'
import { Meta } from '../../http/envelope.ts'

const Day = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
const common = {
  q: z.string().min(1).max(1000).meta({
    description: 'Words that must all be there; "…" a phrase, word* a beginning, -word must not be there',
  }),
  domain: z.string().max(120).optional().meta({ description: 'Name of a domain: it and those below it' }),
  within: z.coerce
    .number()
    .int()
    .min(1)
    .max(2147483647)
    .optional()
    .meta({ description: 'OT_ID of a title: it and what is below it' }),
  start: z.coerce.number().int().min(0).max(100_000).default(0).meta({ description: 'Hits to pass over' }),
  limit: z.coerce.number().int().min(1).max(100).default(20),
}
const Name = z.string().min(1).max(200).optional()
export const SearchQuery = z.strictObject({
  ...common,
  q: common.q.optional().meta({ description: `${common.q.meta()?.description}. Without it: all titles` }),
  level: z.enum(['all', 'top']).default('all').meta({
    description: 'top: only titles that stand in no other, no volumes and no issues',
  }),
  syntax: z.enum(['words', 'cql']).default('words'),
  field: z
    .enum(['all', 'title', 'person', 'publisher', 'place', 'subject', 'identifier', 'fulltext', 'record'])
    .default('all')
    .meta({ description: 'record: everything but texts' }),
  type: z.string().max(60).optional(),
  tag: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'Name of a tag that is set on the title or that its domain gives' }),
  language: z.string().max(10).optional(),
  person: Name.meta({ description: 'Name of a person or body, as the facet `person` writes it' }),
  subject: Name.meta({ description: 'Subject, as the facet `subject` writes it' }),
  place: Name.meta({ description: 'Place of publication, as the facet `place` writes it' }),
  from: Day.optional().meta({ description: 'Published in or after' }),
  to: Day.optional(),
  sort: z
    .enum(['relevance', 'title', '-title', 'date', '-date', 'person', '-person', 'release', '-release'])
    .default('relevance'),
  lang: z.string().max(35).optional().meta({
    description: 'Language in whose order titles and names are sorted; else as Accept-Language says',
  }),
  facets: z.enum(['true', 'false']).default('false'),
  pages: z.coerce
    .number()
    .int()
    .min(0)
    .max(20)
    .default(3)
    .meta({ description: 'Pages shown with each title' }),
})
/** Pages of one question for their marks: those of a list of titles */
const pagesMarked = 100
export const MarksQuery = z.strictObject({
  q: common.q,
  syntax: SearchQuery.shape.syntax,
  field: SearchQuery.shape.field,
  pages: z
    .string()
    .regex(new RegExp(`^[1-9]\\d{0,9}(?:,[1-9]\\d{0,9}){0,${pagesMarked - 1}}$`))
    .transform(ids => [...new Set(ids.split(',').map(Number))].filter(id => id <= 2_147_483_647))
    .meta({ description: `Ids of pages, with commas between them: up to ${pagesMarked}` }),
})
const Pixels = z.number().int()
export const MarksResult = z
  .object({
    items: z.array(
      z.object({
        id: z.number().int(),
        width: Pixels.meta({ description: 'Of the image that the lines lie on' }),
        height: Pixels,
        lines: z.array(z.object({ x: Pixels, y: Pixels, width: Pixels, height: Pixels })),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'MarkedPages' })
export const PageQuery = z.strictObject(common)

const Snippet = z.object({ before: z.string(), match: z.string(), after: z.string() }).meta({ id: 'Snippet' })
const PageHit = z
  .object({
    id: z.number().int(),
    titleId: z.number().int(),
    label: z.string().nullable(),
    snippets: z.array(Snippet),
    articles: z
      .array(z.object({ id: z.number().int(), caption: z.string().nullable() }))
      .meta({ description: 'Articles of the page whose regions hold the words' }),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'PageHit' })
const isPartial = z
  .boolean()
  .meta({ description: 'The search index is being made anew: titles and pages may be missing still' })
const Facet = z.array(z.object({ value: z.string(), count: z.number().int() }))
export const SearchResult = z
  .object({
    items: z.array(
      z.object({
        id: z.number().int(),
        type: z.string(),
        title: z.string(),
        persons: z.array(z.string()),
        date: z.string().nullable(),
        domain: z.string(),
        pageHits: z.number().int().meta({ description: 'Pages whose texts hold the words' }),
        pages: z.array(PageHit),
        pageCount: z.number().int().meta({ description: 'Pages with an image' }),
        hasText: z.boolean(),
        issueDate: z.string().nullable(),
        place: z.string().nullable(),
        publisher: z.string().nullable(),
        within: z
          .object({ id: z.number().int(), title: z.string() })
          .nullable()
          .meta({ description: 'The title that it stands in' }),
        links: z.record(z.string(), z.string()),
      }),
    ),
    total: z.number().int().meta({ description: 'Hits, counted up to [search] maxHits' }),
    isPartial,
    didYouMean: z.string().nullable().meta({
      description:
        'Where nothing was found: the words spelt as titles and texts have them, which finds something',
    }),
    facets: z
      .object({
        type: Facet,
        domain: Facet,
        language: Facet,
        decade: Facet,
        person: Facet,
        subject: Facet,
        place: Facet,
        types: z
          .array(z.object({ name: z.string(), de: z.string(), en: z.string() }))
          .meta({ description: 'Names of the types that are counted' }),
      })
      .optional(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'FoundTitles' })
export const PageResult = z
  .object({
    items: z.array(PageHit),
    total: z.number().int(),
    isPartial,
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'FoundPages' })
