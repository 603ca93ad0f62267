// A field of many titles changed at once: each title's words before and after are seen, by the service's dry run, before one is stored.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field, Skeleton } from '../parts/controls.tsx'
import type { Place, TreeNode } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { watchJob } from '../shell/work.ts'
import { type DeskKey, useSay } from '../texts.ts'
import type { filterOf } from './filter.ts'
import styles from './fields.module.css'

type Change = Schemas['BulkChangeInput']
/** As cataloguers name them; those of the record first. */
const fields = [
  ['mods.title', 'field.title'],
  ['mods.subTitle', 'field.subTitle'],
  ['mods.nonSort', 'field.nonSort'],
  ['mods.partNumber', 'field.partNumber'],
  ['mods.partName', 'field.partName'],
  ['mods.place', 'field.place'],
  ['mods.publisher', 'field.publisher'],
  ['mods.dateIssued', 'field.date'],
  ['mods.edition', 'field.edition'],
  ['mods.language', 'field.language'],
  ['mods.extent', 'field.extent'],
  ['mods.genre', 'bulk.field.genre'],
  ['mods.subject', 'bulk.field.subject'],
  ['mods.classification', 'bulk.field.classification'],
  ['mods.abstract', 'field.abstract'],
  ['mods.note', 'field.note'],
  ['mods.shelfLocator', 'field.shelfLocator'],
  ['mods.physicalLocation', 'field.physicalLocation'],
  ['caption', 'bulk.field.caption'],
] as const satisfies readonly (readonly [Change['field'], DeskKey])[]
const actions = ['replace', 'set', 'add', 'remove'] as const
const pause = 300
/** Titles that are shown with their words; the others are counted. */
const shown = 50

interface Wish {
  readonly action: (typeof actions)[number]
  readonly field: Change['field']
  readonly find: string
  readonly value: string
  readonly isPattern: boolean
}

/** undefined where something is still to be said */
function changeOf({ action, field, find, value, isPattern }: Wish): Change | undefined {
  if (action === 'replace') return find === '' ? undefined : { action, field, find, with: value, pattern: isPattern, ignoreCase: false }
  if (action === 'set') return { action, field, value: value === '' ? null : value }
  return value === '' ? undefined : { action, field, value }
}

/** The chosen titles, those of the level that the table's filter leaves, or with them all that stand below */
type Scope = 'chosen' | 'level' | 'below'
type Search = NonNullable<Schemas['TitlesChangeInput']['search']>

