// What searches answer with.
import { z } from 'zod'

const Snippet = z.object({ before: z.string(), match: z.string(), after: z.string() }).meta({ id: 'Snippet' })
const PageHit = z
  .object({
    id: z.number().int(),
    titleId: z.number().int(),
    label: z.string().nullable(),
    snippets: z.array(Snippet),
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
    meta: z.object({}),
  })
  .meta({ id: 'FoundTitles' })
export const PageResult = z
  .object({
    items: z.array(PageHit),
    total: z.number().int(),
    isPartial,
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: z.object({}),
  })
  .meta({ id: 'FoundPages' })
