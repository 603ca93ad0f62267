// All pages below each other, read by scrolling; the one in the middle is the one in the address. Far ones cost nothing until they come near.
import { type CSSProperties, useEffect, useRef } from 'react'
import { useAddress } from '../app/room.tsx'
import { useText } from '../shared/text.ts'
import { PageLayer } from './layer.tsx'
import type { Box, ScanPage } from './scan.tsx'
import type { Look } from './view.ts'
import styles from './viewer.module.css'

/** The room of a page, and the page in it as it is turned: one on its side is as wide as its room is high. */
function sidesOf(width: number, height: number, rotation: number, isMirrored: boolean): { readonly room: CSSProperties; readonly leaf: CSSProperties } {
  const isOnSide = rotation % 180 !== 0
  return {
    room: { aspectRatio: isOnSide ? `${height} / ${width}` : `${width} / ${height}` },
    leaf: {
      width: `${isOnSide ? (width / height) * 100 : 100}%`,
      height: `${isOnSide ? (height / width) * 100 : 100}%`,
      transform: `translate(-50%, -50%)${isMirrored ? ' scaleX(-1)' : ''} rotate(${rotation}deg)`,
    },
  }
}

/** Pages beside the one that is read whose text can be marked, too */
const near = 1

export function Scroll({
  title,
  pages,
  place,
  look,
  rotation,
  isMirrored,
  marks,
  onPlace,
}: {
  readonly title: number
  readonly pages: readonly (ScanPage & { readonly isClosed: boolean })[]
  readonly place: number
  readonly look: Look
  readonly rotation: number
  readonly isMirrored: boolean
  readonly marks: ReadonlyMap<number, readonly Box[]>
  readonly onPlace: (place: number) => void
}) {
  const say = useText()
  const at = useAddress()
  const frame = useRef<HTMLDivElement>(null)
  /** The page that scrolling has led to: it is not scrolled to again */
  const reached = useRef<number>(undefined)
  /** How the pages lay then: turned, all of them have other heights */
  const stood = useRef<number>(undefined)
  const told = useRef(onPlace)
  told.current = onPlace

  useEffect(() => {
    if (reached.current === place && stood.current === rotation) return
    reached.current = place
    stood.current = rotation
    frame.current?.children[place]?.scrollIntoView({ block: 'start', behavior: 'instant' })
  }, [place, rotation])

  useEffect(() => {
    const room = frame.current
    if (!room) return undefined
    const seen = new IntersectionObserver(
      entries => {
        const entered = entries.filter(entry => entry.isIntersecting).at(-1)
        const found = entered ? Number((entered.target as HTMLElement).dataset['place']) : reached.current
        if (found === undefined || found === reached.current) return
        reached.current = found
        told.current(found)
      },
      // a line a third of the way down: whoever crosses it is being read
      { root: room, rootMargin: '-33% 0px -66% 0px' },
    )
    for (const each of room.children) seen.observe(each)
    return () => seen.disconnect()
  }, [pages])

  return (
    <div ref={frame} className={styles.scroll} tabIndex={0} role="group" aria-label={say('view.pages')}>
      {pages.map((page, n) => {
        const label = page.label ?? String(n + 1)
        const { width, height } = page
        const sides = sidesOf(width ?? 2, height ?? 3, rotation, isMirrored)
        return (
          <figure
            key={page.id}
            data-place={n}
            style={{ width: `min(${look.size}%, ${look.size * 9}px)`, ...sides.room }}
          >
            {width && height ? (
              <div className={styles.leaf} style={sides.leaf}>
                <img
                  src={at(`/download/webcache/1000/${page.id}`)}
                  alt={say('view.image', { label })}
                  loading={Math.abs(n - place) < 2 ? 'eager' : 'lazy'}
                  decoding="async"
                  width={width}
                  height={height}
                />
                {Math.abs(n - place) <= near || marks.has(page.id) ? (
                  <PageLayer
                    title={title}
                    page={{ ...page, width, height }}
                    marks={marks.get(page.id) ?? []}
                    isSelectable={look.isSelectable && Math.abs(n - place) <= near}
                  />
                ) : null}
              </div>
            ) : (
              <span className={styles.noImage}>{say(page.isClosed ? 'view.closed' : 'view.noImage')}</span>
            )}
          </figure>
        )
      })}
    </div>
  )
}