export function FieldsDialog(props: {
  readonly nodes: readonly TreeNode[]
  readonly place: Place | undefined
  /** Of the node that the table stands for */
  readonly path: string | undefined
  readonly filter: ReturnType<typeof filterOf>
  /** The rows stand for all of the level */
  readonly isWhole: boolean
  readonly onClose: () => void
}) {
  const { nodes, place, path, onClose } = props
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const [wish, setWish] = useState<Wish>({ action: 'replace', field: 'mods.title', find: '', value: '', isPattern: false })
  const [asked, setAsked] = useState(wish)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wish), pause)
    return () => clearTimeout(timer)
  }, [wish])
  const set = (part: Partial<Wish>) => setWish(before => ({ ...before, ...part }))
  const [scope, setScope] = useState<Scope>(props.isWhole || nodes.length === 0 ? 'level' : 'chosen')
  const ids = nodes.map(({ id }) => id)
  const { datatype: _, ...conditions } = props.filter
  const whereOf = (): Pick<Schemas['TitlesChangeInput'], 'ids' | 'search'> => {
    if (scope === 'chosen' || !place) return { ids }
    const level: Partial<Search> = 'node' in place ? { parent: place.node } : { domain: place.domain, parent: 'none' }
    const below: Partial<Search> = 'node' in place ? { path: path ?? '' } : { domain: place.domain }
    return { search: { subdomains: 'false', deleted: 'false', ...conditions, ...(scope === 'level' ? level : below) } }
  }
  const where = whereOf()
  // as they are called now: the dry run has what they would be called
  const names = new Map(nodes.map(({ id, caption }) => [id, caption]))
  const send = (change: Change, dryRun: boolean) => taken(api.POST('/api/v1/titles/batch', { body: { ...where, changes: [change], dryRun } }))
  const change = changeOf(asked)
  const preview = useQuery({
    queryKey: ['preview', 'fields', where, change],
    enabled: change !== undefined,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async () => (await send(change as Change, true)) as Schemas['TitlesChanged'],
  })
  // only what was seen is stored
  const isSeen = asked === wish && change !== undefined && preview.isSuccess && !preview.isPlaceholderData
  const changed = isSeen ? preview.data.changed : 0
  const run = useMutation({
    mutationFn: () => send(change as Change, false),
    onSuccess: async answer => {
      const text = say('bulk.done', { count: changed })
      if ('job' in answer) watchJob(answer.job, text)
      else note({ batch: answer.batch ?? batchOf(answer), text })
      onClose()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['tree', 'titles', 'log'].includes(String(queryKey[0])) })
    },
  })
  const fault = run.error ?? (change === undefined ? undefined : preview.error)
  const items = change === undefined ? [] : (preview.data?.items ?? []).filter(item => item.changes.length > 0 || item.message !== null)
  return (
    <Dialog title={scope === 'chosen' ? say('bulk.title', { count: nodes.length }) : say('tree.fields')} isOpen isWide onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          if (changed > 0 && !run.isPending) run.mutate()
        }}
      >
        <div className={styles.said}>
          <Choice label={say('bulk.scope')} value={scope} onChange={event => setScope(event.target.value as Scope)}>
            {nodes.length > 0 && !props.isWhole ? <option value="chosen">{say('bulk.scope.chosen', { count: nodes.length })}</option> : null}
            <option value="level">{say('bulk.scope.level')}</option>
            {place && ('domain' in place || path) ? <option value="below">{say('bulk.scope.below')}</option> : null}
          </Choice>
          <Choice label={say('bulk.field')} value={wish.field} onChange={event => set({ field: event.target.value as Change['field'] })}>
            {fields.map(([field, text]) => (
              <option key={field} value={field}>
                {say(text)}
              </option>
            ))}
          </Choice>
          <Choice label={say('bulk.action')} value={wish.action} onChange={event => set({ action: event.target.value as Wish['action'] })}>
            {actions.map(action => (
              <option key={action} value={action}>
                {say(`bulk.action.${action}`)}
              </option>
            ))}
          </Choice>
          {wish.action === 'replace' ? <Field label={say('bulk.find')} value={wish.find} onChange={find => set({ find })} maxLength={1000} autoFocus /> : null}
          <Field
            label={say(wish.action === 'replace' ? 'bulk.with' : wish.action === 'set' ? 'bulk.value.set' : 'bulk.value')}
            value={wish.value}
            onChange={value => set({ value })}
            maxLength={10_000}
          />
          {wish.action === 'replace' ? (
            <label className={styles.pattern}>
              <input type="checkbox" checked={wish.isPattern} onChange={event => set({ isPattern: event.target.checked })} />
              {say('bulk.pattern')}
            </label>
          ) : null}
        </div>
        <p role="status" className={styles.count}>
          {isSeen ? say('bulk.count', { count: changed, all: preview.data.selected }) : change === undefined && asked === wish ? say('bulk.begin') : ''}
        </p>
        {fault ? <Fault error={fault} /> : null}
        <div className={styles.preview} tabIndex={0} role="group" aria-label={say('bulk.preview')}>
          {change !== undefined && preview.isPending ? <Skeleton lines={5} /> : null}
          <ul>
            {items.slice(0, shown).map(item => (
              <li key={item.id}>
                {item.changes.some(({ field, before }) => field === asked.field && before.join() === names.get(item.id)) ? null : (
                  <b dir="auto">{names.get(item.id) ?? `#${item.id}`}</b>
                )}
                {item.changes.filter(({ field }) => field === asked.field).map(({ field, before, after }) => (
                  <p key={field}>
                    <del dir="auto">{before.join(' · ') || '–'}</del> → <ins dir="auto">{after.join(' · ') || '–'}</ins>
                  </p>
                ))}
                {item.message === null ? null : <p className={styles.message}>{item.message}</p>}
              </li>
            ))}
          </ul>
          {items.length > shown ? <p className={styles.count}>{say('bulk.more', { count: items.length - shown })}</p> : null}
        </div>
        <DialogFoot onCancel={onClose}>
          <Button kind="primary" type="submit" isDisabled={isSeen && changed === 0} isBusy={run.isPending}>
            {say('bulk.go')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
