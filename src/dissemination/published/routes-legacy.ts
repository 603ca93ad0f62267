// Addresses that Visual Library Servers have published, led to where the same thing is now: a library can change over without breaking a link.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import { addressesOf } from '../objects/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'

/** Names of the lists of Visual Library Servers → indexes of ours. */
const navIndexes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    title: 'dc.title',
    person: 'bib.personalName',
    author: 'bib.personalName',
    name: 'bib.personalName',
    corporation: 'bib.corporation',
    place: 'bib.originPlace',
    publisher: 'vl.printer-publisher',
    printer: 'vl.printer-publisher',
    subject: 'dc.subject',
  }),
)
const views = ['titleinfo', 'pageview', 'thumbview', 'structure', 'zoom', 'pagetext', 'pagethumb'] as const

export async function legacyRoutes(app: App, services: Services): Promise<void> {
  const { db } = services
  const addresses = addressesOf(services)
  const answers = { 301: z.null().meta({ description: 'Where it is now.' }), ...problems(404) }
  const Domain = z.string().max(120)

  function lead(
    url: string,
    operationId: string,
    summary: string,
    params: z.ZodType<{ id: number }>,
    to: (id: number) => string,
  ): void {
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: {
          operationId,
          tags: ['addresses'],
          summary,
          params,
          querystring: z.looseObject({}),
          response: answers,
        },
      },
      async (request, reply) => {
        const { id } = request.params as { id: number }
        await getVisible(db, request.principal, id)
        return reply.code(301).header('location', to(id)).send(null)
      },
    )
  }
  lead(
    '/:domain/id/:id',
    'redirectId',
    'The permalink within a domain.',
    z.strictObject({ domain: Domain, id: Id }),
    addresses.page,
  )
  for (const [kind, name] of [
    ['content', 'Content'],
    ['periodical', 'Periodical'],
  ] as const) {
    const View = z.enum(views)
    lead(
      `/:domain/${kind}/:view/:id`,
      `redirectDomain${name}`,
      'Views of a title, within a domain.',
      z.strictObject({ domain: Domain, view: View, id: Id }),
      addresses.page,
    )
    lead(
      `/${kind}/:view/:id`,
      `redirect${name}`,
      'Views of a title.',
      z.strictObject({ view: View, id: Id }),
      addresses.page,
    )
  }
  for (const [url, operationId, params] of [
    ['/nav/classification/:id', 'redirectClassification', z.strictObject({ id: Id })],
    [
      '/:domain/nav/classification/:id',
      'redirectDomainClassification',
      z.strictObject({ domain: Domain, id: Id }),
    ],
  ] as const)
    lead(
      url,
      operationId,
      'Lists of a classification.',
      params,
      id => `${services.publicUrl()}/api/v1/tree/${id}/children`,
    )
  lead(
    '/:domain/download/pdf/:id',
    'redirectPdf',
    'PDF, within a domain.',
    z.strictObject({ domain: Domain, id: Id }),
    addresses.pdf,
  )
  for (const [format, to] of [
    ['plain', addresses.plain],
    ['alto3', addresses.alto],
  ] as const)
    lead(
      `/:domain/download/fulltext/${format}/:id`,
      format === 'plain' ? 'redirectText' : 'redirectAlto',
      'Text, within a domain.',
      z.strictObject({ domain: Domain, id: Id }),
      to,
    )
  lead(
    '/:domain/download/webcache/:width/:id',
    'redirectImage',
    'An image, within a domain.',
    z.strictObject({ domain: Domain, width: z.coerce.number().int().min(0).max(100_000), id: Id }),
    id => addresses.standing(id, 1000),
  )
  lead(
    '/:domain/i3f/v21/:id',
    'redirectDomainImage',
    'The IIIF Image API, within a domain.',
    z.strictObject({ domain: Domain, id: Id }),
    id => `${addresses.image(2, id)}/info.json`,
  )
  lead(
    '/:domain/i3f/v21/:id/info.json',
    'redirectDomainImageInfo',
    'info.json, within a domain.',
    z.strictObject({ domain: Domain, id: Id }),
    id => `${addresses.image(2, id)}/info.json`,
  )

  app.get(
    '/:domain/i3f/v21/:id/:region/:size/:rotation/:file',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'redirectDomainImageRequest',
        tags: ['addresses'],
        summary: 'An image of the IIIF Image API, within a domain.',
        params: z.strictObject({
          domain: Domain,
          id: Id,
          region: z.string().max(100),
          size: z.string().max(100),
          rotation: z.string().max(20),
          file: z.string().max(40),
        }),
        response: answers,
      },
    },
    async (request, reply) => {
      const { id, region, size, rotation, file } = request.params
      await getVisible(db, request.principal, id)
      const parts = [region, size, rotation, file].map(encodeURIComponent).join('/')
      return reply
        .code(301)
        .header('location', `${addresses.image(2, id)}/${parts}`)
        .send(null)
    },
  )

  // the search form of Visual Library Servers speaks SRU: the same address, answered as XML
  for (const [url, operationId] of [
    ['/search', 'redirectSearch'],
    ['/search/quick', 'redirectQuickSearch'],
    ['/:domain/search', 'redirectDomainSearch'],
    ['/:domain/search/quick', 'redirectDomainQuickSearch'],
  ] as const)
    found(url, operationId, 'The search of Visual Library Servers.', asked => {
      const query = asked.get('query') ?? ''
      const domain = asked.get('domain')
      if (!asked.has('operation'))
        return `/api/v1/search?${new URLSearchParams({ q: query || '*', ...(domain ? { domain } : {}) })}`
      const to = new URLSearchParams({ operation: 'searchRetrieve', version: '1.2', query })
      for (const name of ['startRecord', 'maximumRecords'])
        if (asked.has(name)) to.set(name, asked.get(name) as string)
      return `${domain ? `/${domain}` : ''}/sru?${to}`
    })
  for (const [url, operationId] of [
    ['/nav/index/:index', 'redirectIndex'],
    ['/:domain/nav/index/:index', 'redirectDomainIndex'],
  ] as const)
    found(url, operationId, 'Lists of what stands in an index, from a beginning on.', asked => {
      const index = navIndexes.get(asked.get('index') ?? '')
      if (!index) throw new Refusal('not-found', `There is no index ‘${asked.get('index')}’.`)
      const from = asked.get('s') ?? asked.get('startsWith') ?? ''
      const domain = asked.get('domain')
      const scan = new URLSearchParams({
        operation: 'scan',
        version: '1.2',
        scanClause: `${index} >= "${from.replace(/["\\]/g, '\\$&')}"`,
      })
      return `${domain ? `/${domain}` : ''}/sru?${scan}`
    })

  /** Leads on with the parameters of the request: those of its query, and those of its path. */
  function found(
    url: string,
    operationId: string,
    summary: string,
    to: (asked: URLSearchParams) => string,
  ): void {
    const names = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: {
          operationId,
          tags: ['addresses'],
          summary,
          params: z.strictObject(Object.fromEntries(names.map(name => [name, z.string().max(120)]))),
          querystring: z.looseObject({}),
          response: { 302: z.null().meta({ description: 'Where it is found.' }), ...problems(404) },
        },
      },
      async (request, reply) => {
        const asked = new URLSearchParams(request.url.split('?')[1] ?? '')
        for (const name of names) asked.set(name, (request.params as Record<string, string>)[name] ?? '')
        const domain = asked.get(names.includes('domain') ? 'domain' : 'searchDomain')
        asked.delete('domain')
        if (domain) asked.set('domain', (await getDomain(db, domain)).name)
        return reply
          .code(302)
          .header('location', `${services.publicUrl()}${to(asked)}`)
          .send(null)
      },
    )
  }
}
