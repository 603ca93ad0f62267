// A new note: on a title or a part, on a page or a region of it, or the same on many pages.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type ImageSize, middleOf, type Region, RegionFrame } from '../../shared/components/region.tsx'
import { taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Area, Button, Choice, Dialog, DialogFoot, Fault } from '../parts/controls.tsx'
import { type Person, PersonField } from '../parts/person.tsx'
import { useKeptText } from '../parts/kept.ts'
import { Scan } from '../parts/scan.tsx'
import { useApi } from '../session/session.ts'
import { batchOf, note as done } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { kindsQuery, useNotesChanged } from './queries.ts'
import styles from './notes.module.css'

/** What is written about. */
export interface Subject {
  readonly ids: readonly number[]
  /** What it is called, where it is one */
  readonly name?: string | undefined
  /** Of one page with an image, so that a part of it can be marked */
  readonly image?: ImageSize | undefined
}

/** A page's image on which a part can be marked, by hand or by keys. */
export function RegionChoice(props: { readonly id: number; readonly image: ImageSize; readonly region: Region | null; readonly onRegion: (region: Region | null) => void }) {
  const say = useSay()
  const { image, region, onRegion } = props
  return (
    <div className={styles.draw}>
      <RegionFrame image={image} region={region} label={say('notes.region.keys')} onRegion={onRegion}>
        <Scan path={`/titlepage/${props.id}/1000`} alt="" isEager />
      </RegionFrame>
      <p className={styles.soft}>
        {say(region ? 'notes.region.keys' : 'notes.region.hint')}{' '}
        <Button kind="quiet" onPress={() => onRegion(region ? null : middleOf(image))}>
          {say(region ? 'notes.region.whole' : 'notes.region.mark')}
        </Button>
      </p>
    </div>
  )
}

export function WriteNote({ subject, onClose }: { readonly subject: Subject; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const { typeName } = useFormats()
  const changed = useNotesChanged()
  const kinds = useQuery(kindsQuery(api))
  const [kind, setKind] = useState('')
  const [person, setPerson] = useState<Person>()
  const [region, setRegion] = useState<Region | null>(null)
  const { ids, name, image } = subject
  const [text, setText] = useKeptText(`note-${ids.slice(0, 20).join('-')}`)
  const [id] = ids
  const write = useMutation({
    mutationFn: async () => {
      const body = { kind: kind || (kinds.data?.items[0]?.name ?? 'other'), text: text.trim(), assigned: person?.id ?? null }
      if (ids.length > 1 || id === undefined) return (await taken(api.POST('/api/v1/notes', { body: { ...body, nodes: [...ids] } }))).batch ?? undefined
      return batchOf(await taken(api.POST('/api/v1/tree/{id}/notes', { params: { path: { id } }, body: { ...body, region } })))
    },
    onSuccess: async batch => {
      setText('')
      done({ batch, text: say('notes.written', { count: ids.length }) })
      onClose()
      await changed()
    },
  })
  return (
    <Dialog title={ids.length > 1 ? say('notes.new.many', { count: ids.length }) : say('notes.new', { name: name ?? `#${id}` })} isOpen isWide={image !== undefined} onClose={onClose}>
      <form
        className={image ? styles.sides : styles.form}
        onSubmit={event => {
          event.preventDefault()
          if (text.trim() !== '') write.mutate()
        }}
      >
        {image && id !== undefined ? <RegionChoice id={id} image={image} region={region} onRegion={setRegion} /> : null}
        <div className={styles.form}>
          <Choice label={say('notes.kind')} value={kind} autoFocus onChange={event => setKind(event.target.value)}>
            {kinds.data?.items.map(each => (
              <option key={each.name} value={each.name}>
                {typeName(each)}
              </option>
            ))}
          </Choice>
          <Area label={say('notes.text')} value={text} onChange={setText} maxLength={2000} isRequired />
          <PersonField label={say('notes.assigned')} chosen={person} onChoose={setPerson} among={kinds.data?.people} />
          {write.error ? <Fault error={write.error} /> : kinds.error ? <Fault error={kinds.error} /> : null}
          <DialogFoot onCancel={onClose}>
            <Button kind="primary" type="submit" isDisabled={text.trim() === ''} isBusy={write.isPending}>
              {say('notes.write')}
            </Button>
          </DialogFoot>
        </div>
      </form>
    </Dialog>
  )
}
