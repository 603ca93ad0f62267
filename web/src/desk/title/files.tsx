// Further files of the title: sent, named, ordered, taken off. Each change can be taken back where all are.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { Button as AriaButton, DropZone, type FileDropItem, FileTrigger } from 'react-aria-components'
import { useInstallation } from '../../app/room.tsx'
import { ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { Choice, Empty, Fault, Field, IconButton, Skeleton } from '../parts/controls.tsx'
import { useAmounts } from '../parts/formats.ts'
import { sendFile } from '../parts/sending.ts'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './files.module.css'

type TitleFile = Schemas['TitleFile']
const kinds = ['whole', 'audio', 'video', 'attachment'] as const

function Row(props: {
  readonly file: TitleFile
  readonly canWrite: boolean
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly onChange: (change: { label?: string | null; kind?: TitleFile['kind'] }) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}) {
  const say = useSay()
  const { bytes } = useAmounts()
  const { prefix } = useInstallation()
  const { file, canWrite } = props
  const name = file.label ?? file.name
  return (
    <li className={styles.row}>
      <p className={styles.name}>
        <a href={`${prefix}${file.links['content']}`} dir="auto">
          {file.name}
        </a>
        <small>
          {file.mediaType} · {bytes(file.bytes)}
        </small>
      </p>
      <Field
        label={say('files.label', { name: file.name })}
        defaultValue={file.label ?? ''}
        key={file.label}
        maxLength={2000}
        isReadOnly={!canWrite}
        onBlur={event => {
          const label = (event.target as HTMLInputElement).value.trim() || null
          if (label !== file.label) props.onChange({ label })
        }}
      />
      <Choice
        label={say('files.kind', { name: file.name })}
        value={file.kind}
        disabled={!canWrite}
        onChange={event => props.onChange({ kind: event.target.value as TitleFile['kind'] })}
      >
        {kinds.map(kind => (
          <option key={kind} value={kind}>
            {say(`files.kind.${kind}`)}
          </option>
        ))}
      </Choice>
      {canWrite ? (
        <div className={styles.buttons}>
          <IconButton label={say('files.up', { name })} isDisabled={props.isFirst} onPress={() => props.onMove(-1)}>
            ↑
          </IconButton>
          <IconButton label={say('files.down', { name })} isDisabled={props.isLast} onPress={() => props.onMove(1)}>
            ↓
          </IconButton>
          <IconButton label={say('files.remove', { name })} onPress={props.onRemove}>
            ×
          </IconButton>
        </div>
      ) : null}
    </li>
  )
}

export function Files({ id, canWrite, onChanged }: { readonly id: number; readonly canWrite: boolean; readonly onChanged: () => void }) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { prefix } = useInstallation()
  const choose = useRef<HTMLButtonElement>(null)
  const asked = useQuery({
    queryKey: ['titles', 'files', id],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}/files', { params: { path: { id } } })),
  })
  const changed = async () => {
    onChanged()
    await queries.invalidateQueries({ predicate: ({ queryKey }) => ['tree', 'log'].includes(String(queryKey[0])) || queryKey[1] === 'files' })
  }
  const sending = useMutation({
    mutationFn: async (files: readonly File[]) => {
      for (const file of files) note({ batch: batchOf(await sendFile<Schemas['TitleFileList']>(`${prefix}/api/v1/titles/${id}/files`, file)), text: say('files.added', { count: 1 }) })
    },
    onSettled: changed,
  })
  const changing = useMutation({
    mutationFn: ({ file, ...body }: { file: TitleFile; label?: string | null; kind?: TitleFile['kind'] }) =>
      taken(
        api.PATCH('/api/v1/titles/{id}/files/{file}', {
          params: { path: { id, file: file.id }, header: { 'if-match': `"${file.meta.version}"` } as never },
          body,
        }),
      ),
    onSuccess: file => note({ batch: batchOf(file), text: say('files.changed', { name: file.name }) }),
    onSettled: changed,
  })
  const ordering = useMutation({
    mutationFn: (ids: number[]) => taken(api.POST('/api/v1/titles/{id}/files/reorder', { params: { path: { id } }, body: { ids } })),
    onSuccess: list => note({ batch: batchOf(list), text: say('files.ordered') }),
    onSettled: changed,
  })
  const removing = useMutation({
    mutationFn: async (file: TitleFile) => {
      const { response, error } = await api.DELETE('/api/v1/titles/{id}/files/{file}', {
        params: { path: { id, file: file.id }, header: { 'if-match': `"${file.meta.version}"` } as never },
      })
      if (!response.ok) throw new ApiProblem(response.status, (error as Schemas['Problem'] | undefined)?.title ?? '', (error as Schemas['Problem'] | undefined)?.detail)
      return { batch: Number(response.headers.get('operation')), name: file.name }
    },
    onSuccess: ({ batch, name }) => {
      // the button goes with its line, and the keys would go nowhere
      choose.current?.focus()
      note({ batch, text: say('files.removed', { name }) })
    },
    onSettled: changed,
  })
  if (asked.error) return <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton lines={4} />
  const files = asked.data.items
  const move = (at: number, by: -1 | 1) => {
    const ids = files.map(file => file.id)
    ids.splice(at + by, 0, ...ids.splice(at, 1))
    ordering.mutate(ids)
  }
  const fault = sending.error ?? changing.error ?? ordering.error ?? removing.error
  return (
    <div className={styles.files}>
      {fault ? <Fault error={fault} /> : null}
      {files.length === 0 ? <Empty title={say('files.none')} /> : null}
      <ol className={styles.list}>
        {files.map((file, at) => (
          <Row
            key={file.id}
            file={file}
            canWrite={canWrite}
            isFirst={at === 0}
            isLast={at === files.length - 1}
            onChange={change => changing.mutate({ file, ...change })}
            onMove={by => move(at, by)}
            onRemove={() => removing.mutate(file)}
          />
        ))}
      </ol>
      {canWrite ? (
        <DropZone
          className={styles.drop as string}
          onDrop={event => {
            const dropped = event.items.filter((item): item is FileDropItem => item.kind === 'file')
            void Promise.all(dropped.map(item => item.getFile())).then(found => sending.mutate(found))
          }}
        >
          <span role="status">{sending.isPending ? say('files.sending', { name: sending.variables.map(file => file.name).join(', ') }) : say('files.drop')}</span>
          <FileTrigger allowsMultiple onSelect={chosen => sending.mutate([...(chosen ?? [])])}>
            <AriaButton ref={choose} className={styles.choose as string} isDisabled={sending.isPending}>
              {say('files.add')}
            </AriaButton>
          </FileTrigger>
        </DropZone>
      ) : null}
    </div>
  )
}
