import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useRouteContext } from '@tanstack/react-router'
import { Head, useAddress, useInstallation } from '../../app/room.tsx'
import { SearchField } from '../../shared/components/search-field.tsx'
import { Cover } from '../../shared/components/cover.tsx'
import { Cards } from '../../shared/components/cards.tsx'
import type { Schemas } from '../../shared/api.ts'
import { startQuery } from '../../shared/queries.ts'
import { useFormats, useText } from '../../shared/text.ts'
import styles from './start.module.css'

type Collection = Schemas['ReadingStart']['collections'][number]

function CollectionCard({ collection }: { readonly collection: Collection }) {
  const say = useText()
  const { locale } = useFormats()
  const description = collection.description?.[locale] ?? Object.values(collection.description ?? {})[0]
  return (
    <Link to="/c/$name" params={{ name: collection.name }} className={styles.collection}>
      <span className={styles.covers}>
        {collection.covers.slice(0, 3).map(id => (
          <Cover key={id} id={id} />
        ))}
      </span>
      <span className={styles.name}>{collection.caption}</span>
      {collection.titles === null ? null : (
        <span className={styles.count}>{say('titles', { count: collection.titles })}</span>
      )}
      {description ? <span className={styles.description}>{description}</span> : null}
    </Link>
  )
}

export default function StartPage() {
  const say = useText()
  const at = useAddress()
  const installation = useInstallation()
  const { api } = useRouteContext({ from: '__root__' })
  const { data } = useSuspenseQuery(startQuery(api))
  const collections = data.collections.filter(({ parent, covers, titles }) => parent === null && (covers.length > 0 || (titles ?? 0) > 0))
  const titles = data.collections.reduce((sum, each) => sum + (each.titles ?? 0), 0)
  return (
    <>
      <Head title={installation.name} description={say('start.lead')} canonical={`${installation.origin}/`} />
      <section className={styles.hero}>
        <h1>{installation.name}</h1>
        <form role="search" action={at('/find')} method="get" className={styles.search}>
          <SearchField label={say('shell.search')} />
          <button type="submit">{say('find.go')}</button>
        </form>
        {installation.welcome ? <p className={styles.lead}>{installation.welcome}</p> : null}
        <p className={styles.lead}>{titles > 0 ? say('start.holdings', { titles, collections: collections.length }) : say('start.lead')}</p>
      </section>
      {collections.length === 0 ? (
        <section className={styles.empty}>
          <h2>{say('start.empty.title')}</h2>
          <p>{say('start.empty.text')}</p>
          <pre>npm run firefolio -- import /data/delivery --domain books --create-domain --release</pre>
          <p>
            <a href={at('/docs')}>{say('start.empty.docs')}</a>
          </p>
        </section>
      ) : (
        <section id="collections">
          <h2>{say('start.collections')}</h2>
          <div className={styles.collections}>
            {collections.map(collection => (
              <CollectionCard key={collection.id} collection={collection} />
            ))}
          </div>
        </section>
      )}
      {data.onThisDay.length > 0 ? (
        <section className={styles.newest}>
          <h2>{say('start.onThisDay')}</h2>
          <Cards cards={data.onThisDay} />
        </section>
      ) : null}
      {data.newest.length > 0 ? (
        <section className={styles.newest}>
          <h2>{say('start.newest')}</h2>
          <Cards cards={data.newest} />
        </section>
      ) : null}
    </>
  )
}
