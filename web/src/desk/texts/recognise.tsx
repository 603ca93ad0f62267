// Has pages read by a program: how many it would be is seen before, the work is followed in the tray.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { useApi } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { watchJob } from '../shell/work.ts'
import { useSay } from '../texts.ts'
import styles from './texts.module.css'

/** As the service takes them: deu+frk */
const known = /^[A-Za-z0-9_]{2,40}(\/[A-Za-z0-9_]{2,40})?(\+[A-Za-z0-9_]{2,40}(\/[A-Za-z0-9_]{2,40})?)*$/
const most = 1000

export function Recognise(props: {
  /** Title, chapter or page */
  readonly node: number
  readonly name: string
  /** Pages that are chosen of it */
  readonly chosen: readonly number[]
  readonly onClose: () => void
}) {
  const say = useSay()
  const api = useApi()
  const canChoose = props.chosen.length > 0 && props.chosen.length <= most
  const [isChosen, setChosen] = useState(canChoose)
  const [pages, setPages] = useState<'missing' | 'all'>('missing')
  const [languages, setLanguages] = useState('')
  const isKnown = languages === '' || known.test(languages)
  const order = { pages, ...(languages === '' ? {} : { languages }), ...(isChosen ? { only: [...props.chosen] } : {}) }
  const ask = (dryRun: boolean) => taken(api.POST('/api/v1/tree/{id}/recognition', { params: { path: { id: props.node } }, body: { ...order, dryRun } }))
  const preview = useQuery({ queryKey: ['recognition', props.node, order], enabled: isKnown, gcTime: 0, queryFn: () => ask(true) })
  const run = useMutation({
    mutationFn: () => ask(false),
    onSuccess: ({ jobId, pages: count }) => {
      if (jobId !== null) watchJob(jobId, say('recognise.done', { name: props.name }))
      note({ batch: undefined, text: say('recognise.begun', { count }) })
      props.onClose()
    },
  })
  const found = preview.data
  return (
    <Dialog title={say('recognise.title')} isOpen onClose={props.onClose}>
      <form
        className={styles.order}
        onSubmit={event => {
          event.preventDefault()
          if (found && found.pages > 0) run.mutate()
        }}
      >
        {canChoose ? (
          <Choice label={say('recognise.what')} value={String(isChosen)} onChange={event => setChosen(event.target.value === 'true')}>
            <option value="true">{say('recognise.chosen', { count: props.chosen.length })}</option>
            <option value="false">{say('recognise.title.whole')}</option>
          </Choice>
        ) : null}
        <Choice label={say('recognise.which')} value={pages} onChange={event => setPages(event.target.value as typeof pages)}>
          <option value="missing">{say('recognise.missing')}</option>
          <option value="all">{say('recognise.all')}</option>
        </Choice>
        <Field
          label={say('recognise.languages')}
          description={say('recognise.languages.text', { usual: found?.languages ?? '' })}
          value={languages}
          onChange={value => setLanguages(value.trim())}
          {...(isKnown ? {} : { fault: say('recognise.languages.fault') })}
        />
        <p role="status">{found ? say('recognise.count', { count: found.pages, languages: found.languages }) : ' '}</p>
        {found?.obstacle ? <p className={styles.offer}>{say('recognise.obstacle', { reason: found.obstacle })}</p> : null}
        {preview.error ? <Fault error={preview.error} /> : run.error ? <Fault error={run.error} /> : null}
        <DialogFoot onCancel={props.onClose}>
          <Button kind="primary" type="submit" isDisabled={!found || found.pages === 0 || !isKnown} isBusy={run.isPending}>
            {say('recognise.go')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
