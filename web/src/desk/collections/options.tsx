// Options of a collection: what holds, whose value that is, and its own in the place of it.
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Choice, Fault, Field, Skeleton } from '../parts/controls.tsx'
import { useKeptForm } from '../parts/kept.ts'
import { useApi, useMay } from '../session/session.ts'
import { type DeskKey, useSay } from '../texts.ts'
import { Kept, StoreFoot } from './foot.tsx'
import { type Config, configQuery, type Domain, faultAt, isStale, type Option, useDone } from './queries.ts'
import styles from './collections.module.css'

export const shownValue = (value: Option['value']): string => (Array.isArray(value) ? value.join(', ') : String(value))

function useWords() {
  const say = useSay()
  const originOf = (from: Option['from'], origin: string): string =>
    say(`options.from.${from.kind}`, { domain: from.domain ?? '', origin })
  /** Words of ours; an option that has none is shown by its key and what the service says of it. */
  const said = (key: string, otherwise: string): string => {
    const words = say(key as DeskKey)
    return words === key ? otherwise : words
  }
  return {
    nameOf: (key: string) => said(`option.${key}`, key),
    aboutOf: ({ key, about }: Option) => said(`option.${key}.about`, about),
    sectionOf: (section: string) => said(`options.${section}`, section),
    originOf,
    valueOf: (option: Pick<Option, 'kind'>, value: Option['value']): string => {
      const text = shownValue(value)
      return text === '' ? say('options.empty') : option.kind === 'option' && ['true', 'false'].includes(text) ? say(`options.${text}` as DeskKey) : text
    },
  }
}

function OneOption(props: { readonly option: Option; readonly begin: string; readonly isReadOnly: boolean; readonly fault: string | undefined }) {
  const { option } = props
  const say = useSay()
  const words = useWords()
  const id = `options-${option.key.replace(/\W/g, '-')}`
  const holds = say('options.holds', { value: words.valueOf(option, option.value), origin: words.originOf(option.from, option.origin) })
  const inherited = say('options.inherit', { value: words.valueOf(option, option.inherited.value) })
  return (
    <div className={styles.option}>
      {option.kind === 'option' ? (
        <>
          <Choice label={words.nameOf(option.key)} name={option.key} defaultValue={props.begin} disabled={props.isReadOnly} aria-describedby={id}>
            <option value="">{inherited}</option>
            {option.choices.map(each => (
              <option key={each} value={each}>
                {words.valueOf(option, each)}
              </option>
            ))}
          </Choice>
          {props.fault ? <small className={styles.bad}>{props.fault}</small> : null}
        </>
      ) : (
        <Field
          label={words.nameOf(option.key)}
          name={option.key}
          defaultValue={props.begin}
          placeholder={shownValue(option.inherited.value)}
          isReadOnly={props.isReadOnly}
          fault={props.fault}
        />
      )}
      <small id={id}>
        {words.aboutOf(option)}
        <span className={option.own === null ? styles.origin : styles.ownOrigin}>{holds}</span>
      </small>
    </div>
  )
}

function Form({ domain, read, onStored }: { readonly domain: Domain; readonly read: { readonly config: Config; readonly etag: string }; readonly onStored: () => void }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const done = useDone()
  const words = useWords()
  const [base] = useState(read.config)
  const kept = useKeptForm(`options-${domain.id}`)
  const { options } = read.config
  const store = useMutation({
    mutationFn: (form: FormData) => {
      const body: Record<string, string | null> = {}
      for (const { key, own } of base.options) {
        const given = String(form.get(key) ?? '').trim()
        if (given !== (own ?? '')) body[key] = given === '' ? null : given
      }
      return taken(
        api.PATCH('/api/v1/domains/{domain}/config', { params: { path: { domain: domain.name }, header: { 'If-Match': read.etag } as never }, body }),
      )
    },
    onSuccess: async () => {
      kept.drop()
      await done(say('options.stored', { name: domain.caption }))
      onStored()
    },
    onError: async error => {
      if (isStale(error)) await done(say('collections.stale'))
    },
  })
  const isReadOnly = !may('domain:write')
  const fault = (key: string) => faultAt(store.error, key)
  const isShown = options.some(({ key }) => fault(key) !== undefined)
  const groups = [...new Set(options.map(({ key }) => key.split('.')[0] as string))]
  return (
    <form
      className={styles.form}
      ref={kept.begin}
      onChange={event => (isReadOnly ? undefined : kept.keep(event.currentTarget))}
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault()
        store.mutate(new FormData(event.currentTarget))
      }}
    >
      {kept.isKept && !isReadOnly ? (
        <Kept
          onDrop={() => {
            kept.drop()
            onStored()
          }}
        />
      ) : null}
      <p className={styles.quiet}>{say('options.lead')}</p>
      {groups.map(group => (
        <fieldset key={group} className={styles.group}>
          <legend>{words.sectionOf(group)}</legend>
          {options
            .filter(({ key }) => key.startsWith(`${group}.`))
            .map(option => (
              <OneOption key={option.key} option={option} begin={kept.of(option.key, option.own ?? '')} isReadOnly={isReadOnly} fault={fault(option.key)} />
            ))}
        </fieldset>
      ))}
      <StoreFoot error={store.error} isShown={isShown} isReadOnly={isReadOnly} isBusy={store.isPending} />
    </form>
  )
}

export function Options({ domain }: { readonly domain: Domain }) {
  const say = useSay()
  const { data, error, refetch } = useQuery(configQuery(useApi(), domain.name))
  const [round, setRound] = useState(0)
  if (error) return <Fault error={error} again={say('again')} onAgain={() => void refetch()} />
  if (!data) return <Skeleton lines={12} />
  return <Form key={round} domain={domain} read={data} onStored={() => setRound(round + 1)} />
}
