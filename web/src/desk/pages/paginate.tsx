// Numbers for the chosen range; all labels are seen before one is set.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Schemas } from '../../shared/api.ts'
import { taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Choice, Fault, Field } from '../parts/controls.tsx'
import { useApi } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { kindsQuery } from './queries.ts'
import styles from './pages.module.css'

type Input = Schemas['PaginateInput']

export function Paginate(props: {
  readonly id: number
  /** First and last of what is chosen, and how many pages lie between */
  readonly range: { readonly from: number; readonly to: number; readonly count: number }
  readonly onPreview: (labels: ReadonlyMap<number, string>) => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { locale } = useFormats()
  const kinds = useQuery(kindsQuery(api))
  const [kind, setKind] = useState<number>()
  const [start, setStart] = useState('1')
  const [prefix, setPrefix] = useState('')
  const chosen = kinds.data?.items.find(({ id }) => id === kind) ?? kinds.data?.items[0]
  const isNumber = /^\d{1,6}$/.test(start)
  const { from, to, count } = props.range
  const bodyOf = (dryRun: boolean): Input => ({
    from,
    to,
    ...(chosen ? { type: chosen.id } : {}),
    start: Number(start),
    ...(prefix === '' ? {} : { prefix }),
    others: [],
    dryRun,
  })
  const ask = (dryRun: boolean) =>
    taken(api.POST('/api/v1/titles/{id}/paginate', { params: { path: { id: props.id } }, body: bodyOf(dryRun) }))
  const preview = useQuery({
    queryKey: ['paginate', props.id, from, to, chosen?.id, start, prefix],
    enabled: chosen !== undefined && isNumber,
    gcTime: 0,
    queryFn: () => ask(true),
  })
  const { onPreview } = props
  useEffect(() => {
    onPreview(new Map(preview.data?.items.map(({ id, label, after }) => [id, label ?? after])))
    return () => onPreview(new Map())
  }, [preview.data, onPreview])
  const run = useMutation({
    mutationFn: () => ask(false),
    onSuccess: async answer => {
      note({ batch: answer.batch ?? undefined, text: say('paginate.done', { count: answer.items.length }) })
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['pages', 'tree', 'titles', 'paginate'].includes(String(queryKey[0])) })
    },
  })
  const labels = preview.data?.items.map(({ label, after }) => label ?? after) ?? []
  return (
    <form
      className={styles.panel}
      onSubmit={event => {
        event.preventDefault()
        if (preview.isSuccess) run.mutate()
      }}
    >
      <h2>{say('paginate.title', { count })}</h2>
      <Choice label={say('paginate.kind')} value={chosen?.id ?? ''} onChange={event => setKind(Number(event.target.value))}>
          {kinds.data?.items.map(each => (
            <option key={each.id} value={each.id}>
              {locale === 'de' ? each.de : each.en}
            </option>
          ))}
        </Choice>
      <div className={styles.two}>
        <Field
          label={say('paginate.start')}
          value={start}
          inputMode="numeric"
          onChange={setStart}
          {...(isNumber ? {} : { fault: say('paginate.start.fault') })}
        />
        <Field label={say('paginate.prefix')} value={prefix} onChange={setPrefix} maxLength={60} />
      </div>
      <p className={styles.soft} aria-live="polite">
        {labels.length === 0 ? '' : labels.length < 8 ? labels.join(' · ') : `${labels.slice(0, 4).join(' · ')} … ${labels.slice(-2).join(' · ')}`}
      </p>
      {preview.error ? <Fault error={preview.error} /> : run.error ? <Fault error={run.error} /> : null}
      <Button kind="primary" type="submit" isDisabled={!isNumber} isBusy={run.isPending}>
        {say('paginate.go')}
      </Button>
    </form>
  )
}
