// The image with what is wanted of it, before it is asked for.
import { type PointerEvent, useRef } from 'react'
import { type Cut, isCut, type Wish } from './edits.ts'
import styles from './images.module.css'

/** A rectangle drawn on it is what stays. */
export function Stage(props: {
  readonly source: string | undefined
  readonly alt: string
  readonly size: { readonly width: number; readonly height: number }
  readonly wish: Wish
  readonly canDraw: boolean
  readonly onCut: (cut: Cut) => void
}) {
  const { wish, size } = props
  const from = useRef<readonly [number, number]>(undefined)
  /** Where the pointer is, in pixels of the image, however it is turned on the screen. */
  const placeOf = ({ nativeEvent: { offsetX, offsetY }, currentTarget }: PointerEvent<HTMLElement>) =>
    [
      Math.round((Math.max(0, Math.min(currentTarget.offsetWidth, offsetX)) / currentTarget.offsetWidth) * size.width),
      Math.round((Math.max(0, Math.min(currentTarget.offsetHeight, offsetY)) / currentTarget.offsetHeight) * size.height),
    ] as const
  const { top, right, bottom, left } = wish.cut
  return (
    <div className={styles.stage}>
      <div className={styles.frame}>
        <div
          className={`${styles.image} ${wish.turn % 180 === 0 ? '' : styles.lying}`}
          style={{
            aspectRatio: `${size.width} / ${size.height}`,
            ['--wide' as string]: String(size.width / size.height),
            transform: `translate(-50%, -50%) rotate(${wish.turn}deg) scaleX(${wish.isMirrored ? -1 : 1})`,
          }}
        >
          {props.source === undefined ? null : <img src={props.source} alt={props.alt} draggable={false} />}
          {isCut(wish.cut) ? (
            <i
              className={styles.cut}
              style={{ inset: `${(top / size.height) * 100}% ${(right / size.width) * 100}% ${(bottom / size.height) * 100}% ${(left / size.width) * 100}%` }}
            />
          ) : null}
          {props.canDraw ? (
            <span
              className={styles.draw}
              onPointerDown={event => {
                event.currentTarget.setPointerCapture(event.pointerId)
                from.current = placeOf(event)
              }}
              onPointerMove={event => {
                if (!from.current) return
                const [[x1, y1], [x2, y2]] = [from.current, placeOf(event)]
                if (Math.abs(x2 - x1) < 8 || Math.abs(y2 - y1) < 8) return
                props.onCut({ left: Math.min(x1, x2), top: Math.min(y1, y2), right: size.width - Math.max(x1, x2), bottom: size.height - Math.max(y1, y2) })
              }}
              onPointerUp={() => {
                from.current = undefined
              }}
            />
          ) : null}
        </div>
      </div>
    </div>
  )
}
