// The record as its catalogue has it now, beside this one: fields of it are taken, or all of it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiProblem, taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field, Skeleton } from '../parts/controls.tsx'
import { useApi, useMay } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { type DeskKey, useSay } from '../texts.ts'
import styles from './title.module.css'

interface Where {
  readonly catalogue?: string
  readonly identifier?: string
}

const named = new Set(['titleInfo', 'name', 'typeOfResource', 'genre', 'originInfo', 'language', 'physicalDescription', 'abstract', 'tableOfContents',
  'note', 'subject', 'classification', 'relatedItem', 'identifier', 'location', 'accessCondition', 'part', 'recordInfo'])

/** Another catalogue, or another record there, than the title came from. */
function Elsewhere({ where, onLook }: { readonly where: Where; readonly onLook: (where: Where) => void }) {
  const say = useSay()
  const api = useApi()
  const canList = useMay()('import')
  const catalogues = useQuery({
    queryKey: ['catalogues'],
    enabled: canList,
    queryFn: async () => (await taken(api.GET('/api/v1/catalogues'))).items,
  }).data
  return (
    <form
      className={styles.elsewhere}
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const text = (name: string) => String(form.get(name) ?? '').trim()
        onLook({ ...(text('catalogue') ? { catalogue: text('catalogue') } : {}), ...(text('identifier') ? { identifier: text('identifier') } : {}) })
      }}
    >
      {catalogues ? (
        <Choice label={say('catalogue.where')} name="catalogue" defaultValue={where.catalogue ?? ''}>
          <option value="">{say('catalogue.own')}</option>
          {catalogues.map(({ name, caption }) => (
            <option key={name} value={name}>
              {caption}
            </option>
          ))}
        </Choice>
      ) : (
        <Field label={say('catalogue.where')} name="catalogue" placeholder={say('catalogue.own')} defaultValue={where.catalogue ?? ''} />
      )}
      <Field label={say('catalogue.identifier')} name="identifier" defaultValue={where.identifier ?? ''} />
      <Button type="submit">{say('catalogue.look')}</Button>
    </form>
  )
}

export function Catalogue(props: {
  readonly id: number
  /** What was read: what is taken is stored over nothing else */
  readonly etag: string
  readonly onTaken: () => void
  readonly onClose: () => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { id } = props
  const [where, setWhere] = useState<Where>({})
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const asked = useQuery({
    queryKey: ['titles', 'catalogue', id, where],
    gcTime: 0,
    retry: false,
    queryFn: () => taken(api.GET('/api/v1/titles/{id}/catalogue', { params: { path: { id }, query: where } })),
  })
  const found = asked.data
  const differences = found?.differences ?? []
  const wanted = differences.map(({ field }) => field).filter(field => !left.has(field))
  const take = useMutation({
    mutationFn: (fields: readonly string[] | undefined) =>
      taken(
        api.POST('/api/v1/titles/{id}/catalogue', {
          params: { path: { id }, header: { 'if-match': props.etag } as never },
          body: { ...where, checksum: found?.checksum ?? '', ...(fields ? { fields: [...fields] } : {}) },
        }),
      ),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('catalogue.taken', { count: answer.fields.length }) })
      props.onTaken()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['titles', 'tree', 'log'].includes(String(queryKey[0])) && queryKey[1] !== 'mods' })
    },
    // what is there now is looked at before it is taken
    onError: error => (error instanceof ApiProblem && error.status === 409 ? asked.refetch() : undefined),
  })
  const fieldName = (field: string) => (named.has(field) ? say(`mods.${field}` as DeskKey) : field)
  return (
    <Dialog title={say('catalogue.title')} isOpen isWide onClose={props.onClose}>
      {found ? <p className={styles.soft}>{say('catalogue.found', { catalogue: found.catalogue, identifier: found.identifier })}</p> : null}
      {asked.isFetching ? (
        <Skeleton lines={4} />
      ) : asked.error ? (
        <Fault error={asked.error} />
      ) : differences.length === 0 ? (
        <p role="status">{say('catalogue.same')}</p>
      ) : (
        <ul className={styles.merge}>
          {differences.map(({ field, here, there }, at) => (
            <li key={field}>
              <label className={styles.difference}>
                <input
                  type="checkbox"
                  autoFocus={at === 0}
                  checked={!left.has(field)}
                  onChange={event => setLeft(before => new Set(event.target.checked ? [...before].filter(each => each !== field) : [...before, field]))}
                />
                <b>{fieldName(field)}</b>
                <span>
                  <small>{say('catalogue.here')}</small> <del dir="auto">{here.join(' · ') || '–'}</del>
                </span>
                <span>
                  <small>{say('catalogue.there')}</small> <ins dir="auto">{there.join(' · ') || '–'}</ins>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {found && found.byHand.length > 0 ? <p className={styles.soft}>{say('catalogue.byHand', { fields: found.byHand.join(', ') })}</p> : null}
      {take.error ? <Fault error={take.error} /> : null}
      <Elsewhere
        where={where}
        onLook={next => {
          setLeft(new Set())
          take.reset()
          setWhere(next)
        }}
      />
      <DialogFoot onCancel={props.onClose}>
        <Button isDisabled={!found || (differences.length === 0 && !found.isEdited)} onPress={() => take.mutate(undefined)}>
          {say('catalogue.all')}
        </Button>
        <Button kind="primary" isDisabled={wanted.length === 0} isBusy={take.isPending} onPress={() => take.mutate(wanted)}>
          {say('catalogue.take', { count: wanted.length })}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
