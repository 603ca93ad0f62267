// A delivery: a file from here, or a path below the import folder of the server; tried first, or imported at once.
import { classNames } from '../parts/class-names.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton, Checkbox, DropZone, FileTrigger, type FileDropItem } from 'react-aria-components'
import { useInstallation } from '../../app/room.tsx'
import { ApiProblem, type Schemas } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { domainsQuery } from '../queries.ts'
import { credentialHeaders, useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { ColumnChoices, type Columns, type Lists, namedIn } from './columns.tsx'
import sheet from './imports.module.css'

const styles = classNames(sheet)

interface Choices {
  readonly domain: string
  readonly file: File | undefined
  readonly path: string
  readonly release: boolean
  readonly byFolder: boolean
  /** What was said of the columns of a list */
  readonly columns: Columns
}

async function send(prefix: string, choices: Choices, dryRun: boolean): Promise<Schemas['ImportBatch']> {
  const manifest = {
    domain: choices.domain,
    release: choices.release,
    dryRun,
    ...(choices.byFolder ? { identifier: 'folder' } : {}),
    ...(Object.keys(choices.columns).length > 0 ? { columns: choices.columns } : {}),
    ...(choices.file ? { delivery: choices.file.name } : { path: choices.path }),
  }
  let body: string | FormData = JSON.stringify(manifest)
  if (choices.file) {
    body = new FormData()
    body.append('manifest', new Blob([JSON.stringify(manifest)], { type: 'application/json' }))
    body.append(choices.file.name, choices.file, choices.file.name)
  }
  const answer = await fetch(`${prefix}/api/v1/imports`, {
    method: 'POST',
    headers: { ...credentialHeaders(), ...(choices.file ? {} : { 'content-type': 'application/json' }) },
    body,
  }).catch(() => {
    throw new ApiProblem(0, 'offline')
  })
  const document = (await answer.json()) as Schemas['ImportBatch'] & Schemas['Problem']
  if (!answer.ok) throw new ApiProblem(answer.status, document.title, document.detail, [], { lists: document.lists })
  return document
}

export function Delivery(props: {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onSent: (id: number) => void
  /** Of the delivery that was tried, where its columns are to be set */
  readonly lists?: Lists | undefined
}) {
  const say = useSay()
  const may = useMay()
  const queries = useQueryClient()
  const { prefix } = useInstallation()
  const { number } = useFormats()
  const domains = useQuery({ ...domainsQuery(useApi()), enabled: props.isOpen })
  const [chosen, setChosen] = useState<Choices>({ domain: '', file: undefined, path: '', release: false, byFolder: false, columns: {} })
  const [lists, setLists] = useState<Lists>([])
  const [given, setGiven] = useState(props.lists)
  if (given !== props.lists) {
    setGiven(props.lists)
    setLists(props.lists ?? [])
    setChosen({ ...chosen, columns: namedIn(props.lists ?? []) })
  }
  const change = (part: Partial<Choices>) => setChosen(before => ({ ...before, ...part }))
  /** Another delivery has other columns */
  const deliver = (part: Partial<Choices>) => {
    change({ ...part, columns: {} })
    setLists([])
  }
  const offered = (domains.data ?? []).filter(({ isSystem }) => !isSystem)
  const domain = chosen.domain || offered[0]?.name || ''
  const sending = useMutation({
    mutationFn: (dryRun: boolean) => send(prefix, { ...chosen, domain }, dryRun),
    onSuccess: async batch => {
      await queries.invalidateQueries({ queryKey: ['imports'] })
      props.onSent(batch.id)
    },
    onError: error => {
      // headings that are not understood are there to be set
      if (error instanceof ApiProblem && error.more['lists']) setLists(error.more['lists'] as Lists)
    },
  })
  const isComplete = domain !== '' && (chosen.file !== undefined || chosen.path.trim() !== '')
  return (
    <Dialog title={say('imports.new')} isOpen={props.isOpen} onClose={props.onClose} isWide>
      <div className={styles.delivery}>
        <DropZone
          className={styles.drop}
          onDrop={event => {
            const found = event.items.find((item): item is FileDropItem => item.kind === 'file')
            void found?.getFile().then(file => deliver({ file }))
          }}
        >
          <FileUp size={28} aria-hidden />
          <p>{chosen.file ? `${chosen.file.name} · ${number(Math.ceil(chosen.file.size / 1024))} KB` : say('imports.drop')}</p>
          <FileTrigger onSelect={files => deliver({ file: files?.[0] })}>
            <AriaButton className={styles.choose}>{say('imports.choose')}</AriaButton>
          </FileTrigger>
        </DropZone>
        <Field
          label={say('imports.path')}
          description={say('imports.path.hint')}
          value={chosen.path}
          isDisabled={chosen.file !== undefined}
          onChange={path => deliver({ path })}
        />
        <Choice label={say('imports.domain')} value={domain} onChange={event => change({ domain: event.target.value })}>
            {offered.map(each => (
              <option key={each.id} value={each.name}>
                {`${'  '.repeat(each.level)}${each.caption}`}
              </option>
            ))}
          </Choice>
        <Checkbox className={styles.check} isSelected={chosen.byFolder} onChange={byFolder => change({ byFolder })}>
          <span aria-hidden className={styles.box} />
          {say('imports.byFolder')}
        </Checkbox>
        {may('release') ? (
          <Checkbox className={styles.check} isSelected={chosen.release} onChange={release => change({ release })}>
            <span aria-hidden className={styles.box} />
            {say('imports.release')}
          </Checkbox>
        ) : null}
        <ColumnChoices lists={lists} byHand={chosen.columns} onChange={columns => change({ columns })} />
        {offered.length === 0 && domains.data ? <p className={styles.wait}>{say('imports.noDomain')}</p> : null}
        {sending.error ? <Fault error={sending.error} /> : null}
      </div>
      <DialogFoot onCancel={props.onClose}>
        <Button isDisabled={!isComplete} isBusy={sending.isPending} onPress={() => sending.mutate(true)}>
          {say('imports.try')}
        </Button>
        <Button kind="primary" isDisabled={!isComplete} isBusy={sending.isPending} onPress={() => sending.mutate(false)}>
          {say('imports.go')}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
