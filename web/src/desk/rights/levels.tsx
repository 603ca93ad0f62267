// The entries of one level as a table: those that are stored, and on the page's own level those that are planned.
import { PenLine, RotateCcw, Trash2 } from 'lucide-react'
import { IconButton, Tag } from '../parts/controls.tsx'
import { Table } from '../parts/table.tsx'
import { useSay } from '../texts.ts'
import type { Planned } from './draft.ts'
import type { Entry, NewEntry } from './queries.ts'
import { useRightsWords } from './words.ts'
import styles from './rights.module.css'

export function Entries(props: {
  readonly label: string
  readonly entries: readonly Entry[]
  readonly planned?: readonly Planned[]
  readonly removed?: ReadonlySet<number>
  /** The entry that decides what is looked at beside */
  readonly marked: number | undefined
  readonly on?: {
    readonly change: (entry: Entry) => void
    readonly remove: (entry: Entry) => void
    readonly keep: (entry: Entry) => void
    readonly changePlanned: (planned: Planned) => void
    readonly drop: (planned: Planned) => void
  }
}) {
  const say = useSay()
  const words = useRightsWords()
  const { on } = props
  const cells = (entry: Entry | NewEntry, name: string | null) => (
    <>
      <td>
        {words.subject(entry, name)}
        {entry.subject === 'everyone' ? null : <small className={styles.kind}>{say(`rights.subject.${entry.subject}`)}</small>}
      </td>
      <td>
        <span className={styles.effect}>
          <Tag tone={entry.effect === 'grant' ? 'good' : 'bad'}>{words.effect(entry)}</Tag>
        </span>
        {words.right(entry.right)}
      </td>
      <td>{words.period(entry) || '–'}</td>
      <td>{entry.note}</td>
    </>
  )
  const what = (entry: Entry | NewEntry, name: string | null) => `${words.subject(entry, name)}, ${words.right(entry.right)}`
  return (
    <div className={styles.scroll}>
      <Table label={props.label} columns={[say('rights.subject'), say('rights.right'), say('rights.period'), say('rights.note')]}>
        {props.entries.map(entry => {
          const isRemoved = props.removed?.has(entry.id) ?? false
          return (
            <tr
              key={entry.id}
              className={`${isRemoved ? styles.removed : ''} ${props.marked === entry.id ? styles.marked : ''} ${entry.isActive ? '' : styles.asleep}`}
            >
              {cells(entry, entry.name)}
              <td className={styles.tools}>
                {entry.isActive ? null : <Tag>{say('rights.asleep')}</Tag>}
                {isRemoved ? <Tag tone="bad">{say('rights.goes')}</Tag> : null}
                {on === undefined ? null : isRemoved ? (
                  <IconButton label={say('rights.keep', { what: what(entry, entry.name) })} onPress={() => on.keep(entry)}>
                    <RotateCcw size={16} aria-hidden />
                  </IconButton>
                ) : (
                  <>
                    <IconButton label={say('rights.changeOne', { what: what(entry, entry.name) })} onPress={() => on.change(entry)}>
                      <PenLine size={16} aria-hidden />
                    </IconButton>
                    <IconButton label={say('rights.removeOne', { what: what(entry, entry.name) })} onPress={() => on.remove(entry)}>
                      <Trash2 size={16} aria-hidden />
                    </IconButton>
                  </>
                )}
              </td>
            </tr>
          )
        })}
        {props.planned?.map(each => (
          <tr key={`new ${each.key}`} className={styles.planned}>
            {cells(each.entry, each.name)}
            <td className={styles.tools}>
              <Tag tone="good">{say('rights.comes')}</Tag>
              {on === undefined ? null : (
                <>
                  <IconButton label={say('rights.changeOne', { what: what(each.entry, each.name) })} onPress={() => on.changePlanned(each)}>
                    <PenLine size={16} aria-hidden />
                  </IconButton>
                  <IconButton label={say('rights.removeOne', { what: what(each.entry, each.name) })} onPress={() => on.drop(each)}>
                    <Trash2 size={16} aria-hidden />
                  </IconButton>
                </>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </div>
  )
}
