// What can be done to chosen nodes: first what it would do, by the service's own dry run, then the doing, with a way back.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Dialog, DialogFoot, Fault, Skeleton } from '../parts/controls.tsx'
import { useKindName } from '../notes/queries.ts'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { watchJob } from '../shell/work.ts'
import { useSay } from '../texts.ts'
import styles from './act.module.css'

type Batch = Schemas['BatchInput']
/** Everything at a place that a filter leaves, without having been fetched. */
export type Whole = Required<Pick<Batch, 'children' | 'filter'>>
export type ActionName = 'release' | 'hide' | 'bin' | 'restore' | 'move' | 'retype'
export interface Act<Name extends ActionName | 'tag' = ActionName> {
  readonly action: Name
  readonly ids: readonly number[]
  /** In the place of the ids */
  readonly whole?: Whole
  /** Of tags: those that are set, those that are taken off, and whether on what stands below, too */
  readonly tags?: Required<Pick<Batch, 'add' | 'remove' | 'below'>>
  /** Where to, and what it is called */
  readonly parent?: number | null
  readonly domain?: string
  readonly to?: string
  readonly type?: string
  readonly typeName?: string
}

const bodyOf = (act: Act<ActionName | 'tag'>, dryRun: boolean): Batch => ({
  action: act.action,
  ...(act.whole ?? { ids: [...act.ids] }),
  ...act.tags,
  scope: 'subtree',
  ...(act.action === 'move' ? { parent: act.parent ?? null, ...(act.domain === undefined ? {} : { domain: act.domain }), position: 'last' as const } : {}),
  ...(act.type === undefined ? {} : { type: act.type }),
  ancestors: act.action === 'release',
  dryRun,
})

interface Holding {
  readonly id: number
  readonly kind: string
  readonly node: number
  readonly caption: string | null
}
const named = 5

/** Notes that hold a release back, each with the way to it; undefined where it is something else. */
function holdingOf(fault: unknown): readonly Holding[] | undefined {
  const notes = fault instanceof ApiProblem && fault.status === 409 ? fault.more['notes'] : undefined
  return Array.isArray(notes) ? (notes as Holding[]) : undefined
}

function HeldBack({ act, notes }: { readonly act: Act; readonly notes: readonly Holding[] }) {
  const say = useSay()
  const kindName = useKindName()
  const below = act.ids.length === 1 && !act.whole ? { below: String(act.ids[0]) } : {}
  return (
    <div role="alert" className={styles.held}>
      <p>{say('act.release.notes', { count: notes.length })}</p>
      <ul>
        {notes.slice(0, named).map(note => (
          <li key={note.id}>
            <Link to="/desk/notes" search={{ ...below, state: 'unsettled', note: String(note.id) }} dir="auto">
              {kindName(note.kind)} – {note.caption ?? `#${note.node}`}
            </Link>
          </li>
        ))}
        {notes.length > named ? (
          <li>
            <Link to="/desk/notes" search={{ ...below, state: 'unsettled' }}>
              {say('act.release.notes.more', { count: notes.length - named })}
            </Link>
          </li>
        ) : null}
      </ul>
    </div>
  )
}

/** What an act would do, by the service's dry run, and the doing. */
export function useAct(act: Act<ActionName | 'tag'>, onDone: () => void, isAsked = true) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const preview = useQuery({
    queryKey: ['preview', act],
    enabled: isAsked,
    gcTime: 0,
    staleTime: 0,
    queryFn: async () => (await taken(api.POST('/api/v1/tree/batch', { body: bodyOf(act, true) }))) as Schemas['Operation'],
  })
  const count = act.whole ? (preview.data?.selected ?? 0) : act.ids.length
  const run = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/tree/batch', { body: bodyOf(act, false) })),
    onSuccess: async answer => {
      const text = say(`act.${act.action}.done`, { count, to: act.to ?? '', type: act.typeName ?? '' })
      if ('job' in answer) watchJob(answer.job, text)
      else note({ batch: answer.batch ?? batchOf(answer), text })
      onDone()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => !['session', 'desk-texts', 'types'].includes(String(queryKey[0])) })
    },
  })
  return { preview, run, count }
}

export function ActDialog({ act, onClose }: { readonly act: Act; readonly onClose: (isDone: boolean) => void }) {
  const say = useSay()
  const { number } = useFormats()
  const { preview, run, count } = useAct(act, () => onClose(true))
  const changed = preview.data?.changed ?? 0
  const fault = run.error ?? preview.error
  const holding = holdingOf(fault)
  const isNothing = (!preview.isPending && changed === 0) || holding !== undefined
  useEffect(() => {
    // the button that has the focus is none any more, and Escape would go nowhere
    if (isNothing && document.activeElement?.matches('body, :disabled')) document.querySelector<HTMLElement>('[role=dialog]')?.focus()
  }, [isNothing])
  return (
    <Dialog
      title={act.whole && !preview.data ? say(`act.${act.action}`) : say(`act.${act.action}.title`, { count, to: act.to ?? '', type: act.typeName ?? '' })}
      isOpen
      onClose={() => onClose(false)}
    >
      <div aria-live="polite">
        {holding ? (
          <HeldBack act={act} notes={holding} />
        ) : fault ? (
          <Fault error={fault} />
        ) : preview.isPending ? (
          <Skeleton lines={2} />
        ) : (
          <>
            <p className={styles.figure}>{number(changed)}</p>
            <p>{say(changed === 0 ? 'act.nothing' : `act.${act.action}.preview`, { count: changed })}</p>
            {changed > 0 ? <p className={styles.note}>{say(`act.${act.action}.note`)}</p> : null}
          </>
        )}
      </div>
      <DialogFoot onCancel={() => onClose(false)}>
        <Button
          kind={act.action === 'bin' ? 'danger' : 'primary'}
          autoFocus
          isDisabled={isNothing}
          isBusy={run.isPending}
          onPress={() => (preview.isSuccess ? run.mutate() : undefined)}
        >
          {say(`act.${act.action}`)}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
