// Loans as they leave.
import type { z } from 'zod'
import type { Db } from '../../firebird/database.ts'
import { endOf, isOver, type Times } from './desk.ts'
import * as repository from './repository.ts'
import type { Loan } from './schemas.ts'

/** With the places of those who wait: the queues of all titles are read at once. */
export async function documentsOf(
  db: Db,
  loans: readonly repository.ListedLoan[],
  times: Times,
): Promise<z.output<typeof Loan>[]> {
  const at = await repository.now(db)
  const awaited = new Set(loans.filter(({ held }) => held === 0).map(({ titleId }) => titleId))
  const queues = new Map([...awaited].map(titleId => [titleId, [] as number[]]))
  for (const each of await repository.waitingFor(db, [...awaited]))
    if (!isOver(each, at, times)) queues.get(each.titleId)?.push(each.id)
  return loans.map(loan => {
    const place = loan.held === 1 ? -1 : (queues.get(loan.titleId) ?? []).indexOf(loan.id)
    return {
      id: loan.id,
      titleId: loan.titleId,
      title: loan.title,
      userId: loan.userUuid,
      userName: loan.userName,
      state: isOver(loan, at, times) ? ('over' as const) : loan.held === 1 ? ('held' as const) : ('waiting' as const), // prettier-ignore
      since: loan.since.toISOString(),
      takenAt: loan.takenAt?.toISOString() ?? null,
      usedAt: loan.usedAt.toISOString(),
      expiresAt: endOf(loan, times).toISOString(),
      place: place < 0 ? null : place + 1,
    }
  })
}
