// What somebody has borrowed and waits for: read, kept, given back.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouteContext } from '@tanstack/react-router'
import { Head } from '../../app/room.tsx'
import type { Schemas } from '../../shared/api.ts'
import { useLogIn } from '../../shared/log-in.ts'
import { changeLoan, myLoansQuery } from '../../shared/loan.ts'
import { useFormats, useText } from '../../shared/text.ts'
import styles from './loans.module.css'

type Loan = Schemas['Loan']

function One(props: { readonly loan: Loan; readonly isBusy: boolean; readonly onChange: (loan: Loan, method: 'POST' | 'DELETE') => void }) {
  const say = useText()
  const { locale } = useFormats()
  const { loan, onChange } = props
  const moment = (at: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))
  const name = loan.title ?? say('loans.closed')
  const id = String(loan.titleId)
  return (
    <li>
      <div>
        <h2 dir="auto">
          {loan.title === null ? (
            name
          ) : (
            <Link to="/id/$id" params={{ id }}>
              {name}
            </Link>
          )}
        </h2>
        <p className={styles.soft}>
          {loan.state === 'held'
            ? say('loans.until', { at: moment(loan.expiresAt) })
            : loan.state === 'waiting'
              ? say('loan.waiting', { place: loan.place ?? 1 })
              : say('loans.over')}
        </p>
      </div>
      <div className={styles.ways}>
        {loan.state === 'held' && loan.title !== null ? (
          <Link to="/id/$id/view" params={{ id }} className={styles.read}>
            {say('title.read')}
          </Link>
        ) : null}
        {loan.state === 'held' ? (
          <button type="button" disabled={props.isBusy} aria-label={say('loans.renew.of', { name })} onClick={() => onChange(loan, 'POST')}>
            {say('loans.renew')}
          </button>
        ) : null}
        {loan.state === 'over' ? null : (
          <button
            type="button"
            disabled={props.isBusy}
            aria-label={say(loan.state === 'held' ? 'loans.return.of' : 'loans.leave.of', { name })}
            onClick={() => onChange(loan, 'DELETE')}
          >
            {say(loan.state === 'held' ? 'loan.return' : 'loan.leave')}
          </button>
        )}
      </div>
    </li>
  )
}

export default function Loans() {
  const say = useText()
  const { api } = useRouteContext({ from: '__root__' })
  const queries = useQueryClient()
  const logIn = useLogIn()
  const { data: loans = [] } = useQuery({ ...myLoansQuery(api), refetchOnMount: 'always', refetchInterval: 15_000, refetchIntervalInBackground: true })
  const change = useMutation({
    mutationFn: ({ loan, method }: { readonly loan: Loan; readonly method: 'POST' | 'DELETE' }) => changeLoan(api, loan.titleId, method),
    onSettled: () => queries.invalidateQueries({ queryKey: ['loan'] }),
  })
  return (
    <div className={styles.loans}>
      <Head title={say('loans.title')} noIndex />
      <h1>{say('loans.title')}</h1>
      {change.isError ? <p role="alert">{say('loan.failed')}</p> : null}
      {loans.length === 0 ? (
        <div className={styles.none}>
          <p>{say('loans.none')}</p>
          <p>
            <a href={logIn}>{say('loans.logIn')}</a>
          </p>
        </div>
      ) : (
        <ul className={styles.list}>
          {loans.map(loan => (
            <One key={loan.id} loan={loan} isBusy={change.isPending} onChange={(one, method) => change.mutate({ loan: one, method })} />
          ))}
        </ul>
      )}
    </div>
  )
}
