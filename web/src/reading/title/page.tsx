import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import { Head, useAddress, useInstallation } from '../../app/room.tsx'
import type { ReadingObject } from '../../shared/api.ts'
import { Cover } from '../../shared/components/cover.tsx'
import { Loan } from '../../shared/components/loan.tsx'
import { isClosedWork, Restriction } from '../../shared/components/restriction.tsx'
import { useLending } from '../../shared/loan.ts'
import { objectQuery } from '../../shared/queries.ts'
import { useFormats, useText } from '../../shared/text.ts'
import { Aside } from './aside.tsx'
import { Calendar, isDated } from './calendar.tsx'
import { Facts } from './facts.tsx'
import { headOf } from './head.ts'
import { Members } from './members.tsx'
import { Outline } from './outline.tsx'
import { Recordings, recordingsOf } from './recordings.tsx'
import { Related } from './related.tsx'
import { PageStrip } from './strip.tsx'
import styles from './title.module.css'

/** A title with its subtitle, as the record has them on one line. */
export const titleLines = (title: string): readonly [string, string | undefined] => {
  const at = title.indexOf(' : ')
  return at < 0 ? [title, undefined] : [title.slice(0, at), title.slice(at + 3)]
}

function Trail({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const isPart = object.id !== object.title.id
  return (
    <nav aria-label={say('title.trail')} className={styles.trail}>
      <ol className={styles.steps}>
        <li>
          <Link to="/c/$name" params={{ name: object.domain.name }} search={{}}>
            {object.domain.caption}
          </Link>
        </li>
        {[...object.above, ...(isPart ? [object.title] : [])].map(each => (
          <li key={each.id}>
            <Link to="/id/$id" params={{ id: String(each.id) }} search={{}} dir="auto">
              {titleLines(each.title)[0]}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** The volumes or issues beside this one. */
function Beside({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { day } = useFormats()
  if (!object.previous && !object.next) return null
  const link = (card: ReadingObject['previous'], key: 'title.previous' | 'title.next') =>
    card ? (
      <Link to="/id/$id" params={{ id: String(card.id) }} search={{}} rel={key === 'title.next' ? 'next' : 'prev'}>
        <small>{say(key)}</small>
        <span dir="auto">{card.issueDate ? day(card.issueDate) : titleLines(card.caption || card.title)[0]}</span>
      </Link>
    ) : (
      <span />
    )
  return (
    <nav className={styles.beside} aria-label={say('title.beside')}>
      {link(object.previous, 'title.previous')}
      {link(object.next, 'title.next')}
    </nav>
  )
}

/** Letters of a title that fills the page when it is set as large as others */
const longTitle = 110

export default function TitlePage() {
  const say = useText()
  const at = useAddress()
  const { day } = useFormats()
  const installation = useInstallation()
  const { api } = useRouteContext({ from: '__root__' })
  const { id } = useParams({ from: '/id/$id' })
  const { year } = useSearch({ from: '/id/$id' })
  const { data: object } = useSuspenseQuery(objectQuery(api, Number(id), year))
  const lending = useLending(object)
  const { title, pages } = object
  const [main, sub] = titleLines(title.title)
  const isPart = object.id !== title.id
  const isClosed = isClosedWork(object)
  const isReadable = pages.length > 0 && !isClosed
  const isPlayable = recordingsOf(object).length > 0
  const withText = pages.some(page => page.hasText)
  const state = [
    pages.length > 0 ? say('pages', { count: pages.length }) : undefined,
    withText ? say('title.hasText') : undefined,
    title.licence?.label,
  ].filter(text => text !== undefined)
  return (
    <article>
      <Head {...headOf(object, installation)} />
      <Trail object={object} />
      <div className={styles.columns}>
        <div className={styles.cover}>
          {isReadable ? (
            <>
              <Link to="/id/$id/view" params={{ id: String(object.id) }} search={{}} aria-hidden="true" tabIndex={-1}>
                <Cover id={object.id} width={600} isFirst />
              </Link>
              <Link to="/id/$id/view" params={{ id: String(object.id) }} search={{}} className={styles.read}>
                {say('title.read')}
              </Link>
              <p className={styles.state}>{state.join(' · ')}</p>
              <Loan object={object} lending={lending} />
            </>
          ) : (
            <>
              <Cover id={object.id} width={600} isFirst />
              {isClosed ? <p className={styles.state}>{state.join(' · ')}</p> : null}
              {isClosed || isPlayable || object.isMultiPart ? null : <p className={styles.state}>{say('title.noPages')}</p>}
              {isPlayable ? <Loan object={object} lending={lending} /> : null}
            </>
          )}
        </div>
        <div className={styles.main}>
          <h1 lang={title.language ?? undefined} dir="auto" className={main.length > longTitle ? styles.long : undefined}>
            {main}
          </h1>
          {sub ? (
            <p className={styles.sub} lang={title.language ?? undefined} dir="auto">
              {sub}
            </p>
          ) : null}
          {isPart ? (
            <p className={styles.part} dir="auto">
              {object.caption}
            </p>
          ) : null}
          {title.issueDate ? <p className={styles.day}>{day(title.issueDate)}</p> : null}
          <Facts object={object} />
          <Restriction object={object} />
          {isPlayable && lending.isOpen ? <Recordings object={object} /> : null}
          {object.members.some(isDated) ? <Calendar object={object} /> : null}
          {object.members.some(member => !isDated(member)) ? <Members object={object} /> : null}
          {object.outline.length > 0 ? <Outline object={object} /> : null}
        </div>
        <Aside object={object} />
      </div>
      {isReadable && lending.isOpen ? <PageStrip object={object} /> : null}
      <Beside object={object} />
      <Related object={object} />
      {object.domain.owner && object.domain.ownerSiteUrl ? (
        <p className={styles.provider}>
          {say('title.providedBy')} <a href={at(object.domain.ownerSiteUrl)}>{object.domain.owner}</a>
        </p>
      ) : null}
    </article>
  )
}
