import type { FastifyReply } from 'fastify'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, isFresh } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { ndjson, wantsNdjson } from '../../http/ndjson.ts'
import { decodeCursor, listDocument, pageOf } from '../../http/page.ts'

import { json, problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { getDomain } from '../domains/index.ts'
import { documentOf, documentsOf, filterOf, getVisible } from './documents.ts'
import { isVisible } from './place.ts'
import * as repository from './repository.ts'
import type { Node, Position } from './repository.ts'
import { ChildrenQuery, DescendantsQuery, TreeList, TreeNode, TreeQuery } from './schemas.ts'

const positionOf = (cursor: string | undefined): Position | undefined => {
  const [sort, id] = decodeCursor(cursor, ['number', 'number']) ?? []
  return typeof sort === 'number' && typeof id === 'number' ? { sort, id } : undefined
}
const position = (node: Node) => [node.sort, node.id] as const
const tags = ['tree']

export async function readRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  /** Lists as NDJSON stream row by row from the cursor, without an end. */
  const stream = (
    reply: FastifyReply,
    prefix: string,
    filter: repository.NodeFilter,
    maxDepth: number | undefined,
  ) =>
    ndjson(reply, repository.subtree(db, prefix, filter, { maxDepth }).stream(500), node =>
      documentOf(types, node),
    )

  app.get(
    '/api/v1/tree',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listTree',
        tags,
        summary: 'Lists nodes: the top of a domain, the children of a node, or all below a path prefix.',
        description:
          'With a path the nodes come depth first by id; with Accept: application/x-ndjson all of them, one a line.',
        querystring: TreeQuery,
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { cursor, limit, domain, parent, path, depth } = request.query
      const filter = filterOf(types, request.query, request.principal)
      const visibleOnly = !access.seesHidden(request.principal)
      if (path !== undefined && parent !== undefined)
        throw new Refusal('bad-request', 'Send either parent or path.')
      if (depth !== undefined && path === undefined) throw new Refusal('bad-request', 'depth needs path.')
      if (path !== undefined) {
        const prefixDepth = repository.idsOf(path).length
        const maxDepth = depth === undefined ? undefined : prefixDepth + depth
        if (wantsNdjson(request)) return stream(reply, path, filter, maxDepth) as never
        const [afterPath] = decodeCursor(cursor, ['string']) ?? []
        const rows = await repository
          .subtree(db, path, filter, {
            afterPath: afterPath as string | undefined,
            limit: limit + 1,
            maxDepth,
          })
          .execute()
        const page = pageOf(rows, limit, node => [node.path])
        return listDocument(request.url, {
          next: page.next,
          items: page.items.map(node => documentOf(types, node)),
        })
      }
      const domainId = domain === undefined ? undefined : (await getDomain(db, domain)).id
      if (parent === undefined && domainId === undefined) {
        const [afterId] = decodeCursor(cursor, ['number']) ?? []
        const rows = await repository.all(db, undefined, filter, {
          afterId: afterId as number | undefined,
          limit: limit + 1,
        })
        const page = pageOf(rows, limit, node => [node.id])
        return listDocument(request.url, {
          next: page.next,
          items: page.items.map(node => documentOf(types, node)),
        })
      }
      if (parent === 'none' && domainId === undefined)
        throw new Refusal('bad-request', 'parent=none needs a domain.')
      const at = { after: positionOf(cursor), limit: limit + 1 }
      const rows =
        parent !== undefined && parent !== 'none'
          ? await repository.children(
              db,
              (await getVisible(db, request.principal, Number(parent))).id,
              filter,
              at,
            )
          : await repository.roots(db, domainId as number, filter, at)
      const page = pageOf(rows, limit, position)
      return listDocument(request.url, {
        next: page.next,
        items: await documentsOf(types, db, page.items, visibleOnly),
      })
    },
  )

  app.get(
    '/api/v1/tree/:id',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getNode',
        tags,
        summary: 'Reads a node.',
        params: IdParams,
        response: { 200: json(TreeNode, 'The node.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const node = await getVisible(db, request.principal, request.params.id)
      const visibleOnly = !access.seesHidden(request.principal)
      if (isFresh(request, reply, etagOf(node.version, visibleOnly ? '' : 'o')))
        return reply.send(undefined as never)
      const [document] = await documentsOf(types, db, [node], visibleOnly)
      return document as TreeNode
    },
  )

  app.get(
    '/api/v1/tree/:id/children',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listChildren',
        tags,
        summary: 'Lists the children of a node in their order.',
        params: IdParams,
        querystring: ChildrenQuery,
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404) },
      },
    },
    async request => {
      const { cursor, limit } = request.query
      const node = await getVisible(db, request.principal, request.params.id)
      const rows = await repository.children(db, node.id, filterOf(types, request.query, request.principal), {
        after: positionOf(cursor),
        limit: limit + 1,
      })
      const page = pageOf(rows, limit, position)
      return listDocument(request.url, {
        next: page.next,
        items: await documentsOf(types, db, page.items, !access.seesHidden(request.principal)),
      })
    },
  )

  app.get(
    '/api/v1/tree/:id/siblings',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listSiblings',
        tags,
        summary: 'Lists the node and its siblings in their order.',
        params: IdParams,
        querystring: ChildrenQuery,
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404) },
      },
    },
    async request => {
      const { cursor, limit } = request.query
      const node = await getVisible(db, request.principal, request.params.id)
      const filter = filterOf(types, request.query, request.principal)
      const at = { after: positionOf(cursor), limit: limit + 1 }
      const rows =
        node.parentId === null
          ? await repository.roots(db, node.domainId, filter, at)
          : await repository.children(db, node.parentId, filter, at)
      const page = pageOf(rows, limit, position)
      return listDocument(request.url, {
        next: page.next,
        items: await documentsOf(types, db, page.items, !access.seesHidden(request.principal)),
      })
    },
  )

  app.get(
    '/api/v1/tree/:id/descendants',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listDescendants',
        tags,
        summary: 'Lists all below a node, depth first by id.',
        params: IdParams,
        querystring: DescendantsQuery,
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { cursor, limit, depth } = request.query
      const node = await getVisible(db, request.principal, request.params.id)
      const filter = filterOf(types, request.query, request.principal)
      const maxDepth = depth === undefined ? undefined : repository.idsOf(node.path).length + depth
      if (wantsNdjson(request))
        return ndjson(
          reply,
          repository.subtree(db, node.path, filter, { afterPath: node.path, maxDepth }).stream(500),
          row => documentOf(types, row),
        ) as never
      const [afterPath] = decodeCursor(cursor, ['string']) ?? [node.path]
      const rows = await repository
        .subtree(db, node.path, filter, { afterPath: afterPath as string, limit: limit + 1, maxDepth })
        .execute()
      const page = pageOf(rows, limit, row => [row.path])
      return listDocument(request.url, {
        next: page.next,
        items: page.items.map(row => documentOf(types, row)),
      })
    },
  )

  app.get(
    '/api/v1/tree/:id/ancestors',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listAncestors',
        tags,
        summary: 'Lists the nodes above, from the top down.',
        params: IdParams,
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404) },
      },
    },
    async request => {
      const node = await getVisible(db, request.principal, request.params.id)
      const nodes = await repository.ancestors(db, node)
      const seen = access.seesHidden(request.principal) ? nodes : nodes.filter(isVisible)
      return listDocument(request.url, { next: undefined, items: seen.map(row => documentOf(types, row)) })
    },
  )
}
