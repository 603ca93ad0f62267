// /id/{id}: the address that is cited. It answers with what the client asks for: a page to read, or the title in one of its forms.
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { writeOaiDc } from '../../formats/dublin-core/write.ts'
import { schemaOrg, writeBibtex, writeRis } from '../../formats/citations/write.ts'
import { Refusal } from '../../errors.ts'
import { bytesIn } from '../../http/contents.ts'
import { Id, IdParams } from '../../http/envelope.ts'
import { contentTag, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { sendText } from '../../http/text.ts'
import { problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { access, stateNumber } from '../../people/access/index.ts'
import { isOrdered } from '../../people/orders/index.ts'
import { objectTag } from '../../system/changes/index.ts'
import { addressesOf, loadObject, loadTitles } from '../objects/index.ts'
import { dublinCoreOf, sourcesOf } from '../records/index.ts'
import { getVisible, type Node, redirected } from '../../catalogue/tree/index.ts'
import { tombstoneOf } from '../../catalogue/identifiers/index.ts'
import { citationOf } from './citation.ts'

const formats = ['html', 'manifest', 'mets', 'mods', 'ris', 'bibtex', 'jsonld', 'pdf'] as const
type Format = (typeof formats)[number]
const media: readonly (readonly [RegExp, Format])[] = [
  [/application\/(?:vnd\.schemaorg\.)?ld\+json(?:(?!,).)*profile="?https?:\/\/schema\.org/, 'jsonld'],
  [/application\/ld\+json/, 'manifest'],
  [/application\/mets\+xml/, 'mets'],
  [/application\/mods\+xml/, 'mods'],
  [/application\/x-research-info-systems/, 'ris'],
  [/application\/x-bibtex|text\/x-bibtex/, 'bibtex'],
  [/application\/pdf/, 'pdf'],
]

/** The first form that the client names; a page to read for who names none. */
function negotiated(accept: string): Format {
  if (/text\/html/.test(accept)) return 'html'
  return media.find(([pattern]) => pattern.test(accept))?.[1] ?? 'html'
}

export async function permalinkRoutes(app: App, services: Services): Promise<void> {
  const { db, types } = services
  const addresses = addressesOf(services)
  const leadTo = (reply: FastifyReply, address: string, code = 303) =>
    reply.code(code).header('location', address).send(null)

  /** A page belongs to the title nearest above it. */
  async function titleOf(principal: Principal, node: Node): Promise<number | undefined> {
    if (types.datatypeOf(node.datatype) === 'title') return node.id
    const ids = node.path.split('|').filter(part => part !== '').map(Number) // prettier-ignore
    const titles = await loadTitles(services, db, ids, principal)
    return ids.reverse().find(id => titles.has(id))
  }

  /** Of all that the page of a title or a part is made of; undefined where it is not the same for everyone, and where nothing tells when it changes. */
  async function pageTag(principal: Principal, node: Node, titleId: number): Promise<string | undefined> {
    // what an order shows of people changes with them
    if (!access.isShared(principal) || (await isOrdered(db, titleId))) return undefined
    const day = new Date().toDateString()
    return await objectTag(
      services,
      node.id,
      [access.variant(principal), stateNumber(services), services.publicUrl(), day].join(' '),
    )
  }

  app.get(
    '/id/:id',
    {
      config: { right: 'tree:read', tellsWithdrawn: true },
      schema: {
        operationId: 'getPermalink',
        tags: ['standards'],
        summary:
          'The citation address of a title, a part of it or a page, in the form that Accept or format names.',
        params: z.strictObject({ id: Id }),
        querystring: z.strictObject({ format: z.enum(formats).optional() }),
        response: {
          200: {
            description: 'A page, or a citation.',
            content: bytesIn([
              'text/html',
              'application/ld+json',
              'application/x-research-info-systems',
              'application/x-bibtex',
            ]),
          },
          303: z.null().meta({ description: 'The address of that form.' }),
          ...problems(404, 410),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const found = await getVisible(db, request.principal, id).catch(async (error: unknown) => {
        // merged titles lead on by themselves
        const tombstone =
          (await redirected(db, id)) === undefined && (await tombstoneOf(db, request.principal, id))
        throw tombstone || error
      })
      const node = found.linkId === null ? found : await getVisible(db, request.principal, found.linkId)
      const datatype = types.datatypeOf(node.datatype)
      reply
        .header('vary', 'Accept, Authorization')
        .header('cache-control', 'no-cache')
        .header('access-control-allow-origin', '*')
      const format = request.query.format ?? negotiated(request.headers.accept ?? '')
      const titleId = await titleOf(request.principal, node)
      if (titleId === undefined) throw new Refusal('not-found', `${id} belongs to no title.`)
      if (format === 'mets') return leadTo(reply, addresses.mets(titleId))
      if (format === 'mods') return leadTo(reply, addresses.mods(titleId))
      if (format === 'manifest') return leadTo(reply, addresses.manifest(3, titleId))
      if (format === 'pdf') return leadTo(reply, addresses.pdf(node.id))
      // a page is shown in its title, everything else has a page of its own in the reading room
      if (format === 'html')
        return datatype === 'page'
          ? leadTo(reply, `/id/${titleId}/view?page=${node.id}`)
          : await reply.sendPage({ tag: await pageTag(request.principal, node, titleId) })
      const titles = await loadTitles(services, db, [titleId], request.principal)
      const source = (await sourcesOf(db, titles, () => node.updatedAt)).get(titleId)
      const send = (type: string, text: string) => sendText(reply, type, text)
      const object = await loadObject(
        services,
        db,
        request.principal,
        datatype === 'page' ? titleId : node.id,
      )
      const context = source ?? {
        title: { facts: object.title, above: object.above, domain: object.domain, path: object.path },
        xml: undefined,
        updatedAt: node.updatedAt,
      }
      const citation = await citationOf(services, context)
      if (format === 'ris')
        return send('application/x-research-info-systems; charset=utf-8', writeRis(citation))
      if (format === 'bibtex') return send('application/x-bibtex; charset=utf-8', writeBibtex(citation))
      return send('application/ld+json', JSON.stringify(schemaOrg(citation)))
    },
  )

  app.get(
    '/api/v1/titles/:id/dc',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getDublinCore',
        tags: ['titles'],
        summary: 'The record of a title in simple Dublin Core, as OAI-PMH hands it out.',
        params: IdParams,
        response: {
          200: { description: 'oai_dc.', content: { 'application/xml': { schema: z.string() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const node = await getVisible(db, request.principal, id)
      const titles = await loadTitles(services, db, [id], request.principal)
      const source = (await sourcesOf(db, titles, () => node.updatedAt)).get(id)
      if (!source) throw new Refusal('not-found', `Node ${id} is no title.`)
      const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${writeOaiDc(await dublinCoreOf(services, source))}\n`
      if (isFresh(request, reply, contentTag(xml))) return sendUnchanged(reply)
      return sendText(reply, 'application/xml; charset=utf-8', xml)
    },
  )
}
