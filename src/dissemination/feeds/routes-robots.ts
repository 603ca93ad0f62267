// robots.txt and sitemaps: which pages a search engine shall know. A sitemap holds the shown titles of a range of ids, so that it stays
// below the limit of 50,000 without counting.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { sendText } from '../../http/text.ts'
import { problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { addressesOf } from '../objects/index.ts'
import { between, highestId } from './repository.ts'

const idsPerMap = 50_000

/** @see RFC 9309; Crawl-delay is none of it, and is understood by many */
const rulesOf = ({ disallow, refuse, crawlDelay }: Services['config']['robots'], sitemap: string): string =>
  [
    ...refuse.flatMap(name => [`User-agent: ${name}`, 'Disallow: /', '']),
    'User-agent: *',
    ...disallow.map(path => `Disallow: ${path}`),
    'Allow: /id/',
    ...(crawlDelay > 0 ? [`Crawl-delay: ${crawlDelay}`] : []),
    `Sitemap: ${sitemap}`,
    '',
  ].join('\n')

export async function robotRoutes(app: App, services: Services): Promise<void> {
  const { db } = services
  const xml = {
    200: { description: 'Addresses.', content: { 'application/xml': { schema: z.unknown() } } },
    ...problems(404),
  }
  const config = { right: 'tree:read' } as const

  app.get(
    '/robots.txt',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'robots',
        tags: ['standards'],
        summary: 'What robots may read.',
        response: {
          200: { description: 'Rules.', content: { 'text/plain': { schema: z.string() } } },
          ...problems(),
        },
      },
    },
    async (_request, reply) =>
      sendText(
        reply,
        'text/plain; charset=utf-8',
        rulesOf(services.config.robots, `${services.publicUrl()}/sitemap.xml`),
      ),
  )

  app.get(
    '/sitemap.xml',
    {
      config,
      schema: { operationId: 'sitemapIndex', tags: ['standards'], summary: 'The sitemaps.', response: xml },
    },
    async (_request, reply) => {
      const count = Math.max(1, Math.ceil((await highestId(db)) / idsPerMap))
      const maps = Array.from(
        { length: count },
        (_, at) => `<sitemap><loc>${services.publicUrl()}/sitemap/${at + 1}.xml</loc></sitemap>`,
      )
      return sendText(
        reply,
        'application/xml; charset=utf-8',
        `<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${maps.join('')}</sitemapindex>\n`,
      )
    },
  )

  app.get(
    '/sitemap/:map',
    {
      config,
      schema: {
        operationId: 'sitemap',
        tags: ['standards'],
        summary: 'Citation addresses of titles.',
        params: z.strictObject({ map: z.string().regex(/^[1-9]\d{0,5}\.xml$/) }),
        response: xml,
      },
    },
    async (request, reply) => {
      const number = Number.parseInt(request.params.map, 10)
      const from = (number - 1) * idsPerMap + 1
      if (from > 2147483647 || (number > 1 && from > (await highestId(db))))
        throw new Refusal('not-found', `There is no sitemap ${number}.`)
      const rows = await between(db, from, Math.min(2147483647, number * idsPerMap))
      const urls = rows
        .filter(row => access.sees(request.principal, { ...row, isVisible: true }))
        .map(
          ({ id, datestamp }) =>
            `<url><loc>${addressesOf(services).page(id)}</loc><lastmod>${datestamp.toISOString().slice(0, 10)}</lastmod></url>`,
        )
      return sendText(
        reply,
        'application/xml; charset=utf-8',
        `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls.join('\n')}\n</urlset>\n`,
      )
    },
  )
}
