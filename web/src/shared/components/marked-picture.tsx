// A small picture of a page with what was found on it marked.
import { useAddress } from '../../app/room.tsx'
import styles from './marked-picture.module.css'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** @param marks boxes on the image, whose size they are told with */
export function MarkedPicture({ page, marks }: { readonly page: number; readonly marks: { readonly width: number; readonly height: number; readonly lines: readonly Box[] } | undefined }) {
  const at = useAddress()
  return (
    <span className={styles.picture}>
      <img src={at(`/download/webcache/128/${page}`)} alt="" width={72} height={104} loading="lazy" decoding="async" />
      {marks && marks.lines.length > 0 ? (
        <svg viewBox={`0 0 ${marks.width} ${marks.height}`} preserveAspectRatio="xMidYMin meet" aria-hidden>
          {marks.lines.map((line, n) => (
            <rect key={n} {...line} vectorEffect="non-scaling-stroke" />
          ))}
        </svg>
      ) : null}
    </span>
  )
}
