// What the text of a page was: who changed it, when; what was different; and the way back.
import { useMutation, useQuery } from '@tanstack/react-query'
import { taken } from '../../shared/api.ts'
import { Tag } from '../parts/controls.tsx'
import { Diff, VersionBody, VersionList } from '../parts/versions.tsx'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './texts.module.css'

interface Shown {
  readonly page: number
  readonly etag: string
  readonly canRestore: boolean
  readonly onRestored: () => void
}

function One({ page, n, etag, canRestore, onRestored }: Shown & { readonly n: number }) {
  const say = useSay()
  const api = useApi()
  const asked = useQuery({
    queryKey: ['texts', 'version', page, n],
    gcTime: 0,
    queryFn: () => taken(api.GET('/api/v1/pages/{id}/texts/history/{n}', { params: { path: { id: page, n } } })),
  })
  const restore = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/pages/{id}/texts/history/{n}/restore', { params: { path: { id: page, n }, header: { 'if-match': etag } as never } })),
    onSuccess: answer => {
      note({ batch: batchOf(answer), text: say('versions.restored') })
      onRestored()
    },
  })
  const lines = asked.data?.diff.split('\n').filter(line => /^[-+](?!--|\+\+)/.test(line)) ?? []
  return (
    <VersionBody asked={asked} restore={restore} canRestore={canRestore}>
      {lines.length > 0 ? <Diff lines={lines} isProse /> : <p className={styles.soft}>{say('texts.versions.same')}</p>}
    </VersionBody>
  )
}

export function Versions(props: Shown) {
  const say = useSay()
  const api = useApi()
  const asked = useQuery({
    queryKey: ['texts', 'history', props.page],
    gcTime: 0,
    queryFn: () => taken(api.GET('/api/v1/pages/{id}/texts/history', { params: { path: { id: props.page } } })),
  })
  const versions = asked.data?.items.map(({ id, replacedAt, actor, reason, kind }) => ({
    key: String(id),
    at: replacedAt,
    actor,
    about: reason,
    tag: <Tag>{say(kind === 'wiki' ? 'texts.kind.wiki' : 'texts.kind.ocr')}</Tag>,
  }))
  return (
    <VersionList asked={asked} versions={versions}>
      {key => <One {...props} n={Number(key)} />}
    </VersionList>
  )
}
