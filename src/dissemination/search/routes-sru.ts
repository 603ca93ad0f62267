// SRU 1.1, 1.2 and 2.0 on /sru, /{domain}/sru and, within one title, /proto_ftsearch/{id}. Faults of the request are diagnostics of an answer
// with status 200.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  type ScanTerm,
  SruError,
  type SruRecord,
  writeExplain,
  writeScan,
  writeSearchRetrieve,
} from '../../formats/sru/write.ts'
import { escapeXml } from '../../formats/xml/read.ts'
import { Refusal } from '../../errors.ts'
import { formOf } from '../../http/contents.ts'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { sendText } from '../../http/text.ts'
import { problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import type { FacetName, Scope, TitleHits } from '../../search-index/query.ts'
import { hostOf, loadTitles } from '../objects/index.ts'
import { sourcesOf } from '../records/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import {
  conditionOfCql,
  contextSets,
  cqlIndexes,
  isSortIndex,
  scanFieldOf,
  sortOfCql,
  textTerms,
} from './conditions.ts'
import { domainsBelow, withheldFrom } from './scope.ts'
import type { SearchService } from './service.ts'
import { parseQuery, schemaOf, schemas, sruParameters, SruRequest } from './sru-request.ts'

const defaultRecords = 10
const mostRecords = 100
const mostPages = 100
const vl = 'http://visuallibrary.net/vl'

const facetIndex: Readonly<Record<FacetName, string>> = {
  type: 'dc.type',
  domain: 'vl.domain',
  language: 'dc.language',
  decade: 'dc.date',
  person: 'dc.creator',
  subject: 'dc.subject',
  place: 'bib.originPlace',
}
function facetsOf(facets: TitleHits['facets']): string {
  if (!facets) return ''
  const list = Object.entries(facets).map(
    ([name, values]) =>
      `<facet><facetDisplayLabel>${name}</facetDisplayLabel><index>${facetIndex[name as FacetName]}</index><relation>=</relation><terms>${values
        .map(
          ({ value, count }) =>
            `<term><actualTerm>${escapeXml(value)}</actualTerm><count>${count}</count></term>`,
        )
        .join('')}</terms></facet>`,
  )
  return `<facetedResults xmlns="http://docs.oasis-open.org/ns/search-ws/facetedResults"><datasource><facets>${list.join('')}</facets></datasource></facetedResults>`
}

/** What stands beside records: that there may be more of them. */
const notesOf = async (search: SearchService): Promise<SruError[]> =>
  (await search.isPartial())
    ? [new SruError(60, '', 'The index is being made anew: records may be missing still.')]
    : []

