// A list of titles with what narrows it: shared by the search and by the lists of collections.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useRouteContext } from '@tanstack/react-router'
import type { SearchResult } from '../../shared/api.ts'
import { Cover } from '../../shared/components/cover.tsx'
import { MarkedPicture } from '../../shared/components/marked-picture.tsx'
import { type MarkedPage, marksQuery, startQuery } from '../../shared/queries.ts'
import { type TextKey, useFormats, useText } from '../../shared/text.ts'
import { type FindSearch, names, pageSize, sorts } from './address.ts'
import { Decades } from './decades.tsx'
import styles from './results.module.css'

export interface Place {
  readonly search: FindSearch
  /** Where the list stands, so that each choice is an address of its own */
  readonly to: { readonly to: '/find' } | { readonly to: '/c/$name'; readonly params: { readonly name: string } }
}
type Item = SearchResult['items'][number]

/** A choice begins again on the first page. */
export const chosen = (search: FindSearch, choice: Partial<FindSearch>): FindSearch => ({
  ...search,
  page: undefined,
  ...choice,
})

type Marks = ReadonlyMap<number, MarkedPage>

function Hits({ item, search, marks }: { readonly item: Item; readonly search: FindSearch; readonly marks: Marks | undefined }) {
  const say = useText()
  if (item.pages.length === 0) return null
  return (
    <ul className={styles.hits}>
      {item.pages.map(page => (
        <li key={page.id}>
          <Link
            to="/id/$id/view"
            params={{ id: String(item.id) }}
            search={{ page: String(page.id), q: search.q as string }}
            className={styles.hit}
          >
            <MarkedPicture page={page.id} marks={marks?.get(page.id)} />
            <span>
              <b>{page.label ?? say('find.page')}</b>
              {page.articles.map(article => (article.caption ? <i key={article.id} dir="auto">{article.caption}</i> : null))}
              {page.snippets.slice(0, 1).map(snippet => (
                <q key={snippet.before}>
                  {snippet.before}
                  <mark>{snippet.match}</mark>
                  {snippet.after}
                </q>
              ))}
            </span>
          </Link>
        </li>
      ))}
      {item.pageHits > item.pages.length ? (
        <li>
          <Link to="/id/$id/view" params={{ id: String(item.id) }} search={{ q: search.q as string }}>
            {say('find.morePages', { count: item.pageHits - item.pages.length })}
          </Link>
        </li>
      ) : null}
    </ul>
  )
}

function Result({ item, search, isFirst, marks }: { readonly item: Item; readonly search: FindSearch; readonly isFirst: boolean; readonly marks: Marks | undefined }) {
  const say = useText()
  const { day } = useFormats()
  const line = [
    item.persons.slice(0, 3).join('; '),
    item.issueDate ? day(item.issueDate) : item.date,
    item.pageCount > 0 ? say('pages', { count: item.pageCount }) : undefined,
  ].filter(text => text)
  return (
    <li className={styles.result}>
      <Link to="/id/$id" params={{ id: String(item.id) }} search={{}} tabIndex={-1} aria-hidden="true">
        <Cover id={item.id} width={search.as === 'grid' ? 304 : 128} isFirst={isFirst} />
      </Link>
      <div className={styles.words}>
        <h2 dir="auto">
          <Link to="/id/$id" params={{ id: String(item.id) }} search={{}}>
            {item.title}
          </Link>
        </h2>
        {item.within ? (
          <p className={styles.within}>
            {say('find.within')}{' '}
            <Link to="/id/$id" params={{ id: String(item.within.id) }} search={{}} dir="auto">
              {item.within.title}
            </Link>
          </p>
        ) : null}
        <p className={styles.line} dir="auto">
          {line.join(' · ')}
        </p>
        {search.as === 'grid' ? null : <Hits item={item} search={search} marks={marks} />}
      </div>
    </li>
  )
}

/** Values of a facet that stand there at once; the others are opened. */
const shownAtFirst = 8

function FacetList(props: {
  readonly name: TextKey
  readonly field: 'type' | 'language' | 'in' | (typeof names)[number]
  readonly values: readonly { readonly value: string; readonly count: number; readonly label: string }[]
  readonly place: Place
}) {
  const say = useText()
  const { number } = useFormats()
  const { search, to } = props.place
  const current = search[props.field]
  if (props.values.length === 0 || (props.values.length === 1 && current === undefined)) return null
  const first = props.values.slice(0, shownAtFirst)
  // what is chosen is shown among the first
  const isAmong = current === undefined || first.some(({ value }) => value === current)
  const shown = isAmong ? first : [...props.values.filter(({ value }) => value === current), ...first]
  const rest = props.values.slice(shownAtFirst)
  const choice = ({ value, count, label }: (typeof first)[number]) => (
    <li key={value}>
      <Link
        {...to}
        search={chosen(search, { [props.field]: current === value ? undefined : value })}
        aria-current={current === value ? 'true' : undefined}
      >
        <span dir="auto">{label}</span> <small>{number(count)}</small>
      </Link>
    </li>
  )
  return (
    <section>
      <h2>{say(props.name)}</h2>
      <ul className={styles.facet}>{shown.map(choice)}</ul>
      {rest.length === 0 ? null : (
        <details className={styles.more}>
          <summary>{say('facet.more', { count: rest.length })}</summary>
          <ul className={styles.facet}>{rest.map(choice)}</ul>
        </details>
      )}
    </section>
  )
}

