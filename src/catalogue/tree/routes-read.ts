import type { FastifyReply } from 'fastify'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { ndjson, wantsNdjson } from '../../http/ndjson.ts'
import { decodeCursor, listDocument, pageOf } from '../../http/page.ts'

import { json, problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { access, only, seenRows } from '../../people/access/index.ts'
import { getDomain } from '../domains/index.ts'
import {
  documentOf,
  documentsOf,
  type FilterQuery,
  filterOf,
  getVisible,
  plainDocumentsOf,
} from './documents.ts'
import { shownPlace } from './place.ts'
import * as repository from './repository.ts'
import type { Node, Position } from './repository.ts'
import { placeAsked, workedOn } from './work.ts'
import { ChildrenQuery, DescendantsQuery, SiblingsQuery, TreeList, TreeNode, TreeQuery } from './schemas.ts'

const positionOf = (cursor: string | undefined): Position | undefined => {
  const [sort, id] = decodeCursor(cursor, ['number', 'number']) ?? []
  return typeof sort === 'number' && typeof id === 'number' ? { sort, id } : undefined
}
const position = (node: Node) => [node.sort, node.id] as const
const tags = ['tree']
const factsFor = (request: {
  readonly query: { readonly facts?: 'true' | 'false' | undefined }
  readonly principal: Principal
}): Principal | undefined => (request.query.facts === 'true' ? request.principal : undefined)

/** Nodes that the caller sees, and with a condition about work works on; undefined where that is all that a list reads. */
function seenBy(principal: Principal, query: FilterQuery): ((node: Node) => boolean) | undefined {
  const sees = access.filter(principal)
  const works = workedOn(principal, query)
  return sees && (node => sees(shownPlace(node)) && (!works || works(node)))
}

export async function readRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  /** Lists as NDJSON stream row by row from the cursor, without an end. */
  const stream = (
    reply: FastifyReply,
    prefix: string,
    filter: repository.NodeFilter,
    options: { readonly afterPath?: string; readonly maxDepth: number | undefined },
    sees: ((node: Node) => boolean) | undefined,
  ) => {
    const rows = repository.subtree(db, prefix, filter, options).stream(500)
    return ndjson(reply, sees ? only(rows, sees) : rows, node => documentOf(types, node))
  }

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
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { cursor, limit, domain, parent, path, depth } = request.query
      const domainId = domain === undefined ? undefined : (await getDomain(db, domain)).id
      const asksIn = await placeAsked(db, request.principal, {
        node: parent === 'none' ? undefined : parent,
        path,
        domainId,
      })
      const filter = await filterOf(types, db, request.query, request.principal, asksIn)
      const visibleOnly = !access.seesHidden(request.principal)
      const sees = seenBy(request.principal, request.query)
      if (path !== undefined && parent !== undefined)
        throw new Refusal('bad-request', 'Send either parent or path.')
      if (depth !== undefined && path === undefined) throw new Refusal('bad-request', 'depth needs path.')
      if (path !== undefined) {
        const prefixDepth = repository.idsOf(path).length
        const maxDepth = depth === undefined ? undefined : prefixDepth + depth
        if (wantsNdjson(request) && request.query.facts === 'true')
          throw new Refusal('bad-request', 'A stream of nodes has no facts; ask for pages of the list.')
        if (wantsNdjson(request)) return stream(reply, path, filter, { maxDepth }, sees)
        const [afterPath] = decodeCursor(cursor, ['string']) ?? []
        const rows = await seenRows(
          async (last: Node | undefined, count) =>
            await repository
              .subtree(db, path, filter, {
                afterPath: last?.path ?? (afterPath as string | undefined),
                limit: count,
                maxDepth,
              })
              .execute(),
          sees,
          limit + 1,
        )
        const page = pageOf(rows, limit, node => [node.path])
        return listDocument(request.url, {
          next: page.next,
          items: await plainDocumentsOf(types, db, page.items, factsFor(request)),
        })
      }
      if (parent === undefined && domainId === undefined) {
        const [afterId] = decodeCursor(cursor, ['number']) ?? []
        const rows = await seenRows(
          (last: Node | undefined, count) =>
            repository.all(db, undefined, filter, {
              afterId: last?.id ?? (afterId as number | undefined),
              limit: count,
            }),
          sees,
          limit + 1,
        )
        const page = pageOf(rows, limit, node => [node.id])
        return listDocument(request.url, {
          next: page.next,
          items: await plainDocumentsOf(types, db, page.items, factsFor(request)),
        })
      }
      if (parent === 'none' && domainId === undefined)
        throw new Refusal('bad-request', 'parent=none needs a domain.')
      const parentId =
        parent === undefined || parent === 'none'
          ? undefined
          : (await getVisible(db, request.principal, parent)).id
      const rows = await seenRows(
        (last: Node | undefined, count) => {
          const at = { after: last ?? positionOf(cursor), limit: count }
          return parentId !== undefined
            ? repository.children(db, parentId, filter, at)
            : repository.roots(db, domainId as number, filter, at)
        },
        sees,
        limit + 1,
      )
      const page = pageOf(rows, limit, position)
      return listDocument(request.url, {
        next: page.next,
        items: await documentsOf(types, db, page.items, visibleOnly, factsFor(request)),
      })
    },
  )

  app.get(
    '/api/v1/tree/:id',
    {
      config: { right: 'tree:read', tells: 'node' },
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
      if (isFresh(request, reply, etagOf(node.version, access.variant(request.principal))))
        return sendUnchanged(reply)
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
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404, 422) },
      },
    },
    async request => {
      const { cursor, limit } = request.query
      const node = await getVisible(db, request.principal, request.params.id)
      const filter = await filterOf(types, db, request.query, request.principal, node)
      const rows = await seenRows(
        (last: Node | undefined, count) =>
          repository.children(db, node.id, filter, { after: last ?? positionOf(cursor), limit: count }),
        seenBy(request.principal, request.query),
        limit + 1,
      )
      const page = pageOf(rows, limit, position)
      const visibleOnly = !access.seesHidden(request.principal)
      return listDocument(request.url, {
        next: page.next,
        items: await documentsOf(types, db, page.items, visibleOnly, factsFor(request)),
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
        querystring: SiblingsQuery,
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404, 422) },
      },
    },
    async request => {
      const { cursor, limit } = request.query
      const node = await getVisible(db, request.principal, request.params.id)
      const filter = await filterOf(types, db, request.query, request.principal, node)
      const rows = await seenRows(
        (last: Node | undefined, count) => {
          const at = { after: last ?? positionOf(cursor), limit: count }
          return node.parentId === null
            ? repository.roots(db, node.domainId, filter, at)
            : repository.children(db, node.parentId, filter, at)
        },
        seenBy(request.principal, request.query),
        limit + 1,
      )
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
        response: { 200: json(TreeList, 'Nodes.'), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { cursor, limit, depth } = request.query
      const node = await getVisible(db, request.principal, request.params.id)
      const filter = await filterOf(types, db, request.query, request.principal, node)
      const maxDepth = depth === undefined ? undefined : repository.idsOf(node.path).length + depth
      const sees = seenBy(request.principal, request.query)
      if (wantsNdjson(request))
        return stream(reply, node.path, filter, { afterPath: node.path, maxDepth }, sees)
      const [afterPath] = decodeCursor(cursor, ['string']) ?? [node.path]
      const rows = await seenRows(
        async (last: Node | undefined, count) =>
          await repository
            .subtree(db, node.path, filter, {
              afterPath: last?.path ?? (afterPath as string),
              limit: count,
              maxDepth,
            })
            .execute(),
        sees,
        limit + 1,
      )
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
      const seen = nodes.filter(above => access.sees(request.principal, shownPlace(above)))
      return listDocument(request.url, { next: undefined, items: seen.map(row => documentOf(types, row)) })
    },
  )
}
