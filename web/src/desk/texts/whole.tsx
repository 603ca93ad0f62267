// The whole page with its lines: which one is open, which were read, where words are doubtful.
import { useEffect, useRef } from 'react'
import { doubtful, type Edits, isRead, type Line } from './lines.ts'
import styles from './texts.module.css'

export function Whole(props: {
  readonly source: string | undefined
  readonly alt: string
  readonly image: { readonly width: number; readonly height: number }
  readonly lines: readonly Line[]
  readonly edits: Edits
  readonly at: number
  readonly onChoose: (at: number) => void
}) {
  const { image } = props
  const frame = useRef<HTMLDivElement>(null)
  const box = props.lines[props.at]?.box
  const top = box ? box.y / image.height : undefined
  useEffect(() => {
    const element = frame.current
    if (!element || top === undefined) return
    const y = top * element.scrollHeight
    if (y < element.scrollTop + 40 || y > element.scrollTop + element.clientHeight - 80) element.scrollTo({ top: y - element.clientHeight / 2 })
  }, [top])
  return (
    <div ref={frame} className={styles.whole} role="region" tabIndex={0} aria-label={props.alt}>
      <div>
        {props.source === undefined ? null : <img src={props.source} alt={props.alt} width={image.width} height={image.height} draggable={false} />}
        <svg viewBox={`0 0 ${image.width} ${image.height}`} aria-hidden="true">
          {props.lines.map((line, at) =>
            line.box ? (
              <rect
                key={line.n}
                x={line.box.x}
                y={line.box.y}
                width={line.box.width}
                height={line.box.height}
                data-state={at === props.at ? 'open' : isRead(line, props.edits) ? 'read' : doubtful(line).length > 0 ? 'doubtful' : 'unread'}
                onClick={() => props.onChoose(at)}
              />
            ) : null,
          )}
        </svg>
      </div>
    </div>
  )
}
