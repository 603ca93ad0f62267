// Other titles of the first person, asked for when the page stands. Where nothing is found, or no search answers, nothing is shown.
import { useQuery } from '@tanstack/react-query'
import { Link, useRouteContext } from '@tanstack/react-router'
import type { ReadingObject } from '../../shared/api.ts'
import { Cover } from '../../shared/components/cover.tsx'
import { searchQuery } from '../../shared/queries.ts'
import { useText } from '../../shared/text.ts'
import styles from './related.module.css'

const atMost = 6

export function Related({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { api } = useRouteContext({ from: '__root__' })
  const person = object.title.persons[0]?.name
  const { data } = useQuery({
    ...searchQuery(api, { person: person ?? '', level: 'top', limit: atMost * 2, pages: 0 }),
    enabled: person !== undefined && typeof document !== 'undefined',
    retry: false,
  })
  const own = new Set([object.id, object.title.id, ...object.above.map(({ id }) => id)])
  const others = (data?.items ?? []).filter(({ id }) => !own.has(id)).slice(0, atMost)
  if (person === undefined || others.length === 0) return null
  return (
    <section className={styles.related}>
      <h2>
        <Link to="/find" search={{ person }}>
          {say('title.moreBy', { name: person })}
        </Link>
      </h2>
      <ul className={styles.titles}>
        {others.map(({ id, title, date }) => (
          <li key={id}>
            <Link to="/id/$id" params={{ id: String(id) }} search={{}}>
              <Cover id={id} width={128} />
              <span className={styles.title} dir="auto">
                {title}
              </span>
            </Link>
            <small>{date}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
