import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useRouteContext, useSearch } from '@tanstack/react-router'
import { Head, useAddress } from '../../app/room.tsx'
import { objectQuery, searchQuery } from '../../shared/queries.ts'
import { SearchField } from '../../shared/components/search-field.tsx'
import { type Say, type TextKey, useText } from '../../shared/text.ts'
import { fields, type FindSearch, isAsked, names, queryOf } from './address.ts'
import { Partial, Results } from './results.tsx'
import styles from './find.module.css'

function Syntax() {
  const say = useText()
  return (
    <dl className={styles.syntax}>
      {(['words', 'phrase', 'beginning', 'not'] as const).map(each => (
        <div key={each}>
          <dt>
            <code>{say(`syntax.${each}.example`)}</code>
          </dt>
          <dd>{say(`syntax.${each}`)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Where the words are looked for: choices that are addresses. */
function Where({ search }: { readonly search: FindSearch }) {
  const say = useText()
  return (
    <nav className={styles.where} aria-label={say('find.where')}>
      {fields.map(field => (
        <Link
          key={field}
          to="/find"
          search={{ ...search, page: undefined, field: field === 'all' ? undefined : field }}
          aria-current={(search.field ?? 'all') === field ? 'true' : undefined}
        >
          {say(`field.${field}` as TextKey)}
        </Link>
      ))}
    </nav>
  )
}

/** A search by a name alone is about that name. */
const headingOf = (say: Say, search: FindSearch): string =>
  search.q === undefined ? names.flatMap(name => search[name] ?? []).join(' · ') : say('find.title', { q: search.q })

/** Names that narrow the search, each with a way out of it: the list beside it may be empty, or below the fold. */
function Names({ search }: { readonly search: FindSearch }) {
  const say = useText()
  const chosen = names.flatMap(name => (search[name] === undefined ? [] : [{ name, value: search[name] }]))
  if (chosen.length === 0) return null
  return (
    <ul className={styles.names} aria-label={say('find.names')}>
      {chosen.map(({ name, value }) => (
        <li key={name}>
          <small>{say(`facet.${name}`)}</small> <span dir="auto">{value}</span>{' '}
          {chosen.length === 1 && search.q === undefined ? null : (
            <Link to="/find" search={{ ...search, [name]: undefined, page: undefined }} aria-label={say('find.without', { name: value })}>
              ×
            </Link>
          )}
        </li>
      ))}
    </ul>
  )
}

function WithinTitle({ id, search }: { readonly id: number; readonly search: FindSearch }) {
  const say = useText()
  const { api } = useRouteContext({ from: '__root__' })
  const { data } = useSuspenseQuery(objectQuery(api, id))
  return (
    <p className={styles.within}>
      {say('find.onlyIn')}{' '}
      <Link to="/id/$id" params={{ id: String(id) }} search={{}} dir="auto">
        {data.title.title}
      </Link>{' '}
      <Link to="/find" search={{ ...search, within: undefined, page: undefined }}>
        {say('find.everywhere')}
      </Link>
    </p>
  )
}

/** The search without what narrows it, where that leaves something to ask. */
const unnarrowed = ({ q, field, as }: FindSearch): FindSearch => ({ q, field, as })
const isNarrowed = ({ q, field, sort, page, as, ...rest }: FindSearch): boolean => q !== undefined && Object.values(rest).some(value => value !== undefined)

function Found({ search }: { readonly search: FindSearch }) {
  const say = useText()
  const { api } = useRouteContext({ from: '__root__' })
  const { data } = useSuspenseQuery(searchQuery(api, queryOf(search)))
  return (
    <>
      <h1 dir="auto">{headingOf(say, search)}</h1>
      {search.q === undefined ? null : <Where search={search} />}
      <Names search={search} />
      {search.within === undefined ? null : <WithinTitle id={Number(search.within)} search={search} />}
      <Partial result={data} />
      {data.total === 0 ? (
        <section className={styles.nothing}>
          <h2>{say('find.nothing')}</h2>
          {data.didYouMean === null ? null : (
            <p className={styles.meant}>
              {say('find.meant')}{' '}
              <Link to="/find" search={{ ...search, q: data.didYouMean, page: undefined }} dir="auto">
                {data.didYouMean}
              </Link>
            </p>
          )}
          {isNarrowed(search) ? (
            <p>
              <Link to="/find" search={unnarrowed(search)}>
                {say('find.unnarrowed')}
              </Link>
            </p>
          ) : null}
          <p>{say('find.nothingHelp')}</p>
          <Syntax />
        </section>
      ) : (
        <Results result={data} place={{ search, to: { to: '/find' } }} />
      )}
    </>
  )
}

export default function FindPage() {
  const say = useText()
  const at = useAddress()
  const search = useSearch({ from: '/find' })
  return (
    <>
      <Head title={isAsked(search) ? headingOf(say, search) : say('find.go')} noIndex />
      {!isAsked(search) ? (
        <section className={styles.ask}>
          <h1>{say('find.go')}</h1>
          <form role="search" aria-label={say('find.go')} action={at('/find')} method="get" className={styles.form}>
            <SearchField label={say('shell.search')} />
            <button type="submit">{say('find.go')}</button>
          </form>
          <Syntax />
        </section>
      ) : (
        <Found search={search} />
      )}
    </>
  )
}
