// What stands beside the image: the outline, the text of the page, words within the book.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useContext, useEffect, useRef } from 'react'
import { useAddress } from '../app/room.tsx'
import type { ReadingObject } from '../shared/api.ts'
import { MarkedPicture } from '../shared/components/marked-picture.tsx'
import { useFormats, usePageName, useText } from '../shared/text.ts'
import { type FoundPage, textQuery } from './find.ts'
import { linesAddress, linesQuery, PointingContext } from './lines.ts'
import type { ScanPage } from './scan.tsx'
import styles from './viewer.module.css'

type Search = Readonly<Record<string, string | undefined>>

export function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <aside className={styles.panel} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </aside>
  )
}

export function OutlinePanel({
  id,
  object,
  place,
  search,
}: {
  readonly id: string
  readonly object: ReadingObject
  readonly place: number
  readonly search: Search
}) {
  const say = useText()
  const { typeName } = useFormats()
  const parts = object.outline.filter(part => part.page !== null)
  // of parts that begin on one page, the outer one
  const begun = parts.findLast(part => (part.page ?? 0) <= place)?.page
  const current = parts.find(part => part.page === begun)
  return (
    <Panel title={say('view.outline')}>
      <ol className={styles.outline}>
        {parts.map(part => (
          <li key={part.id} data-depth={Math.min(part.depth, 5)}>
            <Link
              to="/id/$id/view"
              params={{ id }}
              search={{ ...search, page: String(object.pages[part.page ?? 0]?.id ?? '') }}
              replace
              aria-current={part === current ? 'location' : undefined}
              dir="auto"
            >
              {part.caption || typeName(part.type)}
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function PageText({ title, page }: { readonly title: number; readonly page: ScanPage }) {
  const say = useText()
  const at = useAddress()
  const pointing = useContext(PointingContext)
  const lines = useQuery({ ...linesQuery(at(linesAddress(title, page.id))), enabled: page.hasText })
  const hasLines = (lines.data?.length ?? 0) > 0
  const { data, isPending } = useQuery({ ...textQuery(at(`/download/fulltext/plain/${page.id}`)), enabled: !lines.isLoading && !hasLines })
  const text = useRef<HTMLParagraphElement>(null)
  const pointed = pointing.at?.page === page.id ? pointing.at.line : undefined
  useEffect(() => {
    if (pointed !== undefined) text.current?.children[pointed]?.scrollIntoView({ block: 'nearest' })
  }, [pointed])
  if (hasLines)
    return (
      <p className={styles.text} dir="auto" ref={text}>
        {lines.data?.map((line, n) => (
          <span
            key={n}
            data-pointed={n === pointed}
            onPointerEnter={() => pointing.set({ page: page.id, line: n })}
            onPointerLeave={() => pointing.set(undefined)}
          >
            {line.text}
          </span>
        ))}
      </p>
    )
  return isPending ? null : data ? (
    <p className={styles.text} dir="auto">
      {data.split(/\r?\n/).map((line, n) => (
        <span key={n}>{line}</span>
      ))}
    </p>
  ) : (
    <p>{say('view.noText')}</p>
  )
}

/** @param pages those that are open */
export function TextPanel({ title, pages }: { readonly title: number; readonly pages: readonly ScanPage[] }) {
  const say = useText()
  return (
    <Panel title={say('view.text')}>
      {pages.map(page => (
        <PageText key={page.id} title={title} page={page} />
      ))}
    </Panel>
  )
}

const sizeOf = (page: ScanPage | undefined, lines: FoundPage['boxes']) =>
  page?.width && page.height ? { width: page.width, height: page.height, lines } : undefined

export function FindPanel({
  id,
  pages,
  query,
  found,
  isPending,
  search,
  onQuery,
}: {
  readonly id: string
  readonly pages: readonly ScanPage[]
  readonly query: string
  readonly found: readonly FoundPage[]
  readonly isPending: boolean
  readonly search: Search
  readonly onQuery: (query: string) => void
}) {
  const say = useText()
  const pageName = usePageName()
  const places = new Map(pages.map((page, n) => [page.id, n]))
  return (
    <Panel title={say('view.find')}>
      <form
        role="search"
        onSubmit={event => {
          event.preventDefault()
          onQuery(String(new FormData(event.currentTarget).get('q') ?? '').trim())
        }}
      >
        <input type="search" name="q" key={query} defaultValue={query} aria-label={say('view.find')} autoFocus={query === ''} />
        <button type="submit">{say('view.search')}</button>
      </form>
      <p role="status">{query === '' || isPending ? '' : say('view.found', { count: found.length })}</p>
      <ol className={styles.hits}>
        {found.map(({ page, quotes, boxes }) => {
          const place = places.get(page)
          return (
            <li key={page}>
              <Link to="/id/$id/view" params={{ id }} search={{ ...search, page: String(page) }} replace>
                <MarkedPicture page={page} marks={sizeOf(pages[place ?? 0], boxes)} />
                <div>
                  <strong>{pageName(pages[place ?? 0]?.label ?? null, place ?? 0)}</strong>
                  {quotes.slice(0, 3).map((quote, n) => (
                    <span key={n} dir="auto">
                      … {quote.prefix}
                      <mark>{quote.exact}</mark>
                      {quote.suffix} …
                    </span>
                  ))}
                </div>
              </Link>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
