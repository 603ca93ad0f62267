// /api/v1/search: titles with the pages their texts hold the words on, and pages alone.
import type { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { likedTags } from '../../http/language.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { type Condition, countedNames, type Scope, type Terms } from '../../search-index/query.ts'
import { loadTitles } from '../objects/index.ts'
import { taggedWith, titlesTagged } from '../../catalogue/tags/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { domainsBelow, withheldFrom } from './scope.ts'
import { conditionAsked } from './asked.ts'
import { conditionOfText, textTerms } from './conditions.ts'
import { comparedName } from './names.ts'
import { pageTexts } from './page-texts.ts'
import { respelt } from './spelling.ts'
import { PageQuery, PageResult, SearchQuery, SearchResult } from './schemas.ts'
import type { SearchService } from './service.ts'
import { type Article, articlesOf } from './articles.ts'
import { type Snippet, snippetsOf } from './snippets.ts'
import { metaOf } from '../../http/envelope.ts'

const tags = ['search']
const withinOf = (above: { readonly id: number; readonly title: string } | undefined) =>
  above ? { id: above.id, title: above.title } : null
const both = (left: Condition, right: Condition | undefined): Condition =>
  right ? { kind: 'and', left, right } : left

/** Titles that carry a tag, as the database has them now: the index knows no tags. */
async function tagCondition(db: Services['db'], name: string, principal: Principal): Promise<Condition> {
  const tagged = await taggedWith(db, name, principal)
  return {
    kind: 'or',
    left: { kind: 'value', field: 'id', values: await titlesTagged(db, tagged) },
    right: { kind: 'value', field: 'domain', values: tagged.domainIds },
  }
}

/** Links to the parts of a result beside this one. */
function links(url: string, start: number, limit: number, total: number): Record<string, string> {
  const at = (from: number): string => {
    const address = new URL(url, 'http://x')
    address.searchParams.set('start', String(from))
    return `${address.pathname}${address.search}`
  }
  return {
    self: url,
    ...(start + limit < total ? { next: at(start + limit) } : {}),
    ...(start > 0 ? { previous: at(Math.max(0, start - limit)) } : {}),
  }
}

export async function apiRoutes(app: App, services: Services, search: SearchService): Promise<void> {
  const { db } = services

  /** @throws Refusal not-found */
  async function scopeOf(
    request: { principal: Parameters<typeof getVisible>[1] },
    query: { domain?: string | undefined; within?: number | undefined },
  ): Promise<Scope> {
    const node =
      query.within === undefined ? undefined : await getVisible(db, request.principal, query.within)
    const domains = query.domain === undefined ? undefined : await domainsBelow(db, query.domain)
    if (query.domain !== undefined && !domains)
      throw new Refusal('not-found', `There is no domain ‘${query.domain}’.`)
    return { domainIds: domains, path: node?.path, ...(await withheldFrom(search, request.principal)) }
  }

  const condition = (query: z.output<typeof SearchQuery>) => conditionAsked(db, search, query)

  type FoundPage = { readonly id: number; readonly titleId: number; readonly label: string | null }
  const textsOf = (pages: readonly FoundPage[], principal: Principal) =>
    pageTexts(
      db,
      pages.map(page => page.id),
      principal,
    )
  const articlesFor = async (pages: readonly number[], terms: Terms | undefined, principal: Principal) =>
    terms ? articlesOf(services, search, principal, pages, terms) : new Map<number, never>()
  function pageHits(
    pages: readonly FoundPage[],
    terms: Terms,
    contents: ReadonlyMap<number, string>,
    articles: ReadonlyMap<number, readonly Article[]>,
  ) {
    return pages.map(page => ({
      ...page,
      articles: [...(articles.get(page.id) ?? [])],
      snippets: snippetsOf(contents.get(page.id) ?? '', terms, search.form) as Snippet[],
      links: { page: `/api/v1/pages/${page.id}`, text: `/api/v1/pages/${page.id}/text` } as Record<
        string,
        string
      >,
    }))
  }

  app.get(
    '/api/v1/search',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'search',
        tags,
        summary: 'Searches titles by their records and the texts of their pages.',
        querystring: SearchQuery,
        response: {
          200: json(SearchResult, 'Titles, each with pages that hold the words.'),
          ...problems(404),
        },
      },
    },
    async request => {
      const { query } = request
      const narrowed: (Condition | undefined)[] = [
        query.type === undefined ? undefined : { kind: 'value', field: 'type', values: [query.type] },
        query.tag === undefined ? undefined : await tagCondition(db, query.tag, request.principal),
        query.language === undefined
          ? undefined
          : { kind: 'value', field: 'language', values: [query.language] },
        query.from === undefined && query.to === undefined
          ? undefined
          : { kind: 'date', from: query.from, to: query.to === undefined ? undefined : `${query.to}~` },
        ...countedNames.map((of): Condition | undefined =>
          query[of] === undefined ? undefined : { kind: 'name', of, folded: comparedName(query[of]) },
        ),
      ]
      const narrow = (asked: Condition) => narrowed.reduce<Condition>(both, asked)
      const asked = await condition(query)
      const sort = query.q === undefined && query.sort === 'relevance' ? 'title' : query.sort
      const key = sort.replace('-', '') as 'relevance' | 'title' | 'date' | 'person' | 'release'
      const scope = { ...(await scopeOf(request, query)), isTop: query.level === 'top' }
      const { total, ids, facets } = await search.index.titles({
        condition: narrow(asked),
        scope,
        sort: [{ key, descending: sort.startsWith('-') }],
        order: search.orderFor(request),
        offset: query.start,
        limit: query.limit,
        facets: query.facets === 'true',
      })
      /** What was meant, where that finds something. */
      const meant = async (): Promise<string | null> => {
        if (total > 0 || query.q === undefined || query.syntax !== 'words') return null
        const q = await respelt(services, search, request.principal, scope, query.q)
        if (q === undefined) return null
        const nothing = { sort: [], order: 0, offset: 0, limit: 0, facets: false }
        const better = narrow(await condition({ ...query, q }))
        return (await search.index.titles({ condition: better, scope, ...nothing })).total > 0 ? q : null
      }
      const { key: nameKey } = search.orders.best(likedTags(request))
      /** The most frequent first; names that are as frequent in the order of who asks. */
      const inOrder = (values: readonly { readonly value: string; readonly count: number }[]) =>
        values
          .map(each => ({ ...each, key: nameKey(each.value) }))
          .sort((a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
          .map(({ value, count }) => ({ value, count }))
      const titles = await loadTitles(services, db, ids, request.principal)
      const terms = textTerms(asked)
      const counts = terms ? await search.index.pageCounts(terms, ids, scope) : new Map<number, number>()
      const found = new Map<number, readonly FoundPage[]>()
      for (const id of ids)
        if (terms && titles.has(id) && (counts.get(id) ?? 0) > 0 && query.pages > 0) {
          const range = { offset: 0, limit: query.pages }
          found.set(id, (await search.index.pages(terms, [id], scope, range)).pages)
        }
      // the texts of all of them at once
      const contents = await textsOf([...found.values()].flat(), request.principal)
      const articles = await articlesFor([...contents.keys()], terms, request.principal)
      const items = []
      for (const id of ids) {
        // what was hidden a moment ago is still in the index, but not shown
        const title = titles.get(id)
        if (!title) continue
        items.push({
          id,
          type: title.facts.type?.name ?? '',
          title: title.facts.title,
          persons: [...title.facts.persons],
          date: title.facts.issueDate ?? title.facts.date ?? null,
          domain: title.domain.name,
          pageHits: counts.get(id) ?? 0,
          pages: terms
            ? pageHits(
                (found.get(id) ?? []).filter(page => contents.has(page.id)),
                terms,
                contents,
                articles,
              )
            : [],
          pageCount: title.facts.pagesPresent,
          hasText: title.facts.hasText,
          issueDate: title.facts.issueDate ?? null,
          place: title.facts.place ?? null,
          publisher: title.facts.publisher ?? null,
          within: withinOf(title.above.at(-1)),
          links: {
            title: `/api/v1/titles/${id}`,
            permalink: `/id/${id}`,
            ...(title.facts.pagesPresent > 0 ? { manifest: `/iiif/presentation/3/${id}/manifest` } : {}),
          } as Record<string, string>,
        })
      }
      return {
        items,
        total,
        isPartial: await search.isPartial(),
        didYouMean: await meant(),
        ...(facets
          ? {
              facets: {
                type: [...facets.type],
                domain: [...facets.domain],
                language: [...facets.language],
                decade: [...facets.decade],
                person: inOrder(facets.person),
                subject: inOrder(facets.subject),
                place: inOrder(facets.place),
                types: facets.type.flatMap(({ value }) => {
                  const type = services.types.find('title', value)
                  return type ? [{ name: type.name, de: type.de, en: type.en }] : []
                }),
              },
            }
          : {}),
        links: links(request.url, query.start, query.limit, total),
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.get(
    '/api/v1/search/pages',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'searchPages',
        tags,
        summary: 'Searches the texts of pages.',
        querystring: PageQuery,
        response: { 200: json(PageResult, 'Pages by title and reading order.'), ...problems(404) },
      },
    },
    async request => {
      const { query } = request
      const terms = textTerms(conditionOfText(query.q, ['fulltext'], search.form))
      const scope = await scopeOf(request, query)
      const hits = terms
        ? await search.index.pages(terms, undefined, scope, { offset: query.start, limit: query.limit })
        : { total: 0, pages: [] }
      const visible = await loadTitles(
        services,
        db,
        [...new Set(hits.pages.map(page => page.titleId))],
        request.principal,
      )
      const contents = await textsOf(hits.pages, request.principal)
      const shown = hits.pages.filter(page => visible.has(page.titleId) && contents.has(page.id))
      const articles = await articlesFor(
        shown.map(page => page.id),
        terms,
        request.principal,
      )
      return {
        items: terms ? pageHits(shown, terms, contents, articles) : [],
        total: hits.total,
        isPartial: await search.isPartial(),
        links: links(request.url, query.start, query.limit, hits.total),
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
