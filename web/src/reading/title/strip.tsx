import { Link } from '@tanstack/react-router'
import type { ReadingObject } from '../../shared/api.ts'
import { useAddress } from '../../app/room.tsx'
import { useText } from '../../shared/text.ts'
import styles from './title.module.css'

const atMost = 24

/** The first pages as a strip; the viewer has them all. */
export function PageStrip({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const at = useAddress()
  const { pages } = object
  return (
    <section className={styles.strip} aria-label={say('title.pages')} dir={object.viewingDirection === 'right-to-left' ? 'rtl' : undefined}>
      <ul className={styles.sheets}>
        {pages.slice(0, atMost).map((page, place) => (
          <li key={page.id}>
            <Link to="/id/$id/view" params={{ id: String(object.id) }} search={{ page: String(page.id) }}>
              {page.width && page.height ? (
                <img
                  src={at(`/download/webcache/128/${page.id}`)}
                  alt=""
                  loading="lazy"
                  decoding="async"
                  width={96}
                  height={Math.min(192, Math.round((96 * page.height) / page.width))}
                />
              ) : (
                <span className={styles.blank} />
              )}
              <small>{page.label ?? `[${place + 1}]`}</small>
            </Link>
          </li>
        ))}
        {pages.length > atMost ? (
          <li>
            <Link to="/id/$id/view" params={{ id: String(object.id) }} search={{}} className={styles.rest}>
              {say('title.morePages', { count: pages.length - atMost })}
            </Link>
          </li>
        ) : null}
      </ul>
    </section>
  )
}
