// A page of a title, turned by links: what stands before scripts run, and without them.
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import { Head, useAddress, useInstallation } from '../app/room.tsx'
import { objectQuery } from '../shared/queries.ts'
import { useText } from '../shared/text.ts'
import styles from './viewer.module.css'

export default function ViewerPage() {
  const say = useText()
  const at = useAddress()
  const { origin } = useInstallation()
  const { api } = useRouteContext({ from: '__root__' })
  const { id } = useParams({ from: '/id/$id/view' })
  const asked = useSearch({ from: '/id/$id/view' })['page']
  const { data: object } = useSuspenseQuery(objectQuery(api, Number(id)))
  const place = Math.max(0, object.pages.findIndex(page => String(page.id) === asked))
  const page = object.pages[place]
  const to = (target: number) => object.pages[target] && { page: String(object.pages[target].id) }
  const step = (target: number, text: 'view.previous' | 'view.next') => {
    const search = to(target)
    return search ? (
      <Link to="/id/$id/view" params={{ id }} search={search} rel={target < place ? 'prev' : 'next'} replace>
        {say(text)}
      </Link>
    ) : (
      <span aria-hidden="true">{say(text)}</span>
    )
  }
  return (
    <div className={styles.viewer}>
      <Head title={object.title.title} canonical={`${origin}/id/${id}`} />
      <header className={styles.top}>
        <Link to="/id/$id" params={{ id }} search={{}}>
          ‹ {say('view.back')}
        </Link>
        <h1 className={styles.title} dir="auto">
          {object.title.title}
        </h1>
        <nav className={styles.turn} aria-label={say('view.turn')}>
          {step(place - 1, 'view.previous')}
          <span>{say('view.place', { label: page?.label ?? String(place + 1), count: object.pages.length })}</span>
          {step(place + 1, 'view.next')}
        </nav>
      </header>
      <main id="main" className={styles.stage}>
        {page?.width && page.height ? (
          <img
            key={page.id}
            src={at(`/download/webcache/1000/${page.id}`)}
            alt={say('view.image', { label: page.label ?? String(place + 1) })}
            width={page.width}
            height={page.height}
          />
        ) : (
          <p>{say('view.noImage')}</p>
        )}
      </main>
    </div>
  )
}
