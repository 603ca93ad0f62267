import { type FormEvent, useState } from 'react'
import { useFormats } from '../../shared/text.ts'
import { Button, Dialog, DialogFoot, Field } from '../parts/controls.tsx'
import { type DeskKey, useSay } from '../texts.ts'
import { type Demand, useDemand } from './confirm.ts'
import styles from './confirm.module.css'

const changes = ['release', 'hide', 'bin', 'restore', 'tag', 'untag']
const shown = 5

/** What transitions want to know before a change is made. */
export function ConfirmDialog() {
  const demand = useDemand()
  return demand ? <Asked demand={demand} onAnswer={demand.answer} key={JSON.stringify(demand.transitions)} /> : null
}

function Asked({ demand, onAnswer }: { readonly demand: Demand; readonly onAnswer: (comment: string | undefined) => void }) {
  const say = useSay()
  const { locale } = useFormats()
  const [isEmpty, setEmpty] = useState(false)
  const isExplained = demand.missing.includes('comment')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const comment = String(new FormData(event.currentTarget).get('comment') ?? '').trim()
    if (isExplained && comment === '') setEmpty(true)
    else onAnswer(comment)
  }
  return (
    <Dialog title={say('confirm.title')} isOpen onClose={() => onAnswer(undefined)}>
      <form onSubmit={submit} className={styles.form}>
        {demand.transitions.map(({ name, captions, change, count, nodes }) => (
          <p key={name}>
            <strong>{captions?.[locale] ?? captions?.['de'] ?? name}</strong>:{' '}
            {changes.includes(change) ? say(`confirm.${change}` as DeskKey, { count }) : say('confirm.other', { count })}{' '}
            {nodes
              .slice(0, shown)
              .map(({ id, caption }) => `“${caption ?? `#${id}`}”`)
              .join(', ')}
            {count > shown ? ' …' : ''}
          </p>
        ))}
        <p>{say(demand.missing.includes('confirm') ? 'confirm.sure' : 'confirm.explain')}</p>
        <Field
          label={say(isExplained ? 'confirm.comment' : 'confirm.commentFree')}
          name="comment"
          autoFocus
          maxLength={250}
          description={say('confirm.comment.about')}
          fault={isEmpty ? say('confirm.comment.empty') : undefined}
        />
        <DialogFoot onCancel={() => onAnswer(undefined)}>
          <Button kind="primary" type="submit">
            {say('confirm.go')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
