// The desk of a title: who holds a copy, who waits and in which order. All of it happens under the lock of the title's row in the database, so
// that it is exact whatever processes take part. Nothing is done when a time is over: what has ended is taken away by whoever comes next.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Reader } from './readers.ts'
import * as repository from './repository.ts'

/** How a reader stands to a title that is lent. */
export interface Standing {
  readonly state: 'held' | 'waiting' | 'none'
  readonly copies: number
  readonly held: number
  readonly waiting: number
  /** In the queue, from 1; of who does not wait, the place that they would have. Null of who holds a copy */
  readonly place: number | null
  /** When it ends without further use */
  readonly expiresAt: Date | null
}

export type Times = Services['config']['lending']

export const isOver = (loan: repository.Loan, at: Date, { timeout, queueTimeout }: Times): boolean =>
  at.getTime() - loan.usedAt.getTime() > (loan.held === 1 ? timeout : queueTimeout) * 1000

export const endOf = (loan: repository.Loan, { timeout, queueTimeout }: Times): Date =>
  new Date(loan.usedAt.getTime() + (loan.held === 1 ? timeout : queueTimeout) * 1000)

/** How old the last use may be before the next one is written: at most one write a minute. */
export const renewAfterMs = ({ timeout }: Times): number => Math.min(60_000, (timeout * 1000) / 4)

function standingOf(
  loans: readonly repository.Loan[],
  reader: Reader,
  copies: number,
  times: Times,
): Standing & { readonly own: repository.Loan | undefined; readonly ahead: number } {
  const own = loans.find(loan => loan.reader === reader.name)
  const held = loans.filter(loan => loan.held === 1).length
  const queue = loans.filter(loan => loan.held === 0)
  const ahead = own?.held === 0 ? queue.indexOf(own) : queue.length
  const lasts = own?.held === 1 ? times.timeout : times.queueTimeout
  return {
    own,
    ahead,
    state: own === undefined ? 'none' : own.held === 1 ? 'held' : 'waiting',
    copies,
    held,
    waiting: queue.length,
    place: own?.held === 1 ? null : ahead + 1,
    expiresAt: own ? new Date(own.usedAt.getTime() + lasts * 1000) : null,
  }
}

/** Looks, and changes nothing. */
export async function look(db: Db, titleId: number, reader: Reader, times: Times) {
  const at = await repository.now(db)
  const loans = (await repository.ofTitle(db, titleId)).filter(loan => !isOver(loan, at, times))
  const standing = standingOf(loans, reader, await repository.copiesOf(db, titleId), times)
  const age = standing.own ? at.getTime() - standing.own.usedAt.getTime() : 0
  return { ...standing, isToRenew: age >= renewAfterMs(times) }
}

/**
 * Takes a copy where one is free and nobody has waited longer, keeps one that is held, or keeps the place in the queue.
 * @param queues whether somebody who gets no copy is to wait
 */
export async function take(
  trx: Db,
  titleId: number,
  reader: Reader,
  times: Times,
  queues: boolean,
): Promise<Standing> {
  await repository.lockDesk(trx, titleId)
  const at = await repository.now(trx)
  const all = await repository.ofTitle(trx, titleId)
  const over = all.filter(loan => isOver(loan, at, times))
  await repository.remove(
    trx,
    over.map(({ id }) => id),
  )
  const copies = await repository.copiesOf(trx, titleId)
  const left = all.filter(loan => !over.includes(loan))
  const { own, ahead, held, state } = standingOf(left, reader, copies, times)
  const isFree = state !== 'held' && ahead < copies - held
  if (own) await repository.use(trx, own.id, at, isFree)
  else if (isFree || queues)
    await repository.insert(trx, { titleId, reader: reader.name, userId: reader.userId, held: isFree, at })
  return standingOf(await repository.ofTitle(trx, titleId), reader, copies, times)
}

/**
 * What somebody at the desk does with a loan: its time begins anew, or who waits gets a copy now, before those who have waited longer.
 * @throws Refusal not-found, conflict where it has ended or no copy is free
 */
export async function renew(trx: Db, id: number, times: Times, what: 'extend' | 'hand-out'): Promise<void> {
  const missing = () => new Refusal('not-found', `There is no loan ${id}.`)
  const known = await repository.find(trx, id)
  if (!known || !(await repository.lockDesk(trx, known.titleId))) throw missing()
  const at = await repository.now(trx)
  const loans = await repository.ofTitle(trx, known.titleId)
  const loan = loans.find(each => each.id === id)
  if (!loan) throw missing()
  if (isOver(loan, at, times))
    throw new Refusal('conflict', `Loan ${id} has ended; the reader has to borrow the title anew.`)
  if (what === 'extend') return await repository.use(trx, id, at, false)
  if (loan.held === 1) throw new Refusal('conflict', `Loan ${id} has a copy already.`)
  const held = loans.filter(each => each.held === 1 && !isOver(each, at, times)).length
  const copies = await repository.copiesOf(trx, known.titleId)
  if (held >= copies)
    throw new Refusal(
      'conflict',
      `All copies of the title are lent (${held} of ${copies}); end a loan first.`,
    )
  await repository.use(trx, id, at, true)
}

/** Gives a copy or a place back. @returns whether there was one */
export async function giveBack(trx: Db, titleId: number, loanOf: (loan: repository.Loan) => boolean) {
  if (!(await repository.lockDesk(trx, titleId))) return false
  const own = (await repository.ofTitle(trx, titleId)).find(loanOf)
  if (own) await repository.remove(trx, [own.id])
  return own !== undefined
}
