import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useRouteContext, useSearch } from '@tanstack/react-router'
import { Head, useAddress } from '../../app/room.tsx'
import { objectQuery, searchQuery } from '../../shared/queries.ts'
import { type TextKey, useText } from '../../shared/text.ts'
import { fields, type FindSearch, queryOf } from './address.ts'
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

function Found({ search }: { readonly search: FindSearch }) {
  const say = useText()
  const { api } = useRouteContext({ from: '__root__' })
  const { data } = useSuspenseQuery(searchQuery(api, queryOf(search)))
  return (
    <>
      <h1 dir="auto">{say('find.title', { q: search.q ?? '' })}</h1>
      <Where search={search} />
      {search.within === undefined ? null : <WithinTitle id={Number(search.within)} search={search} />}
      <Partial result={data} />
      {data.total === 0 ? (
        <section className={styles.nothing}>
          <h2>{say('find.nothing')}</h2>
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
      <Head title={search.q === undefined ? say('find.go') : say('find.title', { q: search.q })} noIndex />
      {search.q === undefined ? (
        <section className={styles.ask}>
          <h1>{say('find.go')}</h1>
          <form role="search" aria-label={say('find.go')} action={at('/find')} method="get" className={styles.form}>
            <input type="search" name="q" required maxLength={1000} aria-label={say('shell.search')} placeholder={say('shell.search')} />
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
