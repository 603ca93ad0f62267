import { Link } from '@tanstack/react-router'
import type { ReadingObject } from '../api.ts'
import type { Lending } from '../loan.ts'
import { useText } from '../text.ts'
import styles from './loan.module.css'

/** What a reader is told of a title that is lent, and what they can do. */
export function Loan({ object, lending }: { readonly object: ReadingObject; readonly lending: Lending }) {
  const say = useText()
  const { loan, borrow, giveBack, isChanging, hasFailed } = lending
  if (object.copies === null) return null
  const isFree = loan !== undefined && loan.held + loan.waiting < (loan.copies ?? Infinity)
  const state = !loan
    ? say('loan.limited', { count: object.copies })
    : loan.state === 'held'
      ? say('loan.held')
      : loan.state === 'waiting'
        ? say('loan.waiting', { place: loan.place ?? 1 })
        : isFree
          ? say('loan.free', { free: (loan.copies ?? 0) - loan.held, count: loan.copies ?? 0 })
          : say('loan.lent', { count: loan.copies ?? 0, waiting: loan.waiting })
  return (
    <div className={styles.loan}>
      <p role="status">{hasFailed ? say('loan.failed') : state}</p>
      {loan ? (
        <button type="button" disabled={isChanging} onClick={loan.state === 'none' ? borrow : giveBack}>
          {say(loan.state === 'held' ? 'loan.return' : loan.state === 'waiting' ? 'loan.leave' : isFree ? 'loan.borrow' : 'loan.queue')}
        </button>
      ) : (
        <noscript>
          <p>{say('loan.scripts')}</p>
        </noscript>
      )}
      {loan && loan.state !== 'none' ? <Link to="/loans">{say('loans.title')}</Link> : null}
    </div>
  )
}
