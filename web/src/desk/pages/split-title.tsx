// One title becomes two: what goes is counted before it goes, and comes back by the undo.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { taken, type Schemas } from '../../shared/api.ts'
import { Button, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import type { Page } from './queries.ts'

export function SplitTitle(props: {
  readonly title: Schemas['Title']
  readonly pages: readonly Page[]
  /** The first page of the new title */
  readonly at: number
  readonly onClose: () => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { title, pages, at, onClose } = props
  const [name, setName] = useState('')
  const from = pages.findIndex(({ id }) => id === at)
  const run = useMutation({
    mutationFn: () =>
      taken(
        api.POST('/api/v1/titles/{id}/split', {
          params: { path: { id: title.id }, header: { 'if-match': `"${title.meta.version}"` } as never },
          body: { page: at, title: { title: name.trim() } },
        }),
      ),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('split.done', { name: name.trim() }) })
      onClose()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['pages', 'tree', 'titles', 'log'].includes(String(queryKey[0])) })
    },
    // what was changed meanwhile is shown, and a second try is about that
    onError: () => queries.invalidateQueries({ predicate: ({ queryKey }) => ['pages', 'titles'].includes(String(queryKey[0])) }),
  })
  return (
    <Dialog title={say('split.title', { label: pages[from]?.pagination.label ?? `[${from + 1}]` })} isOpen onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (name.trim() !== '' && !run.isPending) run.mutate()
        }}
      >
        <p>{say('split.text', { stay: from, go: pages.length - from })}</p>
        <Field label={say('split.name')} value={name} onChange={setName} isRequired autoFocus maxLength={2000} />
        {run.error ? <Fault error={run.error} changed={say('split.changed')} /> : null}
        <DialogFoot onCancel={onClose}>
          <Button kind="primary" type="submit" isDisabled={name.trim() === ''} isBusy={run.isPending}>
            {say('split.go')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
