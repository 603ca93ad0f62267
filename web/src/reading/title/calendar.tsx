// Issues by their days: the years, of which one is fetched, and its months with the days that have issues; a month by pictures. A table of links, so that it is read and used without
// scripts; with them the arrows go from day to day.
import { Link, useSearch } from '@tanstack/react-router'
import type { KeyboardEvent } from 'react'
import type { ReadingObject } from '../../shared/api.ts'
import { Cover } from '../../shared/components/cover.tsx'
import { useFormats, useText } from '../../shared/text.ts'
import styles from './calendar.module.css'

type Member = ReadingObject['members'][number]

export const isDated = (member: Member): boolean => /^\d{4}-\d{2}-\d{2}/.test(member.issueDate ?? '')
const dayOf = (member: Member): string => (member.issueDate ?? '').slice(0, 10)

function grouped(members: readonly Member[], length: number): Map<string, Member[]> {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const key = dayOf(member).slice(0, length)
    const group = groups.get(key)
    if (group) group.push(member)
    else groups.set(key, [member])
  }
  return groups
}

/** Weeks from Monday; days of other months are empty. */
function weeksOf(month: string): (string | undefined)[][] {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const before = (new Date(`${month}-01T00:00Z`).getUTCDay() + 6) % 7
  const last = new Date(Date.UTC(2000, number, 0)).setUTCFullYear(year, number, 0)
  const days = new Date(last).getUTCDate()
  const cells = [
    ...Array.from({ length: before }, () => undefined),
    ...Array.from({ length: days }, (_, n) => `${month}-${String(n + 1).padStart(2, '0')}`),
  ]
  return Array.from({ length: Math.ceil(cells.length / 7) }, (_, n) => Array.from({ length: 7 }, (_, day) => cells[n * 7 + day]))
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }

/** To the nearest day with issues that lies at least so many days off. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key]
  const from = event.target instanceof HTMLElement ? event.target.dataset['day'] : undefined
  if (step === undefined || from === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a[data-day]')]
  const far = new Date(Date.parse(`${from}T00:00Z`) + step * 86_400_000).toISOString().slice(0, 10)
  const to = step > 0 ? links.find(link => (link.dataset['day'] ?? '') >= far) : links.findLast(link => (link.dataset['day'] ?? '') <= far)
  if (!to) return
  event.preventDefault()
  to.focus()
}

export function Calendar({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { day, month: monthName, number, locale } = useFormats()
  const { month: asked } = useSearch({ from: '/id/$id' })
  const { years } = object
  const year = object.year ?? years[0]?.year ?? ''
  const id = String(object.id)
  const months = grouped(
    object.members.filter(member => isDated(member) && dayOf(member).startsWith(year)),
    7,
  )
  const keys = [...months.keys()].sort()
  const open = asked === undefined ? undefined : keys.find(key => key === `${year}-${asked}`)
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  // 1 January 2001 was a Monday
  const weekdays = Array.from({ length: 7 }, (_, n) => weekday.format(new Date(Date.UTC(2001, 0, n + 1))))
  return (
    <section className={styles.calendar} aria-labelledby="calendar">
      <h2 id="calendar">{say('calendar.title')}</h2>
      {years.length > 1 ? (
        <nav aria-label={say('calendar.years')}>
          <ol className={styles.years}>
            {years.map(each => (
              <li key={each.year}>
                <Link
                  to="/id/$id"
                  params={{ id }}
                  search={{ year: each.year }}
                  aria-current={each.year === year ? 'true' : undefined}
                  resetScroll={false}
                  title={say('calendar.issues', { count: each.issues })}
                >
                  {each.year}
                </Link>
              </li>
            ))}
          </ol>
        </nav>
      ) : null}
      {open === undefined ? (
        <>
          <p>
            {year} · {say('calendar.issues', { count: years.find(each => each.year === year)?.issues ?? 0 })}
          </p>
          <div className={styles.months} onKeyDown={walk}>
            {keys.map(key => {
              const days = grouped(months.get(key) ?? [], 10)
              return (
                <table key={key}>
                  <caption>
                    <Link to="/id/$id" params={{ id }} search={{ year, month: key.slice(5) }} resetScroll={false} title={say('calendar.month')}>
                      {monthName(Number(key.slice(5)) - 1)}
                    </Link>
                  </caption>
                  <thead>
                    <tr>
                      {weekdays.map(name => (
                        <th key={name} scope="col">
                          {name}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {weeksOf(key).map((week, n) => (
                      <tr key={n}>
                        {week.map((date, at) => (
                          <td key={at}>{date === undefined ? null : <Day date={date} issues={days.get(date) ?? []} words={day(date)} figure={number(Number(date.slice(8)))} />}</td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              )
            })}
          </div>
        </>
      ) : (
        <Month object={object} year={year} keys={keys} open={open} issues={months.get(open) ?? []} />
      )}
    </section>
  )
}

/** One month by the pictures of its issues, with the way to those beside it. */
function Month(props: {
  readonly object: ReadingObject
  readonly year: string
  readonly keys: readonly string[]
  readonly open: string
  readonly issues: readonly Member[]
}) {
  const say = useText()
  const { day, month: monthName } = useFormats()
  const { year, keys, open } = props
  const id = String(props.object.id)
  const at = keys.indexOf(open)
  const name = (key: string) => monthName(Number(key.slice(5)) - 1)
  const step = (key: string | undefined, rel: 'prev' | 'next') =>
    key === undefined ? (
      <span />
    ) : (
      <Link to="/id/$id" params={{ id }} search={{ year, month: key.slice(5) }} rel={rel} resetScroll={false}>
        {rel === 'prev' ? `‹ ${name(key)}` : `${name(key)} ›`}
      </Link>
    )
  return (
    <>
      <nav className={styles.steps} aria-label={say('calendar.months')}>
        {step(keys[at - 1], 'prev')}
        <Link to="/id/$id" params={{ id }} search={{ year }} resetScroll={false}>
          {say('calendar.wholeYear', { year })}
        </Link>
        {step(keys[at + 1], 'next')}
      </nav>
      <h3 className={styles.month}>
        {name(open)} {year} <small>{say('calendar.issues', { count: props.issues.length })}</small>
      </h3>
      <ul className={styles.issues}>
        {props.issues.toSorted((a, b) => (dayOf(a) < dayOf(b) ? -1 : dayOf(a) > dayOf(b) ? 1 : 0)).map(issue => (
          <li key={issue.id}>
            <Link to="/id/$id" params={{ id: String(issue.id) }} search={{}}>
              <Cover id={issue.id} width={128} />
              <b>{day(dayOf(issue), 'medium')}</b>
              <span dir="auto">{issue.caption || issue.title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

function Day({ date, issues, words, figure }: { readonly date: string; readonly issues: readonly Member[]; readonly words: string; readonly figure: string }) {
  if (issues.length === 0) return <span>{figure}</span>
  return issues.map((issue, n) => (
    <Link
      key={issue.id}
      to="/id/$id"
      params={{ id: String(issue.id) }}
      search={{}}
      data-day={n === 0 ? date : undefined}
      aria-label={[words, issues.length > 1 ? issue.caption || issue.title : ''].filter(text => text !== '').join(', ')}
      title={issue.caption || issue.title}
    >
      {n === 0 ? figure : <small>{n + 1}</small>}
    </Link>
  ))
}
