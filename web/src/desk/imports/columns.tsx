// What the columns of a list of titles are: as they were understood by their headings, to be set otherwise by hand.
import type { Schemas } from '../../shared/api.ts'
import { Choice } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import styles from './imports.module.css'

export type Lists = readonly Schemas['ListOfTitles'][]
export type Columns = Readonly<Record<string, string>>

// prettier-ignore
const fields = [
  'folder', 'identifier', 'title', 'subTitle', 'author', 'date', 'place', 'publisher', 'language', 'shelfLocator', 'extent', 'genre', 'type', 'urn',
] as const satisfies readonly Schemas['ListOfTitles']['columns'][number]['field'][]
const notRead = 'none'

/** What an import has said of its columns. */
export const namedIn = (lists: Lists): Columns =>
  Object.fromEntries(
    lists.flatMap(({ columns }) => columns.flatMap(({ heading, field, isNamed }) => (isNamed ? [[heading, field ?? notRead]] : []))),
  )

/** @param byHand what was chosen here; all else is as it was guessed, where its field is free */
export function ColumnChoices({
  lists,
  byHand,
  onChange,
}: {
  readonly lists: Lists
  readonly byHand: Columns
  readonly onChange: (columns: Columns) => void
}) {
  const say = useSay()
  const taken = new Set(Object.values(byHand))
  const shown = (heading: string, guessed: string | null) =>
    byHand[heading] ?? (guessed === null || taken.has(guessed) ? notRead : guessed)
  return lists.map(({ name, columns }) => (
    <fieldset key={name} className={styles.columns}>
      <legend>{say('imports.columns', { name })}</legend>
      {columns.map(({ heading, field, isNamed }, at) => (
        <Choice
          key={at}
          label={heading}
          value={shown(heading, isNamed ? null : field)}
          onChange={event => onChange({ ...byHand, [heading]: event.target.value })}
        >
          <option value={notRead}>{say('imports.field.none')}</option>
          {fields.map(each => (
            <option key={each} value={each}>
              {say(`imports.field.${each}`)}
            </option>
          ))}
        </Choice>
      ))}
    </fieldset>
  ))
}
