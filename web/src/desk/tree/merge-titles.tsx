// Two titles become one: which stays, where the pages of the other go, and how many they are; the undo parts them again.
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Skeleton } from '../parts/controls.tsx'
import type { TreeNode } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './fields.module.css'

export function MergeTitles(props: {
  readonly titles: readonly [TreeNode, TreeNode]
  readonly onClose: () => void
  readonly onMerged: (id: number) => void
}) {
  const { titles, onClose } = props
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const [stayingId, setStaying] = useState(titles[0].id)
  const [position, setPosition] = useState<'first' | 'last'>('last')
  const asked = useQueries({
    queries: titles.map(({ id }) => ({
      queryKey: ['titles', 'one', id],
      staleTime: 0,
      queryFn: () => taken(api.GET('/api/v1/titles/{id}', { params: { path: { id } } })),
    })),
  })
  const known = asked.flatMap(({ data }) => data ?? [])
  const stays = known.find(({ id }) => id === stayingId)
  const goes = known.find(({ id }) => id !== stayingId)
  const nameOf = (node: { readonly id: number; readonly caption: string | null }) => node.caption ?? `#${node.id}`
  const run = useMutation({
    mutationFn: () =>
      taken(
        api.POST('/api/v1/titles/{id}/merge', {
          params: { path: { id: stayingId }, header: { 'if-match': `"${stays?.meta.version}"` } as never },
          body: { from: goes?.id ?? 0, position },
        }),
      ),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('unite.done', { name: stays ? nameOf(stays) : '' }) })
      onClose()
      props.onMerged(stayingId)
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['tree', 'titles', 'pages', 'log'].includes(String(queryKey[0])) })
    },
    // what was changed meanwhile is shown, and a second try is about that
    onError: () => queries.invalidateQueries({ queryKey: ['titles'] }),
  })
  const fault = run.error ?? asked.find(({ error }) => error)?.error
  return (
    <Dialog title={say('unite.title')} isOpen onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          if (stays && goes && !run.isPending) run.mutate()
        }}
      >
        <Choice label={say('unite.stays')} value={stayingId} autoFocus onChange={event => setStaying(Number(event.target.value))}>
          {titles.map(node => (
            <option key={node.id} value={node.id}>
              {nameOf(node)} (#{node.id})
            </option>
          ))}
        </Choice>
        <Choice label={say('unite.position')} value={position} onChange={event => setPosition(event.target.value === 'first' ? 'first' : 'last')}>
          <option value="last">{say('unite.last')}</option>
          <option value="first">{say('unite.first')}</option>
        </Choice>
        {goes && stays ? <p>{say('unite.text', { from: nameOf(goes), count: goes.pagesPresent, all: goes.pagesPresent + stays.pagesPresent })}</p> : <Skeleton lines={2} />}
        {fault ? <Fault error={fault} changed={say('split.changed')} /> : null}
        <DialogFoot onCancel={onClose}>
          <Button kind="primary" type="submit" isDisabled={!stays || !goes} isBusy={run.isPending}>
            {say('unite.go')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
