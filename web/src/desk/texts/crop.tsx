// A part of a page's picture, as wide as there is room; of several parts of one page the picture is loaded once.
import { usePicture } from '../parts/scan.tsx'
import type { Box, Line } from './lines.ts'
import styles from './texts.module.css'

const percent = (part: number, of: number) => `${(part / of) * 100}%`

/** The same part in the size that it was scanned in, over the small one. */
function Sharp({ path }: { readonly path: string }) {
  const { source, isGone, setGone } = usePicture(path)
  return source === undefined || isGone ? null : <img src={source} alt="" draggable={false} onError={() => setGone(true)} style={{ width: '100%' }} />
}

export function Crop(props: {
  readonly page: number
  readonly source: string | undefined
  readonly image: { readonly width: number; readonly height: number }
  readonly line: Line
  /** Whether it is shown as large as it is */
  readonly isSharp: boolean
  /** Words that are marked, by number */
  readonly marked: readonly number[]
  /** Pixels that the line is to be high, where it has room */
  readonly height: number
}) {
  const { image, line } = props
  if (!line.box) return null
  const isTall = line.box.height > 2 * line.box.width
  const margin = Math.round(Math.min(line.box.height, line.box.width) * 0.25)
  const x = Math.max(0, line.box.x - margin)
  const y = Math.max(0, line.box.y - margin)
  const width = Math.min(image.width, line.box.x + line.box.width + margin) - x
  const height = Math.min(image.height, line.box.y + line.box.height + margin) - y
  const scale = (isTall ? 300 : props.height) / height
  const within = (box: Box) => ({
    left: percent(box.x - x, width),
    top: percent(box.y - y, height),
    width: percent(box.width, width),
    height: percent(box.height, height),
  })
  return (
    <span aria-hidden="true" className={styles.crop} style={{ width: `min(100%, ${Math.round(width * scale)}px)`, aspectRatio: `${width} / ${height}` }}>
      {props.source === undefined ? null : (
        <img
          src={props.source}
          alt=""
          decoding="async"
          draggable={false}
          style={{ width: percent(image.width, width), left: percent(-x, width), top: percent(-y, height) }}
        />
      )}
      {props.isSharp ? <Sharp path={`/iiif/image/3/${props.page}/${x},${y},${width},${height}/max/0/default.jpg`} /> : null}
      {props.marked.map(at => {
        const box = line.words[at]?.box
        return box ? <i key={at} style={within(box)} /> : null
      })}
    </span>
  )
}
