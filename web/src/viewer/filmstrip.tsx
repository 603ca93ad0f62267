// All pages as a strip below the stage, of which only those near what is seen are drawn: a book of thousands opens like any other.
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { useAddress } from '../app/room.tsx'
import { useText } from '../shared/text.ts'
import type { ScanPage } from './scan.tsx'
import styles from './viewer.module.css'

/** Pixels from one page to the next */
const step = 64
const edge = 16

/** False until the browser has nothing more urgent to do: the page itself and the program that shows it. */
function useLeisure(): boolean {
  const [isIdle, setIdle] = useState(false)
  useEffect(() => {
    const begin = () => setIdle(true)
    if (typeof requestIdleCallback === 'undefined') {
      const timer = setTimeout(begin, 500)
      return () => clearTimeout(timer)
    }
    const wait = requestIdleCallback(begin, { timeout: 2000 })
    return () => cancelIdleCallback(wait)
  }, [])
  return isIdle
}

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
  const frame = useRef<HTMLElement>(null)
  const isIdle = useLeisure()
  const strip = useVirtualizer({
    horizontal: true,
    isRtl: isReversed,
    count: pages.length,
    getScrollElement: () => frame.current,
    estimateSize: () => step,
    overscan: 6,
    paddingStart: edge,
    paddingEnd: edge,
    // what is drawn before the width of the window is known, also by the service
    initialRect: { width: 1280, height: 0 },
    initialOffset: Math.max(0, place * step - 600),
  })
  useEffect(() => strip.scrollToIndex(place, { align: 'center' }), [place, strip])
  return (
    <nav ref={frame} className={styles.strip} aria-label={say('view.pages')} dir={isReversed ? 'rtl' : undefined}>
      <ol style={{ width: strip.getTotalSize() }}>
        {strip.getVirtualItems().map(({ index: n, start }) => {
          const page = pages[n] as ScanPage
          return (
            <li key={page.id} style={{ insetInlineStart: start }} aria-setsize={pages.length} aria-posinset={n + 1}>
              <Link
                to="/id/$id/view"
                params={{ id }}
                search={{ ...search, page: String(page.id) }}
                replace
                aria-current={n === place ? 'page' : undefined}
              >
                <Thumb src={page.width && page.height ? at(`/download/webcache/128/${page.id}`) : undefined} isIdle={isIdle} />
                <small dir="auto">{page.label ?? `[${n + 1}]`}</small>
              </Link>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

/** Its image comes at leisure; without scripts at once. */
function Thumb({ src, isIdle }: { readonly src: string | undefined; readonly isIdle: boolean }) {
  const image = <img src={src} alt="" decoding="async" fetchPriority="low" width={48} height={68} />
  if (src !== undefined && isIdle) return image
  return (
    <>
      <span className={styles.blank} />
      {src === undefined ? null : <noscript>{image}</noscript>}
    </>
  )
}