function Facets({ result, place }: { readonly result: SearchResult; readonly place: Place }) {
  const { languageName, locale } = useFormats()
  const { api } = useRouteContext({ from: '__root__' })
  const { data: start } = useSuspenseQuery(startQuery(api))
  const { facets } = result
  if (!facets) return null
  const typeLabel = (name: string) => facets.types.find(type => type.name === name)?.[locale === 'de' ? 'de' : 'en'] ?? name
  return (
    <>
      <Decades values={facets.decade} place={place} />
      <FacetList
        name="facet.type"
        field="type"
        place={place}
        values={facets.type.map(each => ({ ...each, label: typeLabel(each.value) }))}
      />
      {place.to.to === '/find' ? (
        <FacetList
          name="facet.collection"
          field="in"
          place={place}
          values={facets.domain.flatMap(each => {
            const domain = start.collections.find(({ id }) => String(id) === each.value)
            return domain ? [{ value: domain.name, count: each.count, label: domain.caption }] : []
          })}
        />
      ) : null}
      <FacetList
        name="facet.language"
        field="language"
        place={place}
        values={facets.language
          .filter(({ value }) => !value.includes(','))
          .map(each => ({ ...each, label: languageName(each.value) }))}
      />
      {names.map(name => (
        <FacetList
          key={name}
          name={`facet.${name}`}
          field={name}
          place={place}
          values={facets[name].map(each => ({ ...each, label: each.value }))}
        />
      ))}
    </>
  )
}

function Pager({ total, place }: { readonly total: number; readonly place: Place }) {
  const say = useText()
  const page = Number(place.search.page ?? 1)
  const last = Math.ceil(total / pageSize)
  if (last <= 1) return null
  const link = (target: number, text: string, rel: string) =>
    target >= 1 && target <= last ? (
      <Link {...place.to} search={{ ...place.search, page: target === 1 ? undefined : String(target) }} rel={rel}>
        {text}
      </Link>
    ) : (
      <span />
    )
  return (
    <nav className={styles.pager} aria-label={say('find.listPages')}>
      {link(page - 1, say('find.previous'), 'prev')}
      <span>{say('find.place', { page, last })}</span>
      {link(page + 1, say('find.next'), 'next')}
    </nav>
  )
}

/** Says that more will be found: the index is being made anew. */
export function Partial({ result }: { readonly result: SearchResult }) {
  const say = useText()
  return result.isPartial ? <p role="status">{say('find.partial')}</p> : null
}

export function Results({ result, place }: { readonly result: SearchResult; readonly place: Place }) {
  const say = useText()
  const { search, to } = place
  const sort = search.sort ?? (search.q === undefined ? 'title' : 'relevance')
  const { api } = useRouteContext({ from: '__root__' })
  const pages = search.as === 'grid' ? [] : result.items.flatMap(item => item.pages.map(page => page.id))
  // after the list is there, all at once: boxes come out of the files of the texts
  const { data: marks } = useQuery({
    ...marksQuery(api, { q: search.q ?? '', pages: pages.join(), ...(search.field ? { field: search.field } : {}) }),
    enabled: pages.length > 0 && search.q !== undefined && typeof document !== 'undefined',
  })
  return (
    <div className={styles.columns}>
      <aside className={styles.facets} aria-label={say('find.narrow')}>
        <Facets result={result} place={place} />
      </aside>
      <section className={styles.list} aria-label={say('find.list')}>
        <div className={styles.bar}>
          <p role="status">{say('find.count', { count: result.total })}</p>
          <nav aria-label={say('find.sort')} className={styles.sorts}>
            {sorts
              .filter(each => each !== 'relevance' || search.q !== undefined)
              .map(each => (
                <Link
                  key={each}
                  {...to}
                  search={chosen(search, { sort: each })}
                  aria-current={each === sort ? 'true' : undefined}
                >
                  {say(`sort.${each}` as TextKey)}
                </Link>
              ))}
          </nav>
          <Link {...to} search={{ ...search, as: search.as === 'grid' ? undefined : 'grid' }} className={styles.as}>
            {say(search.as === 'grid' ? 'find.asList' : 'find.asGrid')}
          </Link>
        </div>
        <ol className={search.as === 'grid' ? styles.grid : styles.results}>
          {result.items.map((item, at) => (
            <Result key={item.id} item={item} search={search} isFirst={at === 0} marks={marks} />
          ))}
        </ol>
        <Pager total={result.total} place={place} />
      </section>
    </div>
  )
}
