// The title editor: form and XML side by side, in step; stored only over what was read; what is not stored is kept in this browser.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy, memo, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { Head, useInstallation } from '../../app/room.tsx'
import { ApiProblem } from '../../shared/api.ts'
import { Button, Dialog, Fault, Field, Skeleton } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Recognise } from '../texts/recognise.tsx'
import { WriteNote } from '../notes/write.tsx'
import { useApi, useMay } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { Bar, type Beside } from './bar.tsx'
import { authorityFileQuery, linked, LookUp, nameOf } from './authority.tsx'
import { Catalogue } from './catalogue.tsx'
import { ReadingDirection } from './direction.tsx'
import { Files } from './files.tsx'
import { Form } from './form.tsx'
import { Identifiers } from './identifiers.tsx'
import { linesOf, placeOf } from './indent.ts'
import { Merge } from './merge.tsx'
import { type FieldName, type Person, read, withField, withoutPerson, withPerson } from './record.ts'
import { draftOf, keepDraft, load, store, type Stored } from './remote.ts'
import { Versions } from './versions.tsx'
import styles from './title.module.css'

const noPages: readonly number[] = []
const Xml = lazy(async () => ({ default: memo((await import('./xml.tsx')).default) }))

function Editor({ id, stored }: { readonly id: number; readonly stored: Stored }) {
  const say = useSay()
  const queries = useQueryClient()
  const { prefix } = useInstallation()
  const { ago } = useMoments()
  const may = useMay()
  const canWrite = may('meta:write')
  const [base, setBase] = useState(stored)
  const [xml, setXml] = useState(stored.xml)
  const [reason, setReason] = useState('')
  const [theirs, setTheirs] = useState<Stored>()
  const [offered, setOffered] = useState(() => {
    const draft = draftOf(id)
    return draft && draft.xml !== stored.xml ? draft : undefined
  })
  const [open, setOpen] = useState<Beside>()
  const close = () => setOpen(undefined)
  const [lookedUp, setLookedUp] = useState<number>()
  const authorityFile = useQuery({ ...authorityFileQuery(useApi()), enabled: canWrite })
  const isChanged = xml !== base.xml
  const lines = useMemo(() => linesOf(base.xml), [base.xml])
  const parsed = useMemo(() => {
    try {
      return { values: read(xml), fault: undefined }
    } catch (error) {
      return { values: undefined, fault: placeOf(lines.show(xml), error) }
    }
  }, [xml, lines])
  // the last state that could be read stays in the form while the XML is being typed
  const readable = useRef(parsed.values)
  readable.current = parsed.values ?? readable.current
  const values = readable.current
  useEffect(() => {
    if (offered) return undefined
    const timer = setTimeout(() => keepDraft(id, isChanged ? { base, xml, at: new Date().toISOString() } : undefined), 250)
    return () => clearTimeout(timer)
  }, [id, base, xml, isChanged, offered])
  // what was undone or changed elsewhere is shown where nothing is being edited; else the save finds it. Where the record is the same
  // (files, identifiers raised its version), what is typed is stored over that version
  useEffect(() => {
    if (stored.etag === base.etag || (isChanged && stored.xml !== base.xml)) return
    setBase(stored)
    if (!isChanged) setXml(stored.xml)
  }, [stored])
  // told while it is typed, and not only when it is saved
  const isOvertaken = isChanged && stored.etag !== base.etag && stored.xml !== base.xml
  const keep = (next: Stored) => void queries.setQueryData(['titles', 'mods', id], next)
  // beside what is being typed
  const again = () => void load(prefix, id).then(keep)
  const saving = useMutation({
    mutationFn: async (sent: string) => {
      try {
        return await store(prefix, id, { xml: sent, etag: base.etag }, reason)
      } catch (error) {
        if (!(error instanceof ApiProblem && error.status === 412)) throw error
        // the version alone may have changed: then there is nothing to merge
        const now = await load(prefix, id)
        if (now.xml === base.xml) return await store(prefix, id, { xml: sent, etag: now.etag }, reason)
        setTheirs(now)
        throw error
      }
    },
    onSuccess: async (answer, sent) => {
      note({ batch: batchOf(answer), text: say('title.saved', { title: answer.title ?? answer.caption ?? `#${id}` }) })
      keepDraft(id, undefined)
      setReason('')
      const now = await load(prefix, id)
      setBase(now)
      // what was typed meanwhile stays
      setXml(typed => (typed === sent ? now.xml : typed))
      keep(now)
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['tree', 'log'].includes(String(queryKey[0])) || queryKey[1] === 'history' })
    },
  })
  const isRead = parsed.fault === undefined
  const mayLookUp = canWrite && isRead && Boolean(authorityFile.data)
  const canSave = canWrite && isChanged && parsed.fault === undefined && parsed.values?.fields.title !== ''
  const save = () => {
    if (canSave && !saving.isPending) saving.mutate(xml)
  }
  useActions('title', [
    ...(canWrite ? [{ id: 'title.save', label: say('title.save'), shortcut: 'Mod+s', run: save }] : []),
    ...(canWrite ? [{ id: 'title.note', label: say('notes.add'), run: () => setOpen('note') }] : []),
    // what is taken is stored at once, over what was read
    ...(canWrite && !isChanged ? [{ id: 'title.catalogue', label: say('catalogue.open'), run: () => setOpen('catalogue') }] : []),
    ...(mayLookUp
      ? (values?.persons ?? []).map((person, at) => ({
          id: `title.authority.${at}`,
          label: say('authority.find', { name: nameOf(person) || say('authority.nameless') }),
          run: () => setLookedUp(at),
        }))
      : []),
    ...(may('text:write') ? [{ id: 'title.recognise', label: say('recognise.open'), run: () => setOpen('recognise') }] : []),
    { id: 'title.identifiers', label: say('identifiers.title'), run: () => setOpen('identifiers') },
    { id: 'title.files', label: say('files.title'), run: () => setOpen('files') },
    { id: 'title.versions', label: say('versions.title'), run: () => setOpen('versions') },
  ])
  const onField = useCallback(
    (field: FieldName, value: string) => {
      if (isRead) setXml(before => lines.meant(withField(before, field, value)))
    },
    [isRead, lines],
  )
  const onPerson = useCallback(
    (at: number, person: Person | undefined) => {
      if (isRead) setXml(before => lines.meant(person ? withPerson(before, at, person) : withoutPerson(before, at)))
    },
    [isRead, lines],
  )
  const lookedUpPerson = lookedUp === undefined ? undefined : values?.persons[lookedUp]
  // who types in the form sees the letter first, and the XML after it
  const shownXml = useDeferredValue(xml)
  const name = values?.fields.title || `#${id}`
  return (
    <div
      className={styles.editor}
      onKeyDown={event => {
        if ((event.ctrlKey || event.metaKey) && event.key === 's') {
          event.preventDefault()
          save()
        }
      }}
    >
      <Head title={name} noIndex />
      <Bar
        id={id}
        name={name}
        canWrite={canWrite}
        canSave={canSave}
        isChanged={isChanged}
        isSaving={saving.isPending}
        onOpen={setOpen}
        onDiscard={() => setXml(base.xml)}
        onSave={save}
      />
      {offered ? (
        <div className={styles.offer} role="alert">
          <p>{say('title.draft', { ago: ago(offered.at) })}</p>
          <Button
            onPress={() => {
              setBase(offered.base)
              setXml(offered.xml)
              setOffered(undefined)
            }}
          >
            {say('title.draft.take')}
          </Button>
          <Button kind="quiet" onPress={() => setOffered(undefined)}>
            {say('title.draft.drop')}
          </Button>
        </div>
      ) : null}
      {isOvertaken && !theirs ? (
        <div className={styles.offer} role="alert">
          <p>{say('title.overtaken')}</p>
          <Button onPress={() => setTheirs(stored)}>{say('title.overtaken.see')}</Button>
        </div>
      ) : null}
      {saving.error && !theirs && !(saving.error instanceof ApiProblem && saving.error.status === 412) ? <Fault error={saving.error} /> : null}
      <div className={styles.halves}>
        <div className={styles.half}>
          {parsed.fault === undefined ? null : (
            <p role="alert" className={styles.malformed}>
              {say('title.malformed', { place: parsed.fault })}
            </p>
          )}
          {values ? (
            <Form
              values={values}
              isReadOnly={!canWrite || !isRead}
              onField={onField}
              onPerson={onPerson}
              onLookUp={mayLookUp ? setLookedUp : undefined}
            />
          ) : null}
          {canWrite ? (
            <div className={styles.reason}>
              <ReadingDirection id={id} onChanged={again} />
              <Field label={say('title.reason')} value={reason} onChange={setReason} maxLength={250} />
            </div>
          ) : null}
        </div>
        <div className={`${styles.half} ${styles.source}`}>
          <Suspense fallback={<Skeleton lines={16} />}>
            <Xml value={shownXml} {...lines} label={say('title.xml')} isReadOnly={!canWrite} onChange={setXml} />
          </Suspense>
        </div>
      </div>
      {theirs ? (
        <Merge
          base={base.xml}
          mine={xml}
          theirs={theirs}
          onClose={() => setTheirs(undefined)}
          onMerged={merged => {
            setBase(theirs)
            setXml(merged)
            setTheirs(undefined)
            saving.reset()
          }}
        />
      ) : null}
      {lookedUpPerson ? (
        <LookUp
          person={lookedUpPerson}
          onChosen={found => {
            onPerson(lookedUp as number, linked(lookedUpPerson, found))
            setLookedUp(undefined)
          }}
          onClose={() => setLookedUp(undefined)}
        />
      ) : null}
      {open === 'recognise' ? <Recognise node={id} name={name} chosen={noPages} onClose={close} /> : null}
      {open === 'note' ? <WriteNote subject={{ ids: [id], name }} onClose={close} /> : null}
      {open === 'catalogue' ? (
        <Catalogue
          id={id}
          etag={base.etag}
          onTaken={() => {
            close()
            again()
          }}
          onClose={close}
        />
      ) : null}
      {open === 'identifiers' ? <Identifiers id={id} onChanged={again} onClose={close} /> : null}
      <Dialog title={say('files.title')} isOpen={open === 'files'} isWide onClose={close}>
        <Files id={id} canWrite={may('page:write')} onChanged={again} />
      </Dialog>
      <Dialog title={say('versions.title')} isOpen={open === 'versions'} isWide onClose={close}>
        <Versions
          id={id}
          etag={base.etag}
          canRestore={canWrite && !isChanged}
          onRestored={() => {
            close()
            again()
          }}
        />
      </Dialog>
    </div>
  )
}

export default function TitlePage() {
  const say = useSay()
  const { prefix } = useInstallation()
  const id = Number((useParams({ strict: false }) as { id?: string }).id)
  const asked = useQuery({
    queryKey: ['titles', 'mods', id],
    // what is being edited is not changed from outside; a save finds out
    staleTime: Infinity,
    refetchOnMount: 'always',
    queryFn: () => load(prefix, id),
  })
  if (asked.error) return <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
  if (!asked.data || (asked.isFetching && !asked.isFetchedAfterMount))
    return (
      <div className={styles.waiting}>
        <Skeleton lines={10} />
      </div>
    )
  return <Editor id={id} stored={asked.data} key={id} />
}
