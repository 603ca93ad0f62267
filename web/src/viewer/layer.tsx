// What lies over the image of a page, in its pixels: hits, and the lines of the text, unseen, to be marked and copied.
import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { useAddress } from '../app/room.tsx'
import { linesAddress, linesQuery, PointingContext } from './lines.ts'
import type { Box, ScanPage } from './scan.tsx'
import styles from './viewer.module.css'

export function PageLayer({
  title,
  page,
  marks,
  isSelectable,
}: {
  readonly title: number
  readonly page: ScanPage & { readonly width: number; readonly height: number }
  readonly marks: readonly Box[]
  readonly isSelectable: boolean
}) {
  const at = useAddress()
  const pointing = useContext(PointingContext)
  const { data: lines = [] } = useQuery({
    ...linesQuery(at(linesAddress(title, page.id))),
    enabled: (isSelectable || pointing.isOn) && page.hasText && typeof document !== 'undefined',
  })
  return (
    <svg className={styles.layer} viewBox={`0 0 ${page.width} ${page.height}`} preserveAspectRatio="none">
      {marks.map((box, n) => (
        <rect key={n} className={styles.mark} x={box.x} y={box.y} width={box.width} height={box.height} />
      ))}
      {pointing.isOn
        ? lines.map(({ x, y, width, height }, n) => (
            <rect
              key={n}
              className={styles.line}
              data-pointed={pointing.at?.page === page.id && pointing.at.line === n}
              x={x}
              y={y}
              width={width}
              height={height}
              onPointerEnter={() => pointing.set({ page: page.id, line: n })}
              onPointerLeave={() => pointing.set(undefined)}
            />
          ))
        : null}
      {isSelectable
        ? lines.map((line, n) => (
            <text
              key={n}
              x={line.x}
              y={line.y + line.height * 0.8}
              fontSize={line.height * 0.85}
              textLength={line.width}
              lengthAdjust="spacingAndGlyphs"
            >
              {`${line.text}\n`}
            </text>
          ))
        : null}
    </svg>
  )
}
