// Feeds of what was released: RSS 2.0, Atom 1.0, and OPDS 2.0 catalogues for reading devices.
import { shortDate } from '../../formats/mods/dates.ts'
import { z } from 'zod'
import { escapeXml } from '../../formats/xml/read.ts'
import { Refusal } from '../../errors.ts'
import { moment } from '../../http/moment.ts'
import { Id } from '../../http/envelope.ts'
import { OpdsDocument } from '../../http/contents.ts'
import type { App, Services } from '../../http/module.ts'
import { sendText } from '../../http/text.ts'
import { problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { bcp47 } from '../../formats/languages/codes.ts'
import { bytesOfPicture } from '../../images/serving/index.ts'
import { listDomains } from '../../catalogue/domains/index.ts'
import { addressesOf, loadTitles, type TitleInContext } from '../objects/index.ts'
import { newest, type Place, type Shown } from './repository.ts'

const feedSize = 50
/** Width of pictures in RSS */
const pictureWidth = 304

interface Item {
  readonly shown: Shown
  readonly title: TitleInContext
  /** Bytes of its picture, where they are known */
  readonly pictureBytes?: number | undefined
}
interface Feed {
  readonly self: string
  readonly home: string
  readonly title: string
  readonly items: readonly Item[]
  /** Where the list goes on, whether or not who asks sees what it ends with; undefined at its end */
  readonly next: string | undefined
}

interface Behind {
  readonly before?: string
  readonly beforeId?: number
}

const describe = ({ facts, above }: TitleInContext): string =>
  [
    above.at(-1)?.title,
    facts.persons.join('; '),
    [facts.place, facts.publisher].filter(text => text).join(' : '),
    facts.date,
  ]
    .filter(text => text)
    .join('. ')

/** @see RFC 5005, 3 */
const nextLink = ({ next }: Feed, media: string, prefix = ''): string =>
  next === undefined ? '' : `<${prefix}link rel="next" type="${media}" href="${escapeXml(next)}"/>`

function rss(services: Services, feed: Feed): string {
  const addresses = addressesOf(services)
  const items = feed.items
    .map(
      ({ shown, title, pictureBytes }) =>
        `<item><title>${escapeXml(title.facts.title)}</title><link>${addresses.page(shown.id)}</link><guid isPermaLink="true">${addresses.page(shown.id)}</guid><pubDate>${shown.firstShown.toUTCString()}</pubDate><description>${escapeXml(describe(title))}</description><category>${escapeXml(title.domain.caption)}</category>${pictureBytes === undefined ? '' : `<enclosure url="${addresses.standing(shown.id, pictureWidth)}" type="image/jpeg" length="${pictureBytes}"/>`}</item>`,
    )
    .join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>${escapeXml(feed.title)}</title><link>${escapeXml(feed.home)}</link><description>${escapeXml(feed.title)}</description><language>de</language><atom:link rel="self" type="application/rss+xml" href="${escapeXml(feed.self)}"/>${nextLink(feed, 'application/rss+xml', 'atom:')}
${items}
</channel></rss>
`
}

function atom(services: Services, feed: Feed): string {
  const addresses = addressesOf(services)
  const updated = feed.items[0]?.shown.firstShown ?? new Date(0)
  const entries = feed.items
    .map(
      ({ shown, title }) =>
        `<entry><id>${addresses.page(shown.id)}</id><title>${escapeXml(title.facts.title)}</title><published>${shown.firstShown.toISOString()}</published><updated>${shown.datestamp.toISOString()}</updated>${title.facts.persons.map(name => `<author><name>${escapeXml(name)}</name></author>`).join('')}<link rel="alternate" type="text/html" href="${addresses.page(shown.id)}"/><summary>${escapeXml(describe(title))}</summary></entry>`,
    )
    .join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${escapeXml(feed.self)}</id><title>${escapeXml(feed.title)}</title><updated>${updated.toISOString()}</updated><author><name>${escapeXml(services.config.oai.repositoryName)}</name></author><link rel="self" type="application/atom+xml" href="${escapeXml(feed.self)}"/><link rel="alternate" type="text/html" href="${escapeXml(feed.home)}"/>${nextLink(feed, 'application/atom+xml')}
${entries}
</feed>
`
}

/** @see https://drafts.opds.io/opds-2.0 */
function opdsPublication(services: Services, { facts, domain, above }: TitleInContext): object {
  const addresses = addressesOf(services)
  const parent = above.at(-1)
  const licence = facts.licence ?? domain.licence
  return {
    metadata: {
      '@type': 'http://schema.org/Book',
      identifier: facts.identifiers.find(({ scheme }) => scheme === 'urn')?.value ?? addresses.page(facts.id),
      title: facts.title,
      ...(facts.persons.length > 0 ? { author: facts.persons.map(name => ({ name })) } : {}),
      ...(facts.publisher ? { publisher: facts.publisher } : {}),
      ...(facts.languages.length > 0 ? { language: facts.languages.map(code => bcp47(code) ?? code) } : {}),
      ...((facts.issueDate ?? facts.dateFrom)
        ? { published: facts.issueDate ?? shortDate(facts.dateFrom, facts.dateTo) }
        : {}),
      ...(parent ? { belongsTo: { series: { name: parent.title } } } : {}),
      ...(licence ? { license: licence.uri } : {}),
      numberOfPages: facts.pagesPresent,
    },
    links: [
      { rel: 'self', href: addresses.page(facts.id), type: 'text/html' },
      {
        rel: 'http://opds-spec.org/acquisition/open-access',
        href: addresses.pdf(facts.id),
        type: 'application/pdf',
      },
      { rel: 'alternate', href: addresses.manifest(3, facts.id), type: 'application/ld+json' },
    ],
    images: [
      { href: addresses.standing(facts.id, 600), type: 'image/jpeg' },
      { href: addresses.standing(facts.id, 128), type: 'image/jpeg' },
    ],
  }
}

export async function feedRoutes(app: App, services: Services): Promise<void> {
  const { db } = services
  const text = (description: string, media: string) => ({
    200: {
      description,
      content: { [media]: { schema: media.includes('json') ? OpdsDocument : z.unknown() } },
    },
    ...problems(404),
  })
  const params = z.strictObject({ domain: z.string().max(120).optional() })
  const querystring = z.strictObject({
    before: moment('Where the list goes on; from the next link').optional(),
    beforeId: Id.optional().meta({
      description: 'Among the titles of that instant, those behind this one; from the next link',
    }),
  })

  /** RSS says how long its pictures are; one that has still to be made is left out. */
  const withPictures = async (principal: Principal, feed: Feed): Promise<Feed> => ({
    ...feed,
    items: await Promise.all(
      feed.items.map(async item => {
        const { titlepageId } = item.title.facts
        if (titlepageId === undefined) return item
        return {
          ...item,
          pictureBytes: await bytesOfPicture(services, principal, titlepageId, pictureWidth),
        }
      }),
    ),
  })

  async function feedOf(
    principal: Principal,
    url: string,
    name: string | undefined,
    { before, beforeId }: Behind,
  ): Promise<Feed> {
    const behind: Place | undefined = before ? { at: new Date(before), id: beforeId ?? 0 } : undefined
    const domains = await listDomains(db, undefined)
    const domain = name === undefined ? undefined : domains.find(each => each.name === name)
    if (name !== undefined && !domain) throw new Refusal('not-found', `There is no domain ‘${name}’.`)
    const domainIds =
      domain && domains.filter(each => (each.path ?? '').startsWith(domain.path ?? '|')).map(each => each.id)
    const shown = await newest(db, { domainIds, behind }, feedSize)
    const titles = await loadTitles(
      services,
      db,
      shown.map(each => each.id),
      principal,
    )
    const { repositoryName } = services.config.oai
    const last = shown.length === feedSize ? shown.at(-1) : undefined
    return {
      self: `${services.publicUrl()}${url}`,
      home: addressesOf(services).collectionPage(domain?.name),
      title: domain ? `${repositoryName}: ${domain.caption}` : repositoryName,
      items: shown.flatMap(each => {
        const title = titles.get(each.id)
        return title ? [{ shown: each, title }] : []
      }),
      next:
        last &&
        `${services.publicUrl()}${url.split('?')[0] as string}?before=${encodeURIComponent(last.firstShown.toISOString())}&beforeId=${last.id}`,
    }
  }

  for (const [name, media, write] of [
    ['rss', 'application/rss+xml', rss],
    ['atom', 'application/atom+xml', atom],
  ] as const)
    for (const url of [`/${name}`, `/${name}/:domain`])
      app.get(
        url,
        {
          config: { right: 'tree:read' },
          schema: {
            operationId: `${name}${url.includes(':') ? 'OfDomain' : ''}`,
            tags: ['standards'],
            summary: 'What was released last, fifty titles; what is older by its next link.',
            params,
            querystring,
            response: text('The feed.', media),
          },
        },
        async (request, reply) => {
          const { domain } = request.params as { domain?: string }
          const feed = await feedOf(request.principal, request.url, domain, request.query as Behind)
          return sendText(
            reply.header('cache-control', 'public, max-age=60'),
            `${media}; charset=utf-8`,
            write(services, name === 'rss' ? await withPictures(request.principal, feed) : feed),
          )
        },
      )

  const opdsMedia = 'application/opds+json'
  app.get(
    '/opds',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'opds',
        tags: ['standards'],
        summary: 'OPDS 2.0: the catalogues of the domains.',
        response: text('The catalogue.', opdsMedia),
      },
    },
    async (request, reply) => {
      const domains = (await listDomains(db, null)).filter(domain =>
        access.seesDomain(request.principal, domain.id),
      )
      const document = {
        metadata: { title: services.config.oai.repositoryName },
        links: [{ rel: 'self', href: `${services.publicUrl()}/opds`, type: opdsMedia }],
        navigation: [
          {
            href: `${services.publicUrl()}/opds/new`,
            title: 'Neu',
            type: opdsMedia,
            rel: 'http://opds-spec.org/sort/new',
          },
          ...domains.map(domain => ({
            href: `${services.publicUrl()}/opds/domain/${encodeURIComponent(domain.name)}`,
            title: domain.caption,
            type: opdsMedia,
            rel: 'subsection',
          })),
        ],
      }
      return sendText(reply, opdsMedia, JSON.stringify(document))
    },
  )
  for (const url of ['/opds/new', '/opds/domain/:domain'])
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: {
          operationId: url.endsWith('new') ? 'opdsNew' : 'opdsOfDomain',
          tags: ['standards'],
          summary: 'OPDS 2.0: titles that can be read, newest first.',
          params,
          querystring,
          response: text('The catalogue.', opdsMedia),
        },
      },
      async (request, reply) => {
        const feed = await feedOf(
          request.principal,
          request.url,
          (request.params as { domain?: string }).domain,
          request.query as Behind,
        )
        const document = {
          metadata: { title: feed.title },
          links: [
            { rel: 'self', href: feed.self, type: opdsMedia },
            { rel: 'start', href: `${services.publicUrl()}/opds`, type: opdsMedia },
            ...(feed.next === undefined ? [] : [{ rel: 'next', href: feed.next, type: opdsMedia }]),
          ],
          publications: feed.items
            .filter(
              ({ title }) => title.facts.type?.behavior !== 'multi-part' && title.facts.pagesPresent > 0,
            )
            .map(({ title }) => opdsPublication(services, title)),
        }
        return sendText(reply, opdsMedia, JSON.stringify(document))
      },
    )
}
