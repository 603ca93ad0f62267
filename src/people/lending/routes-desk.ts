// Loans as somebody at the desk sees them: all of them, to be handed out, extended, ended.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { Id, IdParams } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, sendNothing } from '../../http/write.ts'
import { record as log } from '../../system/log/index.ts'
import { giveBack, renew } from './desk.ts'
import { documentsOf } from './documents.ts'
import * as repository from './repository.ts'
import { forgetSeen } from './require.ts'
import { Loan, LoanList } from './schemas.ts'

const tags = ['lending']

export async function deskRoutes(app: App, services: Services): Promise<void> {
  const { db, database } = services
  const times = services.config.lending

  const documents = (loans: readonly repository.ListedLoan[]) => documentsOf(db, loans, times)

  app.get(
    '/api/v1/loans',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'listLoans',
        tags,
        summary: 'Lists who holds copies and who waits.',
        querystring: PageQuery.extend({
          titleId: Id.optional(),
          state: z
            .enum(['held', 'waiting'])
            .optional()
            .meta({ description: 'Who holds a copy, or who waits; those whose time is over are among them' }),
        }),
        response: { 200: json(LoanList, 'Loans.'), ...problems() },
      },
    },
    async (request, reply) => {
      const { cursor, limit, titleId, state } = request.query
      const [after] = decodeCursor(cursor, ['number']) ?? []
      const filter = { titleId, isHeld: state === undefined ? undefined : state === 'held' }
      const page = pageOf(await repository.list(db, filter, Number(after ?? 0), limit + 1), limit, row => [
        row.id,
      ])
      reply.header('cache-control', 'no-store')
      return listDocument(request.url, { next: page.next, items: await documents(page.items) })
    },
  )

  const change = (what: 'extend' | 'hand-out', operationId: string, summary: string) =>
    app.post(
      `/api/v1/loans/:id/${what}` as '/api/v1/loans/:id/extend',
      {
        config: { right: 'admin' },
        schema: {
          operationId,
          tags,
          summary,
          params: IdParams,
          response: { 200: json(Loan, 'The loan.'), ...problems(404, 409) },
        },
      },
      async request => {
        const { id } = request.params
        const actor = actorOf(request)
        await database.inTransaction({ actor }, async trx => {
          await renew(trx, id, times, what)
          const loan = await repository.find(trx, id)
          if (loan)
            await log(trx, {
              entity: 'title',
              entityId: loan.titleId,
              action: `${what}-loan`,
              actor,
              data: { userId: loan.userId },
            })
        })
        const [loan] = await repository.list(db, { id }, 0, 1)
        if (!loan) throw new Refusal('not-found', `There is no loan ${id}.`)
        forgetSeen(services, loan.titleId)
        return (await documents([loan]))[0] as z.output<typeof Loan>
      },
    )
  change('extend', 'extendLoan', 'Lets the time of a loan, or of a place in the queue, begin anew.')
  change(
    'hand-out',
    'handOutLoan',
    'Gives a free copy to somebody who waits, before those who have waited longer.',
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
