// A page whose text has no lines: written or corrected as a whole, beside its picture.
import { useMutation } from '@tanstack/react-query'
import { taken } from '../../shared/api.ts'
import { Button, Fault } from '../parts/controls.tsx'
import { Scan } from '../parts/scan.tsx'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import type { Editing } from './edits.ts'
import { type Stored, whole } from './lines.ts'
import styles from './texts.module.css'

export function PlainEditor(props: {
  readonly page: number
  readonly name: string
  readonly stored: Stored
  readonly editing: Editing
  readonly canWrite: boolean
  readonly onChanged: () => void
}) {
  const say = useSay()
  const api = useApi()
  const { lines, plain, etag } = props.stored
  const remove = useMutation({
    mutationFn: () => taken(api.DELETE('/api/v1/pages/{id}/text', { params: { path: { id: props.page }, header: { 'if-match': etag } as never } })),
    onSuccess: answer => {
      note({ batch: batchOf(answer), text: say('texts.toLines.done', { name: props.name }) })
      props.onChanged()
    },
  })
  return (
    <div className={styles.halves}>
      <div className={styles.picture}>
        <Scan path={`/iiif/image/3/${props.page}/full/!1000,1400/0/default.jpg`} alt={say('texts.picture', { name: props.name })} isEager />
      </div>
      <div className={styles.plain}>
        <p className={styles.soft}>{say(lines.form === 'plain' ? 'texts.plain' : 'texts.none')}</p>
        <textarea
          aria-label={say('texts.wholeText')}
          dir="auto"
          {...(lines.language ? { lang: lines.language } : {})}
          value={props.editing.edits[whole]?.text ?? plain}
          readOnly={!props.canWrite}
          onChange={event => props.editing.set(whole, event.target.value)}
        />
        {remove.error ? <Fault error={remove.error} /> : null}
        {lines.form === 'plain' && props.canWrite ? (
          <Button onPress={() => remove.mutate()} isBusy={remove.isPending} isDisabled={props.editing.isChanged}>
            {say('texts.toLines')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
