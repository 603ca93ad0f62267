// The head of the title editor: what lies beside the record, and saving it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from '../parts/controls.tsx'
import { EditorHead } from '../parts/editor-head.tsx'
import { countsQuery } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import styles from './title.module.css'

export type Beside = 'note' | 'recognise' | 'catalogue' | 'identifiers' | 'files' | 'versions'

export function Bar(props: {
  readonly id: number
  readonly name: string
  readonly canWrite: boolean
  readonly canSave: boolean
  readonly isChanged: boolean
  readonly isSaving: boolean
  readonly onOpen: (what: Beside) => void
  readonly onDiscard: () => void
  readonly onSave: () => void
}) {
  const say = useSay()
  const may = useMay()
  const mayNotes = may('log:read')
  const mayRead = may('text:write')
  const { id, canWrite, isChanged, onOpen } = props
  const counts = useQuery({ ...countsQuery(useApi(), id), enabled: mayNotes })
  const unsettled = (counts.data?.notes?.open ?? 0) + (counts.data?.notes?.answered ?? 0)
  return (
    <EditorHead
      name={props.name}
      back={
        <Link to="/desk/tree" search={{ node: String(id) }}>
          ‹ {say('title.back')}
        </Link>
      }
    >
      <span className={styles.state} role="status">
        {isChanged ? say('title.changed') : ''}
      </span>
      {mayNotes ? (
        <Link to="/desk/notes" search={{ below: String(id), state: 'unsettled' }}>
          {unsettled > 0 ? say('notes.count', { count: unsettled }) : say('place.notes')}
        </Link>
      ) : null}
      {canWrite ? (
        <Button kind="quiet" onPress={() => onOpen('note')}>
          {say('notes.add')}
        </Button>
      ) : null}
      {canWrite ? (
        <Button kind="quiet" isDisabled={isChanged} onPress={() => onOpen('catalogue')}>
          {say('catalogue.open')}
        </Button>
      ) : null}
      {mayRead ? (
        <Button kind="quiet" onPress={() => onOpen('recognise')}>
          {say('recognise.open')}
        </Button>
      ) : null}
      <Button kind="quiet" onPress={() => onOpen('identifiers')}>
        {say('identifiers.title')}
      </Button>
      <Button kind="quiet" onPress={() => onOpen('files')}>
        {say('files.title')}
      </Button>
      <Button kind="quiet" onPress={() => onOpen('versions')}>
        {say('versions.title')}
      </Button>
      {canWrite ? (
        <>
          <Button isDisabled={!isChanged} onPress={props.onDiscard}>
            {say('title.discard')}
          </Button>
          <Button kind="primary" isDisabled={!props.canSave} isBusy={props.isSaving} onPress={props.onSave}>
            {say('title.save')}
          </Button>
        </>
      ) : null}
    </EditorHead>
  )
}