export async function sruRoutes(app: App, services: Services, search: SearchService): Promise<void> {
  const { db } = services

  async function searchRetrieve(
    request: SruRequest,
    scope: Scope,
    principal: Principal,
    order: number,
  ): Promise<string> {
    const text = request.required('query')
    const type = request.parameters.get('queryType')
    if (type !== null && type !== 'cql' && type !== 'searchTerms')
      throw new SruError(6, 'queryType', `The query type ‘${type}’ is not supported.`)
    const schema = schemaOf(request.parameters.get('recordSchema'))
    const escaping =
      request.parameters.get(request.version === '2.0' ? 'recordXMLEscaping' : 'recordPacking') ?? 'xml'
    if (!['xml', 'string'].includes(escaping))
      throw new SruError(71, escaping, `The record packing ‘${escaping}’ is not supported.`)
    if (request.parameters.get('recordXPath')) throw new SruError(72, '', 'XPath is not supported.')
    const start = request.number('startRecord', 1, 1)
    const limit = Math.min(mostRecords, request.number('maximumRecords', defaultRecords, 0))
    const query = parseQuery(type === 'searchTerms' ? `"${text.replaceAll('"', '\\"')}"` : text)
    const names = await domainsBelow.all(db)
    const condition = conditionOfCql(query, { form: search.form, domainIds: name => names.get(name) })
    const wantsFacets = request.version === '2.0' && request.parameters.has('facetLimit')
    const { total, ids, facets } = await search.index.titles({
      condition,
      scope,
      sort: sortOfCql(query.sort),
      order,
      offset: start - 1,
      limit,
      facets: wantsFacets,
    })
    if (total > 0 && start > total) throw new SruError(61, String(start), `There are ${total} records.`)
    const sources = await sourcesOf(db, await loadTitles(services, db, ids, principal), () => new Date())
    const terms = textTerms(condition)
    const counts = terms ? await search.index.pageCounts(terms, ids, scope) : new Map<number, number>()
    const records: SruRecord[] = []
    for (const [at, id] of ids.entries()) {
      const source = sources.get(id)
      if (!source) continue
      const count = counts.get(id) ?? 0
      const pages =
        terms && count > 0
          ? (await search.index.pages(terms, [id], scope, { offset: 0, limit: mostPages })).pages
          : []
      records.push({
        schema: schema.uri,
        xml: await schema.render(services, source),
        position: start + at,
        identifier: String(id),
        extra: `<vl:id xmlns:vl="${vl}">${id}</vl:id>${
          count === 0
            ? ''
            : `<vl:pages xmlns:vl="${vl}" hits="${count}">${pages.map(page => `<vl:page id="${page.id}" caption="${escapeXml(page.label ?? '')}"/>`).join('')}</vl:pages>`
        }`,
      })
    }
    return writeSearchRetrieve({
      version: request.version,
      total,
      records,
      asString: escaping === 'string',
      next: start + limit <= total ? start + Math.max(limit, 1) - (limit === 0 ? 1 : 0) : undefined,
      query: text,
      facets: facetsOf(facets),
      diagnostics: await notesOf(search),
    })
  }

  async function scan(request: SruRequest, scope: Scope): Promise<string> {
    const { root } = parseQuery(request.required('scanClause'))
    if (root.kind !== 'clause') throw new SruError(10, '1', 'A scan has one clause.')
    const index = cqlIndexes.find(
      each =>
        `${each.set}.${each.name}`.toLowerCase() === root.index.toLowerCase() ||
        each.name.toLowerCase() === root.index.toLowerCase(),
    )
    const field = index && scanFieldOf(index)
    if (field === undefined)
      throw new SruError(16, root.index, `There is no index ‘${root.index}’ whose words could be listed.`)
    const from = root.term === '' ? '' : search.form(root.term)
    const terms: ScanTerm[] = (
      await search.index.scan(field, from, Math.min(200, request.number('maximumTerms', 20, 1)), scope)
    ).map(({ term, count }) => ({ value: term, count }))
    return writeScan(request.version, terms, await notesOf(search))
  }

  function explain(request: SruRequest, path: string, diagnostics: readonly SruError[]): string {
    const address = new URL(services.publicUrl() || 'http://localhost')
    return writeExplain({
      version: request.version,
      host: hostOf(services),
      port: Number(address.port || (address.protocol === 'https:' ? 443 : 80)),
      path: path.replace(/^\//, ''),
      title: services.config.oai.repositoryName,
      indexes: cqlIndexes.map(index => ({
        set: index.set,
        name: index.name,
        title: index.title,
        skipInForm: index.skipInForm ?? false,
        canScan: scanFieldOf(index) !== undefined,
        canSort: isSortIndex(index),
      })),
      sets: contextSets,
      schemas,
      defaultRecords,
      mostRecords,
      diagnostics,
    })
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, place: Scope) {
    const scope = { ...place, ...(await withheldFrom(search, request.principal)) }
    const [path = '', query = ''] = request.url.split('?')
    const asked = new SruRequest(
      new URLSearchParams(
        request.method === 'POST' ? (typeof request.body === 'string' ? request.body : '') : query,
      ),
    )
    request.facts['operation'] = asked.operation
    let text: string
    try {
      asked.check()
      text =
        asked.operation === 'searchRetrieve'
          ? await searchRetrieve(asked, scope, request.principal, search.orderFor(request))
          : asked.operation === 'scan'
            ? await scan(asked, scope)
            : explain(asked, path, [])
    } catch (error) {
      if (!(error instanceof SruError)) throw error
      request.facts['diagnostic'] = error.number
      const diagnostics = [error]
      text =
        asked.operation === 'scan'
          ? writeScan(asked.version, [], diagnostics)
          : asked.operation === 'explain'
            ? explain(asked, path, diagnostics)
            : writeSearchRetrieve({
                version: asked.version,
                total: 0,
                records: [],
                asString: false,
                next: undefined,
                query: '',
                facets: '',
                diagnostics,
              })
    }
    return sendText(reply.header('cache-control', 'no-cache'), 'application/xml; charset=utf-8', text)
  }

  const form = 'application/x-www-form-urlencoded'
  const Form = formOf(sruParameters)
  app.addContentTypeParser(form, { parseAs: 'string' }, (_request, body, done) => done(null, body))
  const schema = (operationId: string, summary: string, params: z.ZodType, isPost: boolean) => ({
    operationId: isPost ? `${operationId}ByPost` : operationId,
    tags: ['standards'],
    summary,
    params,
    querystring: z.looseObject({}),
    ...(isPost ? { consumes: [form], body: { content: { [form]: { schema: Form } } } } : {}),
    response: {
      200: { description: 'SRU.', content: { 'application/xml': { schema: z.unknown() } } },
      ...problems(404),
    },
  })
  for (const method of ['GET', 'POST'] as const) {
    const isPost = method === 'POST'
    app.route({
      method,
      url: '/sru',
      config: { right: 'tree:read' },
      schema: schema(
        'sru',
        'SRU 1.1, 1.2 and 2.0: explain, searchRetrieve, scan.',
        z.strictObject({}),
        isPost,
      ),
      handler: async (request, reply) => await answer(request, reply, {}),
    })
    app.route({
      method,
      url: '/:domain/sru',
      config: { right: 'tree:read' },
      schema: schema(
        'sruOfDomain',
        'SRU within a domain.',
        z.strictObject({ domain: z.string().max(120) }),
        isPost,
      ),
      handler: async (request, reply) => {
        const { domain } = request.params as { domain: string }
        const domainIds = await domainsBelow(db, domain)
        if (!domainIds) throw new Refusal('not-found', `There is no domain ‘${domain}’.`)
        return await answer(request, reply, { domainIds })
      },
    })
  }
  app.get(
    '/proto_ftsearch/:id',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: schema('sruOfTitle', 'SRU within a title.', z.strictObject({ id: Id }), false),
    },
    async (request, reply) => {
      const node = await getVisible(db, request.principal, (request.params as { id: number }).id)
      return await answer(request, reply, { path: node.path })
    },
  )
}
