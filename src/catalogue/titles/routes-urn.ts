import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { findNode, type Node, shownPlace } from '../tree/index.ts'
import * as identifiers from './identifiers.ts'

const tags = ['titles']

/** Addresses by URN: a redirection, or a choice where several visible nodes carry it. */
export async function urnRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

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
      meta: z.object({}),
    })
    .meta({ id: 'Candidates' })
  app.get(
    '/urn/:urn',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'resolveUrn',
        tags,
        summary: 'Leads to what a URN names.',
        params: z.strictObject({ urn: z.string().min(5).max(500) }),
        response: {
          300: json(Candidates, 'Several nodes carry it.'),
          302: z.null().meta({ description: 'Its address.' }),
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { urn } = request.params
      const found = await identifiers.holders(db, { scheme: 'urn', value: urn })
      const nodes: Node[] = []
      for (const holder of found) {
        const node = await findNode(db, holder.nodeId)
        if (node && access.sees(request.principal, shownPlace(node))) nodes.push(node)
      }
      const address = (node: (typeof nodes)[number]) =>
        node.datatype === types.code('page')
          ? `/api/v1/pages/${node.id}`
          : node.datatype === types.code('title')
            ? `/api/v1/titles/${node.id}`
            : `/api/v1/tree/${node.id}`
      const [only] = nodes
      if (!only) throw new Refusal('not-found', `Nothing here has the URN ${urn}.`)
      if (nodes.length === 1)
        return reply
          .code(302)
          .header('location', address(only))
          .send(null as never) as never
      const items = nodes.map(node => ({
        id: node.id,
        caption: node.caption,
        links: { self: address(node) },
      }))
      return reply
        .code(300)
        .send({ items, links: { self: request.url }, relationships: {}, meta: {} } as never)
    },
  )
}
