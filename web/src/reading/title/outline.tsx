import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ReadingObject } from '../../shared/api.ts'
import { isClosedWork } from '../../shared/components/restriction.tsx'
import { useFormats, useText } from '../../shared/text.ts'
import styles from './title.module.css'

const atFirst = 40

/** The parts with their printed page labels; a long outline is shown whole on wish. */
export function Outline({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { typeName } = useFormats()
  const [isWhole, setWhole] = useState(false)
  const { outline, pages } = object
  const isClosed = isClosedWork(object)
  const shown = isWhole || outline.length <= atFirst + 10 ? outline : outline.slice(0, atFirst)
  return (
    <section className={styles.section}>
      <h2>{say('title.outline')}</h2>
      <ol className={styles.outline}>
        {shown.map(part => {
          // what is closed is named by its own page, as nothing of it is opened
          const page = part.page === null || isClosed ? undefined : pages[part.page]
          return (
            <li key={part.id} data-depth={Math.min(part.depth, 5)}>
              {page ? (
                <Link to="/id/$id/view" params={{ id: String(object.id) }} search={{ page: String(page.id) }} dir="auto">
                  {part.caption || typeName(part.type)}
                </Link>
              ) : (
                <Link to="/id/$id" params={{ id: String(part.id) }} search={{}} dir="auto">
                  {part.caption || typeName(part.type)}
                </Link>
              )}
              <span className={styles.label}>{page ? (page.label ?? `[${(part.page ?? 0) + 1}]`) : ''}</span>
            </li>
          )
        })}
      </ol>
      {shown.length < outline.length ? (
        <button type="button" className={styles.more} onClick={() => setWhole(true)}>
          {say('title.wholeOutline', { count: outline.length })}
        </button>
      ) : null}
    </section>
  )
}
