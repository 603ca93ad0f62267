import type { FastifyReply, FastifyRequest } from 'fastify'
import { requireOwnPage } from '../../http/auth.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { lentAs } from './copies.ts'
import { giveBack, look, type Standing, take } from './desk.ts'
import { newReader, readerOf } from './readers.ts'
import { forgetSeen } from './require.ts'
import { deskRoutes } from './routes-desk.ts'
import { mineRoutes } from './routes-mine.ts'
import { LoanState } from './schemas.ts'

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
    meta: metaOf({}),
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

  await deskRoutes(app, services)
  await mineRoutes(app, services)
}
