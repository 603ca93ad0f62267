// Sheets for the printer: each an image with the line that says where it is from. They are not seen on the screen.
import { useEffect, useRef } from 'react'
import { useAddress } from '../app/room.tsx'
import type { Sheet } from './share.ts'
import styles from './viewer.module.css'

export function Print({ sheets, onDone }: { readonly sheets: readonly Sheet[]; readonly onDone: () => void }) {
  const at = useAddress()
  const frame = useRef<HTMLDivElement>(null)
  const told = useRef(onDone)
  told.current = onDone
  useEffect(() => {
    let isGone = false
    const done = () => told.current()
    addEventListener('afterprint', done)
    const images = [...(frame.current?.querySelectorAll('img') ?? [])]
    // an image that does not come leaves its sheet with the source alone
    void Promise.allSettled(images.map(image => image.decode())).then(() => {
      if (!isGone) print()
    })
    return () => {
      isGone = true
      removeEventListener('afterprint', done)
    }
  }, [sheets])
  return (
    <div ref={frame} className={styles.sheets} aria-hidden="true">
      {sheets.map(({ key, image, source }) => (
        <figure key={key}>
          <img src={at(image)} alt="" />
          <figcaption dir="auto">{source}</figcaption>
        </figure>
      ))}
    </div>
  )
}
