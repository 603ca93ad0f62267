// What is shown of a work that has no pages of its own: the way to the parts that have them.
import { Link } from '@tanstack/react-router'
import type { ReadingObject } from '../shared/api.ts'
import { Cover } from '../shared/components/cover.tsx'
import { useFormats, useText } from '../shared/text.ts'
import styles from './viewer.module.css'

export function PartsInstead({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { day, typeName } = useFormats()
  const { members } = object
  return (
    <div className={styles.parts}>
      <p>{say(members.length > 0 ? 'view.inParts' : 'view.noPages')}</p>
      {members.length > 0 ? (
        <ul>
          {members.map(({ id, caption, title, date, issueDate, type, pages }) => (
            <li key={id}>
              <Link to={pages > 0 ? '/id/$id/view' : '/id/$id'} params={{ id: String(id) }} search={{}}>
                <Cover id={id} width={128} />
                <span>
                  <b dir="auto">{caption || title}</b>
                  <small>
                    {[issueDate ? day(issueDate) : (date ?? typeName(type)), pages > 0 ? say('pages', { count: pages }) : undefined].filter(text => text).join(' · ')}
                  </small>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
      <p>
        <Link to="/id/$id" params={{ id: String(object.id) }} search={{}}>
          {say(object.years.length > 1 ? 'view.allYears' : 'view.back')}
        </Link>
      </p>
    </div>
  )
}
