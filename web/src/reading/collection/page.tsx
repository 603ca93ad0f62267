import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import { Head, useAddress, useInstallation } from '../../app/room.tsx'
import { SearchField } from '../../shared/components/search-field.tsx'
import { searchQuery, startQuery } from '../../shared/queries.ts'
import { useFormats, useText } from '../../shared/text.ts'
import { queryOf } from '../find/address.ts'
import { Partial, Results } from '../find/results.tsx'
import styles from './collection.module.css'

export default function CollectionPage() {
  const say = useText()
  const at = useAddress()
  const { locale } = useFormats()
  const { origin } = useInstallation()
  const { api } = useRouteContext({ from: '__root__' })
  const { name } = useParams({ from: '/c/$name' })
  const search = useSearch({ from: '/c/$name' })
  const { data: start } = useSuspenseQuery(startQuery(api))
  const { data } = useSuspenseQuery(searchQuery(api, queryOf(search, name)))
  const collection = start.collections.find(each => each.name === name)
  const below = start.collections.filter(each => each.parent === name)
  const parent = start.collections.find(each => each.name === collection?.parent)
  const description = collection?.description?.[locale] ?? Object.values(collection?.description ?? {})[0]
  const caption = collection?.caption ?? name
  return (
    <>
      <Head title={caption} description={description} canonical={`${origin}/c/${name}`} />
      {parent ? (
        <p className={styles.trail}>
          <Link to="/c/$name" params={{ name: parent.name }} search={{}}>
            {parent.caption}
          </Link>
        </p>
      ) : null}
      <h1>{caption}</h1>
      {description ? <p className={styles.description}>{description}</p> : null}
      <div className={styles.tools}>
        <form role="search" aria-label={say('collection.search')} action={at('/find')} method="get">
          <input type="hidden" name="in" value={name} />
          <SearchField label={say('collection.search')} domain={name} />
        </form>
        <a href={at(`/rss/${name}`)}>RSS</a>
        <a href={at(`/oai?verb=ListRecords&metadataPrefix=oai_dc&set=${encodeURIComponent(name)}`)}>OAI-PMH</a>
        <a href={at(`/iiif/presentation/3/collection/${name}`)}>IIIF</a>
      </div>
      {below.length > 0 ? (
        <nav className={styles.below} aria-label={say('collection.below')}>
          {below.map(each => (
            <Link key={each.id} to="/c/$name" params={{ name: each.name }} search={{}}>
              {each.caption} {each.titles === null ? null : <small>{each.titles}</small>}
            </Link>
          ))}
        </nav>
      ) : null}
      <Partial result={data} />
      {data.total === 0 ? (
        <p className={styles.empty}>{say('collection.empty')}</p>
      ) : (
        <Results result={data} place={{ search, to: { to: '/c/$name', params: { name } } }} />
      )}
    </>
  )
}
