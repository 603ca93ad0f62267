// What the record was: who changed it, when, why; what was different; and the way back.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { taken } from '../../shared/api.ts'
import { Diff, Fields, VersionBody, VersionList } from '../parts/versions.tsx'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'

interface Shown {
  readonly id: number
  /** What was read: a restore is stored over nothing else */
  readonly etag: string
  readonly canRestore: boolean
  readonly onRestored: () => void
}

function One({ id, n, etag, canRestore, onRestored }: Shown & { readonly n: string }) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const asked = useQuery({
    queryKey: ['titles', 'version', id, n],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}/history/{n}', { params: { path: { id, n } } })),
  })
  const restore = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/titles/{id}/history/{n}/restore', { params: { path: { id, n }, header: { 'if-match': etag } as never } })),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('versions.restored') })
      onRestored()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['titles', 'tree', 'log'].includes(String(queryKey[0])) })
    },
  })
  const { diff, changes = [] } = asked.data ?? {}
  return (
    <VersionBody asked={asked} restore={restore} canRestore={canRestore}>
      {changes.length > 0 ? <Fields changes={changes} /> : null}
      {diff ? <Diff lines={diff.split('\n')} /> : null}
    </VersionBody>
  )
}

export function Versions(props: Shown) {
  const api = useApi()
  const asked = useQuery({
    queryKey: ['titles', 'history', props.id],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}/history', { params: { path: { id: props.id } } })),
  })
  const versions = asked.data?.items.map(({ n, at, actor, reason, application }) => ({ key: n, at, actor, about: reason ?? application }))
  return (
    <VersionList asked={asked} versions={versions}>
      {key => <One {...props} n={key} />}
    </VersionList>
  )
}
