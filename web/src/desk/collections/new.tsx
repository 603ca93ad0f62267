// Making a collection, and giving one another place.
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { below, type Domain, faultAt, isStale, useDone } from './queries.ts'
import styles from './collections.module.css'

/** Collections in the order of the tree, set in by their level. */
export const inOrder = (domains: readonly Domain[], parent?: Domain): Domain[] =>
  below(domains, parent).flatMap(each => [each, ...inOrder(domains, each)])

function ParentChoice(props: { readonly domains: readonly Domain[]; readonly value: string; readonly onChange: (name: string) => void }) {
  const say = useSay()
  return (
    <Choice label={say('collections.parent')} value={props.value} onChange={event => props.onChange(event.target.value)}>
      <option value="">{say('collections.top')}</option>
      {inOrder(props.domains).map(each => (
        <option key={each.id} value={each.name}>
          {'\u2003'.repeat(each.level - 1)}
          {each.caption}
        </option>
      ))}
    </Choice>
  )
}

/** A name for addresses out of one for people. */
const asName = (caption: string): string =>
  caption
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)

export function NewCollection({ domains, parent, onClose }: {
  readonly domains: readonly Domain[]
  readonly parent: Domain | undefined
  readonly onClose: (made: Domain | undefined) => void
}) {
  const say = useSay()
  const api = useApi()
  const done = useDone()
  const [above, setAbove] = useState(parent?.name ?? '')
  const [caption, setCaption] = useState('')
  const [name, setName] = useState<string>()
  const make = useMutation({
    mutationFn: () =>
      taken(api.POST('/api/v1/domains', { body: { name: name ?? asName(caption), caption: caption.trim(), parent: above === '' ? null : above } })),
    onSuccess: async made => {
      await done(say('collections.made', { name: made.caption }))
      onClose(made as Domain)
    },
  })
  const [nameFault, captionFault] = [faultAt(make.error, 'name'), faultAt(make.error, 'caption')]
  return (
    <Dialog title={say('collections.add')} isOpen onClose={() => onClose(undefined)}>
      <form
        className={styles.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Field label={say('collections.caption')} value={caption} onChange={setCaption} isRequired autoFocus maxLength={500} fault={captionFault} />
        <Field label={say('collections.name')} description={say('collections.name.about')} value={name ?? asName(caption)} onChange={setName} isRequired fault={nameFault} />
        <ParentChoice domains={domains} value={above} onChange={setAbove} />
        {make.error && !nameFault && !captionFault ? <Fault error={make.error} /> : null}
        <DialogFoot onCancel={() => onClose(undefined)}>
          <Button kind="primary" type="submit" isBusy={make.isPending}>
            {say('collections.add')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

export function MoveCollection({ domain, domains, onClose }: { readonly domain: Domain; readonly domains: readonly Domain[]; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const done = useDone()
  const others = domains.filter(each => !each.path.startsWith(domain.path))
  const now = others.find(each => below([domain], each).length > 0)?.name ?? ''
  const [to, setTo] = useState(now)
  const move = useMutation({
    mutationFn: () =>
      taken(
        api.POST('/api/v1/domains/{domain}/move', {
          params: { path: { domain: domain.name }, header: { 'If-Match': `"${domain.meta.version}"` } as never },
          body: { parent: to === '' ? null : to },
        }),
      ),
    onSuccess: async () => {
      await done(say('collections.moved', { name: domain.caption }))
      onClose()
    },
    onError: async error => {
      if (isStale(error)) await done(say('collections.stale'))
    },
  })
  return (
    <Dialog title={say('collections.move')} isOpen onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          move.mutate()
        }}
      >
        <p>{say('collections.move.text', { name: domain.caption })}</p>
        <ParentChoice domains={others} value={to} onChange={setTo} />
        {move.error ? <Fault error={move.error} /> : null}
        <DialogFoot onCancel={onClose}>
          <Button kind="primary" type="submit" isDisabled={to === now} isBusy={move.isPending}>
            {say('collections.move')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
