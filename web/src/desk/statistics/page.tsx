// Who uses what: by time, title and collection; the same as a table for other programs.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Choice, Empty, Fault, Field, Skeleton } from '../parts/controls.tsx'
import { useDownload } from '../parts/download.ts'
import { chosenStyle, filterStyle, numberStyle, Page, tableStyle } from '../parts/page.tsx'
import { domainsQuery } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { Chart } from './chart.tsx'
import { type Grouping, groupings, keysOf, type Period, periodOf, periods } from './periods.ts'
import styles from './statistics.module.css'

interface Search {
  readonly by?: string
  readonly from?: string
  readonly to?: string
  readonly collection?: string
  readonly title?: string
}

const measures = ['views', 'pages', 'downloads', 'masters'] as const
type Measure = (typeof measures)[number]
const mostLines = 1000

const isId = (text: string | undefined): text is string => /^[1-9]\d{0,9}$/.test(text ?? '')

export default function Statistics() {
  const say = useSay()
  const api = useApi()
  const navigate = useNavigate()
  const { number, day, locale } = useFormats()
  const search = useSearch({ strict: false }) as Search
  const by: Grouping = groupings.find(each => each === search.by) ?? 'month'
  const { from, to } = periodOf(search)
  const [measure, setMeasure] = useState<Measure>('views')
  const domains = useQuery(domainsQuery(api))
  const filter = {
    ...(isId(search.collection) ? { domain: search.collection } : {}),
    ...(isId(search.title) ? { title: Number(search.title) } : {}),
  }
  const query = { by, from, to, limit: mostLines, ...filter }
  const asked = useQuery({
    queryKey: ['statistics', query],
    queryFn: () => taken(api.GET('/api/v1/statistics', { params: { query } })),
  })
  const csv = useDownload('statistics.csv')
  const save = () => csv.mutate(`/api/v1/statistics/export?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, name === 'limit' ? '10000' : String(value)]))}`)
  useActions('statistics', [{ id: 'statistics.csv', label: say('statistics.csv'), shortcut: 'd', run: save }])
  const items = asked.data?.items ?? []
  const total = (of: Measure) => items.reduce((sum, item) => sum + item[of], 0)
  const monthName = (key: string) =>
    new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${key}-01T00:00Z`))
  const nameOf = (key: string): string => (by === 'month' ? monthName(key) : by === 'day' ? day(key, 'medium') : key)
  const values = new Map(items.map(item => [item.key, item[measure]]))
  const searchOf = (change: Partial<Record<keyof Search, string>>) => ({ ...search, ...change }) as never
  const isPeriod = (period: Period) => period.from === from && period.to === to
  return (
    <Page
      title={say('place.statistics')}
      lead={say('statistics.lead')}
      actions={
        <Button onPress={save} isBusy={csv.isPending}>
          <Download size={16} aria-hidden />
          {say('statistics.csv')}
        </Button>
      }
    >
      <Head title={say('place.statistics')} noIndex />
      <nav aria-label={say('statistics.by')} className={filterStyle}>
        {groupings.map(each => (
          <Link key={each} to="/desk/statistics" search={searchOf({ by: each })} className={each === by ? chosenStyle : ''} {...(each === by ? { 'aria-current': 'true' as const } : {})}>
            {say(`statistics.by.${each}`)}
          </Link>
        ))}
      </nav>
      <form
        key={JSON.stringify(search)}
        role="search"
        className={styles.filters}
        onSubmit={event => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const given = (['from', 'to', 'collection', 'title'] as const).map(name => [name, String(form.get(name) ?? '').trim()] as const)
          void navigate({ to: '/desk/statistics', search: Object.fromEntries([['by', by], ...given].filter(([, value]) => value !== '')) })
        }}
      >
        <Field label={say('log.from')} name="from" type="date" defaultValue={from} />
        <Field label={say('log.to')} name="to" type="date" defaultValue={to} />
        <Choice label={say('statistics.collection')} name="collection" defaultValue={search.collection ?? ''}>
          <option value="">{say('statistics.everything')}</option>
          {(domains.data ?? [])
            .filter(({ isSystem }) => !isSystem)
            .map(each => (
              <option key={each.id} value={each.id}>
                {`${'  '.repeat(each.level)}${each.caption}`}
              </option>
            ))}
        </Choice>
        <Field label={say('statistics.titleNumber')} name="title" inputMode="numeric" pattern="[0-9]*" defaultValue={search.title ?? ''} />
        <Button kind="quiet" type="submit">
          {say('log.go')}
        </Button>
        <p className={styles.periods}>
          {(['days30', 'year', 'lastYear'] as const).map(name => {
            const period = periods[name](new Date())
            return (
              <Link key={name} to="/desk/statistics" search={searchOf(period)} {...(isPeriod(period) ? { 'aria-current': 'true' as const } : {})}>
                {say(`statistics.${name}`)}
              </Link>
            )
          })}
        </p>
      </form>
      {csv.error ? <Fault error={csv.error} /> : null}
      {asked.error ? (
        <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
      ) : asked.isPending ? (
        <Skeleton lines={10} />
      ) : items.length === 0 ? (
        <Empty title={say('statistics.none')}>{say('statistics.none.text')}</Empty>
      ) : (
        <>
          <dl className={styles.totals}>
            {measures.map(each => (
              <div key={each}>
                <dt>{say(`statistics.${each}`)}</dt>
                <dd>{number(total(each))}</dd>
              </div>
            ))}
          </dl>
          {by === 'day' || by === 'month' ? (
            <>
              <div className={styles.shown}>
                <Choice label={say('statistics.shown')} value={measure} onChange={event => setMeasure(event.target.value as Measure)}>
                  {measures.map(each => (
                    <option key={each} value={each}>
                      {say(`statistics.${each}`)}
                    </option>
                  ))}
                </Choice>
              </div>
              <Chart
                label={say('statistics.chart', { what: say(`statistics.${measure}`), from: day(from, 'medium'), to: day(to, 'medium') })}
                columns={keysOf({ from, to }, by).map(key => ({ key, name: nameOf(key), value: values.get(key) ?? 0 }))}
              />
            </>
          ) : null}
          <div className={styles.scroll} role="region" aria-label={say('statistics.table')} tabIndex={0}>
            <table className={tableStyle}>
              <thead>
                <tr>
                  <th>{say(`statistics.by.${by}`)}</th>
                  {measures.map(each => (
                    <th key={each} className={numberStyle}>
                      {say(`statistics.${each}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {items.map(item => (
                  <tr key={item.key}>
                    <td dir="auto">
                      {by === 'title' && item.label !== null ? (
                        <Link to="/desk/tree" search={{ node: item.key }}>
                          {item.label}
                        </Link>
                      ) : by === 'title' || by === 'domain' ? (
                        (item.label ?? say('statistics.gone', { id: item.key }))
                      ) : (
                        nameOf(item.key)
                      )}
                    </td>
                    {measures.map(each => (
                      <td key={each} className={numberStyle}>
                        {number(item[each])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {items.length === mostLines ? <p className={styles.quiet}>{say('statistics.most', { count: mostLines })}</p> : null}
        </>
      )}
    </Page>
  )
}
