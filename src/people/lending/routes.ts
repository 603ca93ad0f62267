import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { requireOwnPage } from '../../http/auth.ts'
import { Id, IdParams } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, sendNothing } from '../../http/write.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { record as log } from '../../system/log/index.ts'
import { lentAs } from './copies.ts'
import { giveBack, isOver, look, type Standing, take } from './desk.ts'
import { newReader, readerOf } from './readers.ts'
import * as repository from './repository.ts'
import { forgetSeen } from './require.ts'
import { LoanList, LoanState } from './schemas.ts'

const tags = ['lending']
const nobody = { name: '', userId: null }

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, database } = services
  const times = services.config.lending

  const document = (id: number, titleId: number, standing: Standing | undefined) => ({
    titleId,
    copies: standing?.copies ?? null,
    held: standing?.held ?? 0,
    waiting: standing?.waiting ?? 0,
    state: standing?.state ?? ('none' as const),
    place: standing?.place ?? null,
    expiresAt: standing?.expiresAt?.toISOString() ?? null,
    links: { self: `/api/v1/titles/${id}/loan`, title: `/api/v1/titles/${titleId}` },
    relationships: {},
    meta: { schemaVersion: 1 },
  })

  /** The title that is lent with a node, and who asks. */
  async function asked(request: FastifyRequest & { params: { id: number } }, reply: FastifyReply) {
    const node = await getVisible(db, request.principal, request.params.id)
    reply.header('cache-control', 'no-store')
    return { node, lent: await lentAs(services, node.path), reader: readerOf(services, request) }
  }

  app.get(
    '/api/v1/titles/:id/loan',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getLoan',
        tags,
        summary: 'Tells how many copies of a title are lent, and whether the caller holds one or waits.',
        params: IdParams,
        response: { 200: json(LoanState, 'How the caller stands.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { node, lent, reader } = await asked(request, reply)
      if (!lent) return document(node.id, node.id, undefined)
      return document(node.id, lent.titleId, await look(db, lent.titleId, reader ?? nobody, times))
    },
  )

  app.post(
    '/api/v1/titles/:id/loan',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'borrow',
        tags,
        summary:
          'Borrows a copy of a title that is lent, keeps one that is held, or takes and keeps a place in the queue: repeat it while waiting.',
        params: IdParams,
        response: { 200: json(LoanState, 'How the caller stands now.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { node, lent, reader } = await asked(request, reply)
      if (!lent) return document(node.id, node.id, undefined)
      requireOwnPage(request)
      const { titleId } = lent
      const who = reader ?? newReader(services, reply)
      const standing = await database.inTransaction({}, trx => take(trx, titleId, who, times, true))
      forgetSeen(services, titleId, who)
      return document(node.id, titleId, standing)
    },
  )

  app.delete(
    '/api/v1/titles/:id/loan',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'giveBack',
        tags,
        summary: 'Gives a copy back, or a place in the queue.',
        params: IdParams,
        response: { 200: json(LoanState, 'How the caller stands now.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { node, lent, reader } = await asked(request, reply)
      if (!lent) return document(node.id, node.id, undefined)
      requireOwnPage(request)
      const { titleId } = lent
      if (reader) {
        await database.inTransaction({}, trx => giveBack(trx, titleId, loan => loan.reader === reader.name))
        forgetSeen(services, titleId, reader)
      }
      return document(node.id, titleId, await look(db, titleId, reader ?? nobody, times))
    },
  )

  app.get(
    '/api/v1/loans',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'listLoans',
        tags,
        summary: 'Lists who holds copies and who waits.',
        querystring: PageQuery.extend({ titleId: Id.optional() }),
        response: { 200: json(LoanList, 'Loans.'), ...problems() },
      },
    },
    async (request, reply) => {
      const { cursor, limit, titleId } = request.query
      const [after] = decodeCursor(cursor, ['number']) ?? []
      const rows = await repository.list(db, titleId, Number(after ?? 0), limit + 1)
      const at = await repository.now(db)
      reply.header('cache-control', 'no-store')
      const page = pageOf(rows, limit, row => [row.id])
      return listDocument(request.url, {
        ...page,
        items: page.items.map(loan => ({
          id: loan.id,
          titleId: loan.titleId,
          userId: loan.userId,
          state: isOver(loan, at, times)
            ? ('over' as const)
            : loan.held === 1
              ? ('held' as const)
              : ('waiting' as const),
          since: loan.since.toISOString(),
          takenAt: loan.takenAt?.toISOString() ?? null,
          usedAt: loan.usedAt.toISOString(),
        })),
      })
    },
  )

  app.delete(
    '/api/v1/loans/:id',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'endLoan',
        tags,
        summary: 'Ends a loan, or takes away a place in the queue.',
        params: IdParams,
        response: { 204: z.null().meta({ description: 'It has ended.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const actor = actorOf(request)
      const ended = await database.inTransaction({ actor }, async trx => {
        const loan = await repository.find(trx, id)
        if (!loan || !(await giveBack(trx, loan.titleId, each => each.id === id))) return undefined
        await log(trx, {
          entity: 'title',
          entityId: loan.titleId,
          action: 'end-loan',
          actor,
          data: { userId: loan.userId },
        })
        return loan
      })
      if (!ended) throw new Refusal('not-found', `There is no loan ${id}.`)
      forgetSeen(services, ended.titleId)
      return sendNothing(reply)
    },
  )
}
