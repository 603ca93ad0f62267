import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { wantsPage } from '../../http/pages.ts'
import { json, problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { assignedOf, tombstoneOf } from '../identifiers/index.ts'
import { findNode, type Node, redirected, shownPlace } from '../tree/index.ts'
import * as identifiers from './identifiers.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const tags = ['titles']

const Candidates = z
  .object({
    items: z.array(
      z.object({
        id: z.number().int(),
        caption: z.string().nullable(),
        links: z.record(z.string(), z.string()),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'Candidates' })

/** Addresses by URN, DOI and handle: a redirection, or a choice where several visible nodes carry it. They lead on for ever. */
export async function resolverRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  async function shown(principal: Principal, id: number): Promise<Node | undefined> {
    const node = await findNode(db, id)
    return node && access.sees(principal, shownPlace(node)) ? node : undefined
  }

  /**
   * Who carries it; otherwise the node that it was given to, or the one that this was merged into.
   * @throws Refusal gone with what it was, not-found
   */
  async function namedBy(principal: Principal, scheme: string, value: string): Promise<Node[]> {
    const nodes: Node[] = []
    for (const holder of await identifiers.holders(db, { scheme, value })) {
      const node = await shown(principal, holder.nodeId)
      if (node) nodes.push(node)
    }
    if (nodes.length > 0) return nodes
    const promise = await assignedOf(db, scheme, value)
    if (promise) {
      const node =
        (await shown(principal, promise.nodeId)) ??
        (await shown(principal, (await redirected(db, promise.nodeId)) ?? 0))
      if (node) return [node]
      const tombstone = await tombstoneOf(db, principal, promise.nodeId)
      if (tombstone) throw tombstone
    }
    throw new Refusal('not-found', `Nothing here has the ${names.get(scheme)} ${value}.`)
  }

  function resolver(scheme: string, url: string, operationId: string, params: z.ZodObject, as: (given: string) => string) {
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: {
          operationId,
          tags,
          summary: `Leads to what a ${names.get(scheme)} names, a browser to its page.`,
          params,
          response: {
            300: json(Candidates, 'Several nodes carry it.'),
            302: z.null().meta({ description: 'Its address.' }),
            ...problems(404, 410),
          },
        },
      },
      async (request, reply) => {
        const [given = ''] = Object.values(request.params as Record<string, string>)
        const nodes = await namedBy(request.principal, scheme, as(given))
        reply.header('vary', 'Accept, Authorization')
        const address = ({ id, datatype }: Node) =>
          wantsPage(request)
            ? `/id/${id}`
            : datatype === types.code('page')
              ? `/api/v1/pages/${id}`
              : datatype === types.code('title')
                ? `/api/v1/titles/${id}`
                : `/api/v1/tree/${id}`
        const [only] = nodes
        if (only && nodes.length === 1) return reply.code(302).header('location', address(only)).send(null) // prettier-ignore
        const items = nodes.map(node => ({
          id: node.id,
          caption: node.caption,
          links: { self: address(node) },
        }))
        return reply
          .code(300)
          .send({ items, links: { self: request.url }, relationships: {}, meta: metaOf({}) })
      },
    )
  } // prettier-ignore

  const rest = z.strictObject({ '*': z.string().min(3).max(500) })
  // letters of URN:NBN and DOI have no case (RFC 8458 §4.1, DOI Handbook 2.4)
  resolver('urn', '/urn/:urn', 'resolveUrn', z.strictObject({ urn: z.string().min(5).max(500) }), urn =>
    /^urn:nbn:/i.test(urn) ? urn.toLowerCase() : urn,
  )
  resolver('doi', '/doi/*', 'resolveDoi', rest, doi => doi.toLowerCase())
  resolver('handle', '/handle/*', 'resolveHandle', rest, handle => handle)
}

const names: ReadonlyMap<string, string> = new Map([
  ['urn', 'URN'],
  ['doi', 'DOI'],
  ['handle', 'handle'],
])
