// The way through the book: back, where we are, on. Where we are is a field for a printed label or a number.
import { Link } from '@tanstack/react-router'
import type { ReadingObject } from '../shared/api.ts'
import { useText } from '../shared/text.ts'
import styles from './viewer.module.css'

export function Turn({
  id,
  pages,
  open,
  previous,
  next,
  kept,
  isReady,
  onGo,
}: {
  readonly id: string
  readonly pages: ReadingObject['pages']
  /** Places of the pages that are open */
  readonly open: readonly number[]
  readonly previous: number | undefined
  readonly next: number | undefined
  readonly kept: Readonly<Record<string, string | undefined>>
  readonly isReady: boolean
  readonly onGo: (place: number) => void
}) {
  const say = useText()
  const labels = open.map(n => pages[n]?.label ?? String(n + 1)).join('–')
  const step = (target: number | undefined, text: 'view.previous' | 'view.next', rel: string) => {
    const to = target === undefined ? undefined : pages[target]
    const words = (
      <>
        <span className={styles.long}>{say(text)}</span>
        <span className={styles.short}>{rel === 'prev' ? '‹' : '›'}</span>
      </>
    )
    return to ? (
      <Link to="/id/$id/view" params={{ id }} search={{ ...kept, page: String(to.id) }} rel={rel} replace aria-label={say(text)}>
        {words}
      </Link>
    ) : (
      <span aria-hidden="true">{words}</span>
    )
  }
  /** A printed label, else a number of the scan. */
  const placeOf = (text: string): number => {
    const asked = text.trim().toLowerCase()
    const byLabel = pages.findIndex(page => page.label?.toLowerCase() === asked)
    const number = /^\[?(\d+)\]?$/.exec(asked)?.[1]
    return byLabel >= 0 || number === undefined ? byLabel : Number(number) - 1
  }
  return (
    <nav className={styles.turn} aria-label={say('view.turn')}>
      {step(previous, 'view.previous', 'prev')}
      {isReady && pages.length > 1 ? (
        <form
          className={styles.place}
          onSubmit={event => {
            event.preventDefault()
            const field = event.currentTarget.elements.namedItem('place') as HTMLInputElement
            const found = placeOf(field.value)
            const isThere = found >= 0 && found < pages.length
            field.setCustomValidity(isThere ? '' : say('view.noSuchPage'))
            if (isThere) {
              onGo(found)
              field.blur()
            } else field.reportValidity()
          }}
        >
          <input
            key={labels}
            name="place"
            defaultValue={labels}
            size={Math.max(3, labels.length)}
            aria-label={say('view.goTo')}
            title={say('view.goTo')}
            autoComplete="off"
            onFocus={event => event.currentTarget.select()}
            onInput={event => event.currentTarget.setCustomValidity('')}
          />{' '}
          {say('view.of', { count: pages.length })}
        </form>
      ) : (
        <span>{say('view.place', { label: labels, count: pages.length })}</span>
      )}
      {step(next, 'view.next', 'next')}
    </nav>
  )
}
