// Addresses that Visual Library Servers have published, led to where the same thing is now: a library can change over without breaking a link.
import { z } from 'zod'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { addressesOf } from '../objects/index.ts'
import { getVisible } from '../tree/index.ts'

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
        return reply.code(301).header('location', to(id)).send(null) as never
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
  for (const kind of ['content', 'periodical'] as const) {
    const View = z.enum(views)
    lead(
      `/:domain/${kind}/:view/:id`,
      `redirect${kind}`,
      'Views of a title, within a domain.',
      z.strictObject({ domain: Domain, view: View, id: Id }),
      addresses.page,
    )
    lead(
      `/${kind}/:view/:id`,
      `redirectPlain${kind}`,
      'Views of a title.',
      z.strictObject({ view: View, id: Id }),
      addresses.page,
    )
  }
  lead(
    '/nav/classification/:id',
    'redirectClassification',
    'Lists of a classification.',
    z.strictObject({ id: Id }),
    id => `${services.publicUrl()}/api/v1/tree/${id}/children`,
  )
  lead(
    '/:domain/download/pdf/:id',
    'redirectPdf',
    'PDF, within a domain.',
    z.strictObject({ domain: Domain, id: Id }),
    addresses.pdf,
  )
  lead(
    '/:domain/download/fulltext/plain/:id',
    'redirectText',
    'Text, within a domain.',
    z.strictObject({ domain: Domain, id: Id }),
    addresses.plain,
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
        .send(null) as never
    },
  )

  // the search form of Visual Library Servers speaks SRU: the same address, answered as XML
  for (const url of ['/search', '/search/quick'])
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: {
          operationId: url.endsWith('quick') ? 'redirectQuickSearch' : 'redirectSearch',
          tags: ['addresses'],
          summary: 'The search of Visual Library Servers.',
          querystring: z.looseObject({}),
          response: { 302: z.null().meta({ description: 'The search.' }), ...problems() },
        },
      },
      async (request, reply) => {
        const asked = new URLSearchParams(request.url.split('?')[1] ?? '')
        const query = asked.get('query') ?? ''
        const to = asked.has('operation')
          ? new URLSearchParams({ operation: 'searchRetrieve', version: '1.2', query })
          : undefined
        for (const name of ['startRecord', 'maximumRecords'])
          if (to && asked.has(name)) to.set(name, asked.get(name) as string)
        const address = to ? `/sru?${to}` : `/api/v1/search?${new URLSearchParams({ q: query || '*' })}`
        return reply.code(302).header('location', `${services.publicUrl()}${address}`).send(null) as never
      },
    )
}
