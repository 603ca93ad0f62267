// What lies over the image of a page, in its pixels: hits, and the lines of the text, unseen, to be marked and copied.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useAddress } from '../app/room.tsx'
import type { Box, ScanPage } from './scan.tsx'
import styles from './viewer.module.css'

interface Line extends Box {
  readonly text: string
}
interface TextAnnotations {
  readonly items: readonly { readonly body: { readonly value: string }; readonly target: string }[]
}

const linesQuery = (address: string) =>
  queryOptions({
    queryKey: ['lines', address],
    queryFn: async (): Promise<Line[]> => {
      const answer = await fetch(address)
      if (!answer.ok) return []
      const { items } = (await answer.json()) as TextAnnotations
      return items.flatMap(({ body, target }) => {
        const [x, y, width, height] = (/#xywh=([\d.,]+)$/.exec(target)?.[1] ?? '').split(',').map(Number)
        return x !== undefined && y !== undefined && width && height ? [{ x, y, width, height, text: body.value }] : []
      })
    },
  })

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
  const { data: lines = [] } = useQuery({
    ...linesQuery(at(`/iiif/presentation/3/${title}/annotations/${page.id}`)),
    enabled: isSelectable && page.hasText && typeof document !== 'undefined',
  })
  return (
    <svg className={styles.layer} viewBox={`0 0 ${page.width} ${page.height}`} preserveAspectRatio="none">
      {marks.map((box, n) => (
        <rect key={n} className={styles.mark} x={box.x} y={box.y} width={box.width} height={box.height} />
      ))}
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
