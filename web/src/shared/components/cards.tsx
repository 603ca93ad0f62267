import { Link } from '@tanstack/react-router'
import type { ReadingCard } from '../api.ts'
import { useFormats, useText } from '../text.ts'
import styles from './cards.module.css'
import { Cover } from './cover.tsx'

/** One line under a title: who, when, how much. */
export function useCardLine(): (card: Pick<ReadingCard, 'persons' | 'date' | 'issueDate' | 'type'>) => string {
  const { day } = useFormats()
  return ({ persons, date, issueDate }) =>
    [persons.slice(0, 2).join('; ') + (persons.length > 2 ? ' …' : ''), issueDate ? day(issueDate, 'medium') : date]
      .filter(text => text)
      .join(' · ')
}

/** Titles as pictures with their names below. */
export function Cards({ cards }: { readonly cards: readonly ReadingCard[] }) {
  const say = useText()
  const { typeName } = useFormats()
  const line = useCardLine()
  return (
    <ul className={styles.cards}>
      {cards.map(card => (
        <li key={card.id} className={styles.card}>
          <Link to="/id/$id" params={{ id: String(card.id) }} className={styles.link}>
            <Cover id={card.id} />
            <span className={styles.title} dir="auto">
              {card.title}
            </span>
          </Link>
          {card.within ? (
            <span className={styles.within} dir="auto">
              {card.within}
            </span>
          ) : null}
          <span className={styles.line}>{line(card) || typeName(card.type)}</span>
          {card.pages > 0 ? <span className={styles.line}>{say('pages', { count: card.pages })}</span> : null}
        </li>
      ))}
    </ul>
  )
}
