// A reader says what is wrong: its kind, some words, where it helps the part of the page. It needs no account; what was typed stays when it could not be sent.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { type FormEvent, useId, useState } from 'react'
import { useAddress } from '../../app/room.tsx'
import { ApiProblem, sessionHeaders, taken } from '../api.ts'
import { useFormats, useText } from '../text.ts'
import { type ImageSize, middleOf, type Region, RegionFrame } from './region.tsx'
import styles from './fault.module.css'

export interface FaultPlace {
  /** The page, or the title itself */
  readonly id: number
  readonly name: string
  /** Of a page whose whole image is shown, so that a part can be marked */
  readonly image?: ImageSize | undefined
}

/** @param places what it may be about: one, or the pages of an opening */
export function FaultForm({ places }: { readonly places: readonly FaultPlace[] }) {
  const say = useText()
  const at = useAddress()
  const { typeName } = useFormats()
  const { api } = useRouteContext({ from: '__root__' })
  const [chosen, setChosen] = useState<number>()
  const [text, setText] = useState('')
  const [marked, setMarked] = useState<{ readonly id: number; readonly region: Region }>()
  const [isThanked, setThanked] = useState(false)
  const headingId = useId()
  const place = places.find(({ id }) => id === chosen) ?? places[0]
  const region = marked && marked.id === place?.id ? marked.region : null
  const form = useQuery({
    queryKey: ['faults', place?.id],
    enabled: place !== undefined,
    queryFn: () => taken(api.GET('/api/v1/tree/{id}/faults', { params: { path: { id: place?.id ?? 0 } } })),
  })
  const send = useMutation({
    mutationFn: async (data: FormData) => {
      const word = (name: string) => String(data.get(name) ?? '').trim()
      return taken(
        api.POST('/api/v1/tree/{id}/faults', {
          params: { path: { id: place?.id ?? 0 } },
          headers: await sessionHeaders(api),
          body: { kind: word('kind'), text: text.trim(), region, website: word('website'), ...(word('email') === '' ? {} : { email: word('email') }) },
        }),
      )
    },
    onSuccess: () => {
      setThanked(true)
      setText('')
      setMarked(undefined)
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!send.isPending && text.trim() !== '') send.mutate(new FormData(event.currentTarget))
  }
  if (!place) return null
  if (isThanked)
    return (
      <div className={styles.fault}>
        <p role="status" className={styles.thanks}>
          {say('fault.thanks')}
        </p>
        <button type="button" autoFocus onClick={() => setThanked(false)}>
          {say('fault.another')}
        </button>
      </div>
    )
  const problem = send.error ?? form.error
  if (form.data?.isOpen === false) return <p>{say('fault.closed')}</p>
  const longest = form.data?.longest ?? 1000
  const left = longest - text.length
  return (
    <form className={styles.fault} onSubmit={submit} aria-labelledby={headingId}>
      <p id={headingId} className={styles.lead}>
        {say('fault.lead')}
      </p>
      {places.length > 1 ? (
        <fieldset className={styles.places}>
          <legend>{say('fault.where')}</legend>
          {places.map(({ id, name }) => (
            <label key={id}>
              <input type="radio" name="place" checked={id === place.id} onChange={() => setChosen(id)} /> {name}
            </label>
          ))}
        </fieldset>
      ) : (
        <p className={styles.about} dir="auto">
          {say('fault.about', { what: place.name })}
        </p>
      )}
      <label>
        {say('fault.kind')}
        <select name="kind" required>
          {form.data?.kinds.map(kind => (
            <option key={kind.name} value={kind.name}>
              {typeName(kind)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say('fault.text')}
        <textarea name="text" required rows={4} maxLength={longest} value={text} onChange={event => setText(event.target.value)} />
      </label>
      {left < 100 ? <small>{say('fault.left', { count: left })}</small> : null}
      {place.image ? (
        <div className={styles.region}>
          {region ? (
            <RegionFrame image={place.image} region={region} label={say('fault.region')} onRegion={next => setMarked(next ? { id: place.id, region: next } : undefined)}>
              <img src={at(`/download/webcache/1000/${place.id}`)} alt="" draggable={false} />
            </RegionFrame>
          ) : null}
          {region ? <small>{say('fault.region')}</small> : null}
          <button type="button" onClick={() => setMarked(region || !place.image ? undefined : { id: place.id, region: middleOf(place.image) })}>
            {say(region ? 'fault.region.whole' : 'fault.region.mark')}
          </button>
        </div>
      ) : null}
      <label>
        {say('fault.email')}
        <input type="email" name="email" maxLength={250} autoComplete="email" />
      </label>
      <small>{say('fault.email.why')}</small>
      <label className={styles.trap} aria-hidden="true">
        {say('fault.website')}
        <input name="website" tabIndex={-1} autoComplete="off" />
      </label>
      {problem ? <p role="alert">{told(say, problem)}</p> : null}
      <button type="submit" className={styles.go} aria-disabled={send.isPending}>
        {say('fault.go')}
      </button>
    </form>
  )
}

function told(say: ReturnType<typeof useText>, problem: Error): string {
  if (!(problem instanceof ApiProblem)) return say('fault.failed', { reason: problem.message })
  if (problem.status === 0) return say('fault.offline')
  if (problem.status === 429) return say('fault.often')
  return problem.status === 409 ? say('fault.closed') : say('fault.failed', { reason: problem.message })
}
