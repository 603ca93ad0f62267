// What somebody has borrowed and waits for, to be seen by themselves. Titles are given back and kept by their own address.
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../access/index.ts'
import { documentsOf } from './documents.ts'
import { readerOf } from './readers.ts'
import * as repository from './repository.ts'
import { LoanList } from './schemas.ts'

function isSeen(principal: Principal, loan: repository.ListedLoan): boolean {
  const { path, domainId, nodeState, delState } = loan
  if (path === null || domainId === null) return false
  return access.sees(principal, { path, domainId, isVisible: nodeState === 1 && delState === 0 })
}

export async function mineRoutes(app: App, services: Services): Promise<void> {
  const { db } = services
  app.get(
    '/api/v1/users/me/loans',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listMyLoans',
        tags: ['lending'],
        summary: 'Lists what who asks has borrowed and waits for: an account, or a browser without one.',
        description:
          'A copy is given back by `DELETE /api/v1/titles/{titleId}/loan`; `POST` there lets its time begin anew.',
        querystring: PageQuery,
        response: { 200: json(LoanList, 'Loans of the caller.'), ...problems() },
      },
    },
    async (request, reply) => {
      const { cursor, limit } = request.query
      const [after] = decodeCursor(cursor, ['number']) ?? []
      // what somebody borrows is not for the page of another site that asks with the token of its reader
      const { kind, rights } = request.principal
      const isOfViewer = kind === 'user' && !rights.has('signed-in')
      const reader = isOfViewer ? undefined : readerOf(services, request)
      const rows = reader
        ? await repository.list(db, { reader: reader.name }, Number(after ?? 0), limit + 1)
        : []
      const page = pageOf(rows, limit, row => [row.id])
      // a title that was closed meanwhile has no name to those who may not see it
      const shown = page.items.map(row => (isSeen(request.principal, row) ? row : { ...row, title: null }))
      const items = await documentsOf(db, shown, services.config.lending)
      reply.header('cache-control', 'no-store')
      return listDocument(request.url, { next: page.next, items })
    },
  )
}
