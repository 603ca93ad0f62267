// Notes where the work is done: those of a title, or of its chosen pages, with the way to each, and a new one.
import { Link } from '@tanstack/react-router'
import { Button } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { type Note, useKindName, usePlaceName } from './queries.ts'
import styles from './notes.module.css'

const shown = 8

export function NotesHere(props: {
  /** Of the title and all below it */
  readonly notes: readonly Note[]
  readonly title: number
  /** Those that are chosen; none: all are shown */
  readonly pages: readonly number[]
  readonly onWrite?: () => void
}) {
  const say = useSay()
  const kindName = useKindName()
  const placeName = usePlaceName()
  const pages = new Set(props.pages)
  const notes = pages.size === 0 ? props.notes : props.notes.filter(({ node }) => pages.has(node.id))
  const search = { below: String(props.title), state: 'unsettled' }
  return (
    <section className={styles.panel}>
      <h2>{say(pages.size === 1 ? 'notes.these.page' : 'notes.these')}</h2>
      {notes.length > 0 ? (
        <ul>
          {notes.slice(0, shown).map(note => (
            <li key={note.id}>
              <Link to="/desk/notes" search={{ ...search, note: String(note.id) }} dir="auto">
                {kindName(note.kind)}
                {pages.size === 1 ? '' : ` – ${note.title ? placeName({ ...note, title: null }) : placeName(note)}`}
              </Link>
              <p dir="auto">{note.text}</p>
            </li>
          ))}
          {notes.length > shown ? (
            <li>
              <Link to="/desk/notes" search={search}>
                {say('act.release.notes.more', { count: notes.length - shown })}
              </Link>
            </li>
          ) : null}
        </ul>
      ) : null}
      {props.onWrite ? <Button onPress={props.onWrite}>{say('notes.add')}</Button> : null}
    </section>
  )
}
