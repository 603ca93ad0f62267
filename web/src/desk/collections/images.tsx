// Watermark and footer of a collection, beside a page as it would look with them.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { useInstallation } from '../../app/room.tsx'
import { ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { Choice, Fault, Field } from '../parts/controls.tsx'
import { credentialHeaders, useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { StoreFoot } from './foot.tsx'
import { type Domain, isStale, patchDomain, picturesQuery, useDone } from './queries.ts'
import styles from './collections.module.css'

const positions = ['southeast', 'southwest', 'northeast', 'northwest', 'centre'] as const
type Watermark = Schemas['WatermarkInput']

interface Marks {
  readonly kind: 'inherited' | 'text' | 'picture'
  readonly text: string
  readonly picture: string
  readonly position: (typeof positions)[number]
  /** Percent */
  readonly opacity: number
  readonly scale: number
  readonly byRight: boolean
  readonly footer: string
  readonly fromWidth: string
}

const marksOf = ({ watermark, imageFooter }: Domain): Marks => ({
  kind: !watermark ? 'inherited' : watermark.text === undefined ? 'picture' : 'text',
  text: watermark?.text ?? '',
  picture: watermark?.picture ?? '',
  position: watermark?.position ?? 'southeast',
  opacity: Math.round((watermark?.opacity ?? 0.4) * 100),
  scale: Math.round((watermark?.scale ?? 0.25) * 100),
  byRight: watermark?.byRight ?? false,
  footer: imageFooter?.picture ?? '',
  fromWidth: imageFooter?.fromWidth ? String(imageFooter.fromWidth) : '',
})

function bodyOf(marks: Marks) {
  const more = { position: marks.position, opacity: marks.opacity / 100, scale: marks.scale / 100, byRight: marks.byRight }
  const watermark: Watermark | null =
    marks.kind === 'text' && marks.text.trim() !== ''
      ? { text: marks.text.trim(), ...more }
      : marks.kind === 'picture' && marks.picture !== ''
        ? { picture: marks.picture, ...more }
        : null
  const fromWidth = Number(marks.fromWidth)
  return { watermark, imageFooter: marks.footer === '' ? null : { picture: marks.footer, ...(fromWidth > 0 ? { fromWidth } : {}) } }
}

/** Typing is over after this. */
const pauseMs = 500

function Preview({ domain, body }: { readonly domain: Domain; readonly body: ReturnType<typeof bodyOf> }) {
  const say = useSay()
  const api = useApi()
  const wanted = JSON.stringify(body)
  const [asked, setAsked] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), pauseMs)
    return () => clearTimeout(timer)
  }, [wanted])
  const { data, error, isFetching } = useQuery({
    queryKey: ['domains', 'preview', domain.name, domain.meta.version, asked],
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
    placeholderData: before => before,
    queryFn: async () =>
      (await taken(
        api.POST('/api/v1/domains/{domain}/preview', {
          params: { path: { domain: domain.name } },
          body: { ...(JSON.parse(asked) as typeof body), width: 900 },
          parseAs: 'blob',
        }),
      )) as unknown as Blob,
  })
  const [source, setSource] = useState<string>()
  useEffect(() => {
    if (!data) return undefined
    const url = URL.createObjectURL(data)
    setSource(url)
    return () => URL.revokeObjectURL(url)
  }, [data])
  return (
    <figure className={styles.preview} aria-busy={isFetching || asked !== wanted}>
      {source ? <img src={source} alt={say('marks.preview.alt')} className={isFetching ? styles.old : ''} /> : <div className={styles.sheet} />}
      <figcaption>{say('marks.preview')}</figcaption>
      {error ? <Fault error={error} /> : null}
    </figure>
  )
}

function Upload({ domain, onDone }: { readonly domain: Domain; readonly onDone: (name: string) => void }) {
  const say = useSay()
  const queries = useQueryClient()
  const { prefix } = useInstallation()
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const name = file.name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '').slice(-118)
      const answer = await fetch(`${prefix}/api/v1/domains/${domain.name}/pictures/${encodeURIComponent(name)}`, {
        method: 'PUT',
        headers: { ...credentialHeaders(), 'content-type': file.type || 'application/octet-stream' },
        body: file,
      }).catch(() => {
        throw new ApiProblem(0, 'offline')
      })
      if (!answer.ok) {
        const problem = (await answer.json()) as Schemas['Problem']
        throw new ApiProblem(answer.status, problem.title, problem.detail)
      }
      return name
    },
    onSuccess: async name => {
      await queries.invalidateQueries({ queryKey: ['domains', 'pictures', domain.name] })
      onDone(name)
    },
  })
  return (
    <div className={styles.area}>
      <label htmlFor="marks-upload">{say('marks.upload')}</label>
      <input
        id="marks-upload"
        type="file"
        accept="image/png,image/jpeg,image/webp"
        onChange={event => {
          const file = event.target.files?.[0]
          if (file) upload.mutate(file)
          event.target.value = ''
        }}
      />
      <small>{say('marks.upload.about')}</small>
      {upload.error ? <Fault error={upload.error} /> : null}
    </div>
  )
}

