// Issues by their days: the years, and the months of one with the days that have issues. A table of links, so that it is read and used without
// scripts; with them the arrows go from day to day.
import { Link, useSearch } from '@tanstack/react-router'
import type { KeyboardEvent } from 'react'
import type { ReadingObject } from '../../shared/api.ts'
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
  const { year: asked } = useSearch({ from: '/id/$id' })
  const years = grouped(object.members.filter(isDated), 4)
  const year = asked !== undefined && years.has(asked) ? asked : ([...years.keys()].sort()[0] ?? '')
  const ofYear = years.get(year) ?? []
  const months = grouped(ofYear, 7)
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  // 1 January 2001 was a Monday
  const weekdays = Array.from({ length: 7 }, (_, n) => weekday.format(new Date(Date.UTC(2001, 0, n + 1))))
  return (
    <section className={styles.calendar} aria-labelledby="calendar">
      <h2 id="calendar">{say('calendar.title')}</h2>
      {years.size > 1 ? (
        <nav aria-label={say('calendar.years')}>
          <ol className={styles.years}>
            {[...years.keys()].sort().map(each => (
              <li key={each}>
                <Link
                  to="/id/$id"
                  params={{ id: String(object.id) }}
                  search={{ year: each }}
                  aria-current={each === year ? 'true' : undefined}
                  resetScroll={false}
                  title={say('calendar.issues', { count: years.get(each)?.length ?? 0 })}
                >
                  {each}
                </Link>
              </li>
            ))}
          </ol>
        </nav>
      ) : null}
      <p>
        {year} · {say('calendar.issues', { count: ofYear.length })}
      </p>
      <div className={styles.months} onKeyDown={walk}>
        {[...months.keys()].sort().map(month => {
          const days = grouped(months.get(month) ?? [], 10)
          return (
            <table key={month}>
              <caption>{monthName(Number(month.slice(5)) - 1)}</caption>
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
                {weeksOf(month).map((week, n) => (
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
    </section>
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
