// Numbers for the chosen range; all labels are seen before one is set.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Schemas } from '../../shared/api.ts'
import { taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Choice, Fault, Field } from '../parts/controls.tsx'
import { useKeptFields } from '../parts/kept.ts'
import { useApi } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { asked, bracketedOf, countsNothing, hasSides, type Template, templateOf } from './numbering.ts'
import { type Kind, kindsQuery, type Page } from './queries.ts'
import { Templates, useTemplates } from './templates.tsx'
import styles from './pages.module.css'

type Input = Omit<Schemas['PaginateInput'], 'dryRun'>

/** From the first to the last of what is chosen. */
export interface Range {
  readonly ids: readonly number[]
  /** Those between that are not chosen */
  readonly between: readonly number[]
}

const noKinds: readonly Kind[] = []
/** What the fields begin with */
const empty = { kind: '', start: '1', prefix: '', step: '', side: 'r', isBracketed: false, between: '' }

/** Two columns on one image, two pages: kinds say by how much they count. */
const isStep = (text: string) => text === '' || /^-?\d{1,3}$/.test(text)

export function Paginate(props: {
  readonly id: number
  readonly range: Range
  /** Whether others are chosen by now than those whose numbers are seen here */
  readonly isBehind: () => boolean
  /** All pages of the title: what a template is made of */
  readonly pages: readonly Page[]
  readonly onPreview: (labels: ReadonlyMap<number, string>) => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { locale } = useFormats()
  const kinds = useQuery(kindsQuery(api)).data?.items ?? noKinds
  const templates = useTemplates<Template>('desk-paginations')
  const made = useMemo(() => templateOf('', props.pages, kinds), [props.pages, kinds])
  const { fields, set, forget } = useKeptFields(`paginate-${props.id}`, empty)
  const { kind, start, prefix, step, isBracketed, between } = fields
  const side = fields.side === 'v' ? 'v' : 'r'
  const template = templates.kept.find(({ name }) => `=${name}` === kind)
  const plain = kinds.find(({ id }) => String(id) === kind) ?? kinds[0]
  const bracketed = bracketedOf(kinds, plain)
  const chosen = isBracketed ? (bracketed ?? plain) : plain
  const isNumber = /^\d{1,6}$/.test(start)
  const { range } = props
  const count = range.ids.length
  const own = (): Input | undefined => {
    const [from, to] = [range.ids[0], range.ids.at(-1)]
    if (!chosen || from === undefined || to === undefined || !isNumber || !isStep(step)) return undefined
    return {
      from,
      to,
      type: chosen.id,
      start: Number(start),
      ...(step === '' ? {} : { step: Number(step) }),
      ...(hasSides(chosen) ? { side } : {}),
      ...(prefix === '' ? {} : { prefix }),
      others: between === '' || range.between.length === 0 ? [] : [{ pages: [...range.between], type: Number(between), start: 1 }],
    }
  }
  const wish = template ? asked(template, range.ids) : own()
  const ask = (body: Input, dryRun: boolean) =>
    taken(api.POST('/api/v1/titles/{id}/paginate', { params: { path: { id: props.id } }, body: { ...body, dryRun } }))
  const preview = useQuery({
    queryKey: ['paginate', props.id, wish],
    enabled: wish !== undefined,
    gcTime: 0,
    queryFn: () => ask(wish as Input, true),
  })
  const { onPreview } = props
  useEffect(() => {
    onPreview(new Map(preview.data?.items.map(({ id, label, after }) => [id, label ?? after])))
    return () => onPreview(new Map())
  }, [preview.data, onPreview])
  const run = useMutation({
    mutationFn: () => ask(wish as Input, false),
    onSuccess: async answer => {
      forget()
      note({ batch: answer.batch ?? undefined, text: say('paginate.done', { count: answer.items.length }) })
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['pages', 'tree', 'titles', 'paginate'].includes(String(queryKey[0])) })
    },
  })
  const labels = preview.data?.items.map(({ label, after }) => label ?? after) ?? []
  const nameOf = (each: Kind) => (locale === 'de' ? each.de : each.en)
  return (
    <form
      className={styles.panel}
      onSubmit={event => {
        event.preventDefault()
        if (preview.isSuccess && !props.isBehind()) run.mutate()
      }}
    >
      <h2>{say('paginate.title', { count })}</h2>
      <Choice label={say('paginate.kind')} value={kind || String(plain?.id ?? '')} onChange={event => set({ kind: event.target.value })}>
        {kinds.map(each => (
          <option key={each.id} value={each.id}>
            {nameOf(each)}
          </option>
        ))}
        {templates.kept.length > 0 ? (
          <optgroup label={say('template.all')}>
            {templates.kept.map(({ name }) => (
              <option key={name} value={`=${name}`}>
                {name}
              </option>
            ))}
          </optgroup>
        ) : null}
      </Choice>
      {template ? null : (
        <>
          <div className={styles.two}>
            <Field
              label={say('paginate.start')}
              value={start}
              inputMode="numeric"
              onChange={text => set({ start: text })}
              {...(isNumber ? {} : { fault: say('paginate.start.fault') })}
            />
            <Field label={say('paginate.prefix')} value={prefix} onChange={text => set({ prefix: text })} maxLength={60} />
          </div>
          <div className={styles.two}>
            <Field
              label={say('paginate.step')}
              value={step}
              placeholder={String(chosen?.step ?? 1)}
              onChange={text => set({ step: text })}
              {...(isStep(step) ? {} : { fault: say('paginate.start.fault') })}
            />
            {chosen && hasSides(chosen) ? (
              <Choice label={say('paginate.side')} value={side} onChange={event => set({ side: event.target.value })}>
                <option value="r">{say('paginate.side.r')}</option>
                <option value="v">{say('paginate.side.v')}</option>
              </Choice>
            ) : null}
          </div>
          {bracketed ? (
            <label className={styles.tick}>
              <input type="checkbox" checked={isBracketed} onChange={event => set({ isBracketed: event.target.checked })} />
              {say('paginate.brackets')}
            </label>
          ) : null}
          {range.between.length > 0 ? (
            <Choice label={say('paginate.between', { count: range.between.length })} value={between} onChange={event => set({ between: event.target.value })}>
              <option value="">{say('paginate.between.counted')}</option>
              {[...kinds.filter(countsNothing), ...kinds.filter(each => !countsNothing(each) && each.id !== chosen?.id)].map(each => (
                <option key={each.id} value={each.id}>
                  {nameOf(each)}
                </option>
              ))}
            </Choice>
          ) : null}
        </>
      )}
      <p className={styles.soft} aria-live="polite">
        {template && !wish
          ? say('template.short')
          : labels.length < 8
            ? labels.join(' · ')
            : `${labels.slice(0, 4).join(' · ')} … ${labels.slice(-2).join(' · ')}`}
      </p>
      {preview.error ? <Fault error={preview.error} /> : run.error ? <Fault error={run.error} /> : null}
      <Button kind="primary" type="submit" isDisabled={wish === undefined} isBusy={run.isPending}>
        {say('paginate.go')}
      </Button>
      <Templates templates={templates} made={made} keep={say('paginate.template.keep')} chosen={template} onGone={() => set({ kind: '' })} />
    </form>
  )
}
