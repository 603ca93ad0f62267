import { Link } from '@tanstack/react-router'
import type { ReadingObject } from '../../shared/api.ts'
import { Cover } from '../../shared/components/cover.tsx'
import { useFormats, useText } from '../../shared/text.ts'
import { isDated } from './calendar.tsx'
import styles from './title.module.css'

/** Volumes, years, and what has no day for the calendar, in their order. */
export function Members({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { day, typeName } = useFormats()
  return (
    <section className={styles.section}>
      <h2>{say('title.members')}</h2>
      <ul className={styles.members}>
        {object.members.filter(member => !isDated(member)).map(member => (
          <li key={member.id}>
            <Link to="/id/$id" params={{ id: String(member.id) }} search={{}}>
              <Cover id={member.id} width={128} />
              <span className={styles.member}>
                <b dir="auto">{member.caption || member.title}</b>
                <small>
                  {[
                    member.issueDate ? day(member.issueDate) : (member.date ?? typeName(member.type)),
                    member.pages > 0 ? say('pages', { count: member.pages }) : undefined,
                  ]
                    .filter(text => text)
                    .join(' · ')}
                </small>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
