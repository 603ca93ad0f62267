// A part of a page, marked on its image: drawn by hand, or put there and moved by the arrow keys.
import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react'
import styles from './region.module.css'

/** In pixels of the full image. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}
export interface ImageSize {
  readonly width: number
  readonly height: number
}

const between = (value: number, from: number, to: number): number => Math.round(Math.min(to, Math.max(from, value)))

/** What is marked first where nobody has drawn yet: the middle. */
export const middleOf = ({ width, height }: ImageSize): Region => ({
  x: Math.round(width / 4),
  y: Math.round(height / 4),
  w: Math.max(1, Math.round(width / 2)),
  h: Math.max(1, Math.round(height / 2)),
})

function moved(region: Region, { width, height }: ImageSize, key: string, isSize: boolean): Region | undefined {
  const step = Math.max(1, Math.round(width / 100))
  const [right, down] = ({ ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] } as Record<string, [number, number]>)[key] ?? [0, 0]
  if (right === 0 && down === 0) return undefined
  const { x, y, w, h } = region
  return isSize
    ? { x, y, w: between(w + right, 1, width - x), h: between(h + down, 1, height - y) }
    : { x: between(x + right, 0, width - w), y: between(y + down, 0, height - h), w, h }
}

export function RegionFrame(props: {
  readonly image: ImageSize
  readonly region: Region | null
  /** What the mark is, and how it is moved, for who does not see it */
  readonly label: string
  /** Where it may be drawn */
  readonly onRegion?: ((region: Region | null) => void) | undefined
  /** The image */
  readonly children: ReactNode
}) {
  const { image, region, onRegion } = props
  const frame = useRef<HTMLDivElement>(null)
  const start = useRef<{ x: number; y: number }>(undefined)
  const pointOf = (event: PointerEvent) => {
    const { left, top, width, height } = (frame.current as HTMLDivElement).getBoundingClientRect()
    return {
      x: between(((event.clientX - left) / width) * image.width, 0, image.width),
      y: between(((event.clientY - top) / height) * image.height, 0, image.height),
    }
  }
  const drawing = onRegion && {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return
      event.preventDefault()
      frame.current?.setPointerCapture(event.pointerId)
      start.current = pointOf(event)
    },
    onPointerMove: (event: PointerEvent) => {
      if (!start.current) return
      const [a, b] = [start.current, pointOf(event)]
      const [w, h] = [Math.abs(b.x - a.x), Math.abs(b.y - a.y)]
      // a hand that trembles has drawn nothing
      if (Math.min(w, h) * 100 > image.width) onRegion({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w, h })
    },
    onPointerUp: () => {
      start.current = undefined
    },
    onPointerCancel: () => {
      start.current = undefined
    },
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!region || !onRegion) return
    const next = event.key === 'Delete' ? null : moved(region, image, event.key, event.shiftKey)
    if (next === undefined) return
    event.preventDefault()
    onRegion(next)
  }
  const percent = (part: number, whole: number) => `${(part / whole) * 100}%`
  const place = region && {
    left: percent(region.x, image.width),
    top: percent(region.y, image.height),
    width: percent(region.w, image.width),
    height: percent(region.h, image.height),
  }
  return (
    <div
      ref={frame}
      className={`${styles.frame} ${onRegion ? styles.drawn : ''}`}
      style={{ '--ratio': image.width / image.height } as CSSProperties}
      {...drawing}
    >
      {props.children}
      {!place ? null : onRegion ? (
        <button type="button" className={styles.mark} style={place} aria-label={props.label} onKeyDown={onKeyDown} />
      ) : (
        <span role="img" className={styles.mark} style={place} aria-label={props.label} />
      )}
    </div>
  )
}
