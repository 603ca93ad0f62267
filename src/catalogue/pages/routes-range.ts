// What is done to many pages of a title at once: reading order and pagination.
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { type Db, setContext } from '../../firebird/database.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import { ifMatchOnWish } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { listDocument } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, type Answer, send, write } from '../../http/write.ts'
import { nextBatch, record as log } from '../../system/log/index.ts'
import {
  getNode,
  type Node,
  refreshTitles,
  renameMany,
  requireOutline,
  setSorts,
  writeTree,
} from '../tree/index.ts'
import { documentOf } from './documents.ts'
import { labelRange, type PageLabel } from './label-range.ts'
import type { Pagination } from './pagination.ts'
import * as repository from './repository.ts'
import { PageList, Paginate, PaginateResult, PaginationKinds, Reorder } from './schemas.ts'

const tags = ['pages']
const everything = { visibleOnly: false } as const
const guarded =
  'If-Match, where it is sent, is the ETag of the outline: whatever changed in it since is named, and nothing is done.'

export async function rangeRoutes(app: App, services: Services, pagination: Pagination): Promise<void> {
  /** @throws Refusal stale */
  const requireUnchanged = async (request: FastifyRequest, trx: Db, title: Node): Promise<void> => {
    const expected = ifMatchOnWish(request)
    if (expected === undefined) return
    await requireOutline(services, trx, title, request.principal, expected)
  }

  app.get(
    '/api/v1/pagination',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'listPaginationKinds',
        tags,
        summary: 'Lists the kinds of pagination.',
        response: { 200: json(PaginationKinds, 'Kinds.'), ...problems() },
      },
    },
    async request => ({
      items: pagination.kinds.map(kind => ({ ...kind, label: kind.label ?? null })),
      links: { self: request.url },
      relationships: {},
      meta: metaOf({}),
    }),
  )

  app.post(
    '/api/v1/titles/:id/reorder',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'reorderPages',
        tags,
        summary: 'Puts pages into another reading order, each within its structure element.',
        description: guarded,
        params: IdParams,
        body: Reorder,
        response: { 200: json(PageList, 'All pages in their new order.'), ...problems(404, 412, 422) },
      },
    },
    async (request, reply) => {
      const answer = await writeTree(services, request, 'move', async trx => {
        const title = await getNode(trx, request.params.id)
        await requireUnchanged(request, trx, title)
        const pages = await repository.ofTitle(trx, title.id, everything)
        const byId = new Map(pages.map(page => [page.id, page]))
        const { ids } = request.body
        const stranger = ids.find(id => !byId.has(id))
        if (stranger !== undefined)
          throw new Refusal('not-processable', `Node ${stranger} is not a page of title ${title.id}.`)
        if (new Set(ids).size !== ids.length) throw new Refusal('not-processable', 'A page is named twice.')
        const batch = await nextBatch(trx)
        const actor = actorOf(request)
        await setContext(trx, { actor, batch })
        // the named pages of a parent take over each other's places; what stands between them stays
        const sorts = new Map<number, number>()
        for (const parent of new Set(ids.map(id => byId.get(id)?.parentId))) {
          const here = ids.filter(id => byId.get(id)?.parentId === parent)
          const places = here.map(id => byId.get(id)?.sort ?? 0).sort((a, b) => a - b)
          // equal values would fall back to the order of ids
          here.forEach((id, at) =>
            sorts.set(
              id,
              Math.max(places[at] ?? 0, at > 0 ? (sorts.get(here[at - 1] as number) ?? 0) + 1 : -2147483648),
            ),
          )
        }
        await setSorts(trx, sorts)
        await refreshTitles(trx, services.types, [title.path])
        await log(trx, {
          entity: 'title',
          entityId: title.id,
          action: 'reorder',
          batch,
          actor,
          data: { count: ids.length },
        })
        const items = (await repository.ofTitle(trx, title.id, everything)).map(row =>
          documentOf(pagination, row, request.principal),
        )
        return { body: listDocument(request.url, { next: undefined, items }) }
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/titles/:id/paginate',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'paginate',
        tags,
        summary:
          'Labels a range of pages by a counting kind or pattern; with dryRun, shows each label beforehand.',
        description: guarded,
        params: IdParams,
        body: Paginate,
        response: { 200: json(PaginateResult, 'Labels before and after.'), ...problems(404, 412, 422) },
      },
    },
    async (request, reply) => {
      const { from, to, dryRun } = request.body
      const answer = await write(
        services,
        request,
        {},
        async (trx, connection): Promise<Answer<z.output<typeof PaginateResult>>> => {
          const title = await getNode(trx, request.params.id)
          if (!dryRun) await requireUnchanged(request, trx, title)
          const pages = await repository.ofTitle(trx, title.id, everything)
          const first = pages.findIndex(page => page.id === from)
          const last = pages.findIndex(page => page.id === to)
          if (first < 0 || last < 0)
            throw new Refusal(
              'not-processable',
              `Node ${first < 0 ? from : to} is not a page of title ${title.id}.`,
            )
          if (last < first)
            throw new Refusal('not-processable', `Page ${to} comes before page ${from} in the reading order.`)
          const range = pages.slice(first, last + 1)
          const labels = labelRange(
            pagination,
            range.map(page => page.id),
            request.body,
          )
          const items = range.map(page => {
            const { caption, label, value } = labels.get(page.id) as PageLabel
            return { id: page.id, before: page.paginationCaption, after: caption, label, value }
          })
          if (dryRun)
            return { body: { items, batch: null, dryRun, links: {}, relationships: {}, meta: metaOf({}) } }
          const batch = await nextBatch(trx)
          const actor = actorOf(request)
          await setContext(trx, { actor, batch })
          await connection.executeMany(
            'update OPR_Page set OP_PaginationCaption = ?, OP_PaginationType = ?, OP_PaginationValue = ? where OP_OT_ID = ?',
            [...labels].map(([id, label]) => [label.caption, label.type, label.value, id]),
          )
          await renameMany(connection, new Map(items.map(item => [item.id, item.after])))
          await log(trx, {
            entity: 'title',
            entityId: title.id,
            action: 'paginate',
            batch,
            actor,
            data: request.body,
          })
          return {
            body: {
              items,
              batch,
              dryRun,
              links: { log: `/api/v1/log?batch=${batch}` },
              relationships: {},
              meta: metaOf({}),
            },
          }
        },
      )
      return send(reply, answer)
    },
  )
}
