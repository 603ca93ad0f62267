// Somebody else was quicker: their record, with those of my fields that I still want.
import { useState } from 'react'
import { Button, Dialog, DialogFoot } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { type FieldName, fieldNames, type Person, read, withField, withPersonsOf } from './record.ts'
import type { Stored } from './remote.ts'
import styles from './title.module.css'

type Part = FieldName | 'persons'
const shown = (persons: readonly Person[]) =>
  persons.map(({ family, given, role }) => `${family}${given ? `, ${given}` : ''}${role ? ` (${role})` : ''}`).join('; ')

function textOf(xml: string, part: Part): string {
  const values = read(xml)
  return part === 'persons' ? shown(values.persons) : values.fields[part]
}

/** Fields that I have changed, each as it was, as I have it, as it is stored now. */
export function changesOf(base: string, mine: string, theirs: string) {
  return ([...fieldNames, 'persons'] as const)
    .map(part => ({ part, base: textOf(base, part), mine: textOf(mine, part), theirs: textOf(theirs, part) }))
    .filter(each => each.mine !== each.base)
}

export function Merge(props: {
  readonly base: string
  readonly mine: string
  readonly theirs: Stored
  readonly onMerged: (xml: string) => void
  readonly onClose: () => void
}) {
  const say = useSay()
  const changes = changesOf(props.base, props.mine, props.theirs.xml)
  const [kept, setKept] = useState<ReadonlySet<Part>>(new Set(changes.map(({ part }) => part)))
  const choose = (part: Part, isMine: boolean) =>
    setKept(before => new Set(isMine ? [...before, part] : [...before].filter(each => each !== part)))
  const merged = () => {
    let xml = props.theirs.xml
    for (const { part, mine } of changes)
      if (kept.has(part)) xml = part === 'persons' ? withPersonsOf(xml, props.mine) : withField(xml, part, mine)
    props.onMerged(xml)
  }
  return (
    <Dialog title={say('merge.title')} isOpen isWide onClose={props.onClose}>
      <p>{say('merge.text')}</p>
      {changes.length === 0 ? <p className={styles.soft}>{say('merge.noFields')}</p> : null}
      <ul className={styles.merge}>
        {changes.map(({ part, mine, theirs }) => (
          <li key={part}>
            <fieldset>
              <legend>{say(`field.${part}`)}</legend>
              {(
                [
                  ['mine', mine, true],
                  ['theirs', theirs, false],
                ] as const
              ).map(([whose, text, isMine]) => (
                <label key={whose}>
                  <input type="radio" name={`merge-${part}`} checked={kept.has(part) === isMine} onChange={() => choose(part, isMine)} />
                  <small>{say(`merge.${whose}`)}</small>
                  <span dir="auto">{text || '–'}</span>
                </label>
              ))}
            </fieldset>
          </li>
        ))}
      </ul>
      <DialogFoot onCancel={props.onClose}>
        <Button onPress={() => props.onMerged(props.mine)}>{say('merge.whole')}</Button>
        <Button kind="primary" autoFocus onPress={merged}>
          {say('merge.go')}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