function Form({ domain, onStored }: { readonly domain: Domain; readonly onStored: () => void }) {
  const say = useSay()
  const api = useApi()
  const done = useDone()
  const isReadOnly = !useMay()('domain:write')
  const [marks, setMarks] = useState(() => marksOf(domain))
  const set = (part: Partial<Marks>) => setMarks(before => ({ ...before, ...part }))
  const pictures = useQuery(picturesQuery(api, domain.name)).data ?? []
  const body = bodyOf(marks)
  const store = useMutation({
    mutationFn: () => patchDomain(api, { name: domain.name, version: domain.meta.version as number }, body),
    onSuccess: async () => {
      await done(say('marks.stored', { name: domain.caption }))
      onStored()
    },
    onError: async error => {
      if (isStale(error)) await done(say('collections.stale'))
    },
  })
  const pictureOptions = (chosen: string) =>
    [...new Set([...pictures.map(({ name }) => name), ...(chosen ? [chosen] : [])])].map(name => <option key={name}>{name}</option>)
  const share = (name: 'opacity' | 'scale') => (
    <label className={styles.range}>
      <span>
        {say(`marks.${name}`)} <output>{marks[name]} %</output>
      </span>
      <input type="range" min={2} max={100} value={marks[name]} disabled={isReadOnly} onChange={event => set({ [name]: Number(event.target.value) })} />
    </label>
  )
  return (
    <div className={styles.marks}>
      <form
        className={styles.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          store.mutate()
        }}
      >
        <fieldset className={styles.group}>
          <legend>{say('marks.watermark')}</legend>
          <Choice label={say('marks.kind')} value={marks.kind} disabled={isReadOnly} onChange={event => set({ kind: event.target.value as Marks['kind'] })}>
            <option value="inherited">{say('marks.inherited')}</option>
            <option value="text">{say('marks.text')}</option>
            <option value="picture">{say('marks.picture')}</option>
          </Choice>
          {marks.kind === 'text' ? (
            <Field label={say('marks.words')} value={marks.text} onChange={text => set({ text })} isReadOnly={isReadOnly} isRequired maxLength={200} />
          ) : null}
          {marks.kind === 'picture' ? (
            <Choice label={say('marks.file')} value={marks.picture} disabled={isReadOnly} required onChange={event => set({ picture: event.target.value })}>
              <option value="">{say('marks.file.choose')}</option>
              {pictureOptions(marks.picture)}
            </Choice>
          ) : null}
          {marks.kind === 'inherited' ? null : (
            <>
              <Choice label={say('marks.position')} value={marks.position} disabled={isReadOnly} onChange={event => set({ position: event.target.value as Marks['position'] })}>
                {positions.map(each => (
                  <option key={each} value={each}>
                    {say(`marks.position.${each}`)}
                  </option>
                ))}
              </Choice>
              {share('opacity')}
              {share('scale')}
              <div className={styles.checks}>
                <label>
                  <input type="checkbox" checked={marks.byRight} disabled={isReadOnly} onChange={event => set({ byRight: event.target.checked })} />
                  <span>{say('marks.byRight')}</span>
                </label>
              </div>
              <p className={styles.quiet}>{say('marks.byRight.about')}</p>
            </>
          )}
        </fieldset>
        <fieldset className={styles.group}>
          <legend>{say('marks.footer')}</legend>
          <p className={styles.quiet}>{say('marks.footer.about')}</p>
          <Choice label={say('marks.file')} value={marks.footer} disabled={isReadOnly} onChange={event => set({ footer: event.target.value })}>
            <option value="">{say('marks.inherited')}</option>
            {pictureOptions(marks.footer)}
          </Choice>
          {marks.footer === '' ? null : (
            <Field
              label={say('marks.fromWidth')}
              type="number"
              description={say('marks.fromWidth.about')}
              value={marks.fromWidth}
              onChange={fromWidth => set({ fromWidth })}
              isReadOnly={isReadOnly}
            />
          )}
        </fieldset>
        {isReadOnly ? null : <Upload domain={domain} onDone={name => (marks.kind === 'picture' && marks.picture === '' ? set({ picture: name }) : undefined)} />}
        <StoreFoot error={store.error} isReadOnly={isReadOnly} isBusy={store.isPending} />
      </form>
      {isReadOnly ? null : <Preview domain={domain} body={body} />}
    </div>
  )
}

export function Images({ domain }: { readonly domain: Domain }) {
  const [round, setRound] = useState(0)
  return <Form key={round} domain={domain} onStored={() => setRound(round + 1)} />
}
