// Somebody else was quicker on the same lines: each is shown as both have it, and one of the two stays.
import { useState } from 'react'
import { Button, Dialog, DialogFoot } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { type Conflict, whole } from './lines.ts'
import styles from './texts.module.css'

export function Conflicts(props: {
  readonly conflicts: readonly Conflict[]
  /** @param mine keys of lines that stay as I typed them */
  readonly onDecided: (mine: ReadonlySet<string>) => void
  readonly onClose: () => void
}) {
  const say = useSay()
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set(props.conflicts.map(({ key }) => key)))
  const choose = (key: string, isMine: boolean) => setMine(before => new Set(isMine ? [...before, key] : [...before].filter(each => each !== key)))
  return (
    <Dialog title={say('texts.conflicts')} isOpen isWide onClose={props.onClose}>
      <p>{say('texts.conflicts.text')}</p>
      <ul className={styles.conflicts}>
        {props.conflicts.map(each => (
          <li key={each.key}>
            <fieldset>
              <legend>{each.key === whole ? say('texts.wholeText') : say('texts.line', { n: Number(each.key) + 1 })}</legend>
              {([true, false] as const).map(isMine => (
                <label key={String(isMine)}>
                  <input type="radio" name={`line-${each.key}`} checked={mine.has(each.key) === isMine} onChange={() => choose(each.key, isMine)} />
                  <small>{say(isMine ? 'merge.mine' : 'merge.theirs')}</small>
                  <span dir="auto">{(isMine ? each.mine : each.theirs) || '–'}</span>
                </label>
              ))}
            </fieldset>
          </li>
        ))}
      </ul>
      <DialogFoot onCancel={props.onClose}>
        <Button kind="primary" autoFocus onPress={() => props.onDecided(mine)}>
          {say('texts.conflicts.go')}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
