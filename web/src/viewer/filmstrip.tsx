// All pages as a strip below the stage; far ones cost nothing until they come near.
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useAddress } from '../app/room.tsx'
import { useText } from '../shared/text.ts'
import type { ScanPage } from './scan.tsx'
import styles from './viewer.module.css'

export function Filmstrip({
  id,
  pages,
  place,
  isReversed,
  search,
}: {
  readonly id: string
  readonly pages: readonly ScanPage[]
  readonly place: number
  readonly isReversed: boolean
  /** What stays of the address when a page is turned */
  readonly search: Readonly<Record<string, string | undefined>>
}) {
  const say = useText()
  const at = useAddress()
  const current = useRef<HTMLLIElement>(null)
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'center', behavior: 'instant' })
  }, [place])
  return (
    <nav className={styles.strip} aria-label={say('view.pages')}>
      <ol dir={isReversed ? 'rtl' : undefined}>
        {pages.map((page, n) => (
          <li key={page.id} ref={n === place ? current : undefined}>
            <Link
              to="/id/$id/view"
              params={{ id }}
              search={{ ...search, page: String(page.id) }}
              replace
              aria-current={n === place ? 'page' : undefined}
            >
              {page.width && page.height ? (
                <img src={at(`/download/webcache/128/${page.id}`)} alt="" loading="lazy" decoding="async" width={48} height={68} />
              ) : (
                <span className={styles.blank} />
              )}
              <small>{page.label ?? `[${n + 1}]`}</small>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}
