// What a collection is called and what is said of it; its place, and its end.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { useKeptForm } from '../parts/kept.ts'
import { useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { MoveCollection } from './new.tsx'
import { Kept, StoreFoot } from './foot.tsx'
import { collectionsQuery, configQuery, type Domain, faultAt, isStale, patchDomain, useDone } from './queries.ts'
import { TextArea } from './text-field.tsx'
import styles from './collections.module.css'

const languages = ['de', 'en'] as const
const plain = ['caption', 'name', 'shortName', 'reference', 'contact', 'comment'] as const
const needed: readonly string[] = ['caption', 'name']

type Patch = Schemas['DomainPatchInput']

/** Languages that the form does not show stay as they are. */
function inLanguages(before: Readonly<Record<string, string>> | null | undefined, given: (language: string) => string): Record<string, string> | null {
  const next: Record<string, string> = { ...before }
  for (const language of languages) {
    if (given(language) === '') delete next[language]
    else next[language] = given(language)
  }
  return Object.keys(next).length === 0 ? null : next
}

const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) !== JSON.stringify(b ?? null)

/** What somebody changed of what they read, and nothing else. */
function patchOf(base: Domain, form: FormData): Patch {
  const text = (field: string) => String(form.get(field) ?? '').trim()
  const patch: Record<string, unknown> = {}
  const put = (field: keyof Patch, value: unknown) => {
    if (differs(value, base[field as keyof Domain])) patch[field] = value
  }
  for (const field of plain) put(field, text(field) === '' && !needed.includes(field) ? null : text(field))
  put('type', text('type') || null)
  put('captions', inLanguages(base.captions, language => text(`captions.${language}`)))
  put('description', inLanguages(base.description, language => text(`description.${language}`)))
  return patch as Patch
}

function RemoveDialog({ domain, onClose }: { readonly domain: Domain; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const done = useDone()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () =>
      taken(
        api.DELETE('/api/v1/domains/{domain}', {
          params: { path: { domain: domain.name }, header: { 'If-Match': `"${domain.meta.version}"` } as never },
        }),
      ),
    onSuccess: async () => {
      await navigate({ to: '/desk/collections', search: {} })
      await done(say('collections.removed', { name: domain.caption }))
    },
  })
  return (
    <Dialog title={say('collections.remove')} isOpen onClose={onClose}>
      <p>{say('collections.remove.text', { name: domain.caption })}</p>
      {remove.error ? <Fault error={remove.error} /> : null}
      <DialogFoot onCancel={onClose}>
        <Button kind="danger" autoFocus isBusy={remove.isPending} onPress={() => remove.mutate()}>
          {say('collections.remove')}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}

function Form({ domain, onStored }: { readonly domain: Domain; readonly onStored: () => void }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const done = useDone()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const isReadOnly = !may('domain:write')
  // what was read when the form was opened: what is sent is what differs from it, also after somebody else was faster
  const [base] = useState(domain)
  const kept = useKeptForm(`collection-${domain.id}`)
  const presets = useQuery(configQuery(api, domain.name)).data?.config.presets ?? []
  const store = useMutation({
    mutationFn: (body: Patch) => patchDomain(api, { name: base.name, version: domain.meta.version as number }, body),
    onSuccess: async stored => {
      kept.drop()
      if (stored.name !== base.name) await navigate({ to: '/desk/collections', search: { name: stored.name } })
      await done(say('collections.stored', { name: stored.caption }))
      onStored()
    },
    onError: async error => {
      if (isStale(error)) await queries.invalidateQueries({ queryKey: collectionsQuery(api).queryKey })
    },
  })
  const fault = (member: string) => faultAt(store.error, member)
  const isShown = [...plain, 'type', 'captions', 'description'].some(member => fault(member) !== undefined)
  return (
    <form
      className={styles.form}
      ref={kept.begin}
      onChange={event => (isReadOnly ? undefined : kept.keep(event.currentTarget))}
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault()
        store.mutate(patchOf(base, new FormData(event.currentTarget)))
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
      <Field label={say('collections.caption')} name="caption" defaultValue={kept.of('caption', base.caption)} isRequired isReadOnly={isReadOnly} maxLength={500} fault={fault('caption')} />
      <div className={styles.pair}>
        {languages.map(language => (
          <Field
            key={language}
            label={say(`collections.captionIn.${language}`)}
            name={`captions.${language}`}
            defaultValue={kept.of(`captions.${language}`, base.captions?.[language] ?? '')}
            isReadOnly={isReadOnly}
            fault={language === 'de' ? fault('captions') : undefined}
          />
        ))}
      </div>
      <div className={styles.pair}>
        <Field label={say('collections.name')} name="name" description={say('collections.name.about')} defaultValue={kept.of('name', base.name)} isRequired isReadOnly={isReadOnly} fault={fault('name')} />
        <Field
          label={say('collections.shortName')}
          name="shortName"
          description={say('collections.shortName.about')}
          defaultValue={kept.of('shortName', base.shortName ?? '')}
          isReadOnly={isReadOnly}
          fault={fault('shortName')}
        />
      </div>
      <div className={styles.pair}>
        <Field label={say('collections.reference')} name="reference" defaultValue={kept.of('reference', base.reference ?? '')} isReadOnly={isReadOnly} fault={fault('reference')} />
        <Choice label={say('collections.type')} name="type" defaultValue={kept.of('type', base.type ?? '')} disabled={isReadOnly} key={presets.length}>
          <option value="">{say('collections.type.none')}</option>
          {[...new Set([...presets, ...(base.type ? [base.type] : [])])].map(each => (
            <option key={each}>{each}</option>
          ))}
        </Choice>
      </div>
      {languages.map(language => (
        <TextArea
          key={language}
          label={say(`collections.descriptionIn.${language}`)}
          name={`description.${language}`}
          defaultValue={kept.of(`description.${language}`, base.description?.[language] ?? '')}
          isReadOnly={isReadOnly}
          fault={language === 'de' ? fault('description') : undefined}
        />
      ))}
      <Field label={say('collections.contact')} name="contact" defaultValue={kept.of('contact', base.contact ?? '')} isReadOnly={isReadOnly} maxLength={500} fault={fault('contact')} />
      <TextArea
        label={say('collections.comment')}
        name="comment"
        description={say('collections.comment.about')}
        defaultValue={kept.of('comment', base.comment ?? '')}
        isReadOnly={isReadOnly}
        fault={fault('comment')}
      />
      <StoreFoot error={store.error} isShown={isShown} isReadOnly={isReadOnly} isBusy={store.isPending} />
    </form>
  )
}

export function General({ domain, domains }: { readonly domain: Domain; readonly domains: readonly Domain[] }) {
  const say = useSay()
  const may = useMay()
  const [round, setRound] = useState(0)
  const [open, setOpen] = useState<'move' | 'remove'>()
  const close = () => setOpen(undefined)
  return (
    <>
      <Form key={round} domain={domain} onStored={() => setRound(round + 1)} />
      {may('domain:write') && !domain.isSystem ? (
        <p className={styles.end}>
          <Button onPress={() => setOpen('move')}>{say('collections.move')}…</Button>
          <Button kind="quiet" onPress={() => setOpen('remove')}>
            {say('collections.remove')}…
          </Button>
        </p>
      ) : null}
      {open === 'move' ? <MoveCollection domain={domain} domains={domains} onClose={close} /> : null}
      {open === 'remove' ? <RemoveDialog domain={domain} onClose={close} /> : null}
    </>
  )
}
