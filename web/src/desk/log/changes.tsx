// What stands behind an entry of the log: each node and collection that its operation changed, field by field; of what is no operation, the
// copy that the log has kept.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Schemas, taken } from '../../shared/api.ts'
import { Fault, Skeleton } from '../parts/controls.tsx'
import { Diff, Differences, Fields } from '../parts/versions.tsx'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import styles from './log.module.css'

type Thing = Schemas['OperationChanges']['items'][number]

function NameOf({ thing: { node, domain, name } }: { readonly thing: Thing }) {
  const say = useSay()
  if (node !== null)
    return (
      <Link to="/desk/tree" search={{ node: String(node) }}>
        {name ?? say('log.node', { id: node })}
      </Link>
    )
  return <>{name ?? (domain === null ? say('log.everywhere') : say('log.collection', { id: domain }))}</>
}

function OfOperation({ batch }: { readonly batch: number }) {
  const say = useSay()
  const api = useApi()
  const asked = useQuery({
    queryKey: ['log', 'changes', batch],
    queryFn: () => taken(api.GET('/api/v1/operations/{batch}/changes', { params: { path: { batch } } })),
  })
  if (asked.error) return <Fault error={asked.error} />
  if (!asked.data) return <Skeleton lines={3} />
  const { items, isCut } = asked.data
  if (items.length === 0) return <p>{say('log.unchanged')}</p>
  return (
    <ul className={styles.things}>
      {items.map(thing => (
        <li key={`${thing.node} ${thing.domain}`}>
          <NameOf thing={thing} /> {thing.isMade ? <span className={styles.soft}>{say('log.action.create')}</span> : null}
          <Differences>
            <Fields changes={thing.changes.filter(({ difference }) => difference === null)} />
            {thing.changes.map(({ field, difference }) =>
              difference === null ? null : (
                <div key={field} className={styles.long}>
                  <p>{field}</p>
                  <Diff lines={difference.split('\n')} />
                </div>
              ),
            )}
          </Differences>
        </li>
      ))}
      {isCut ? <li className={styles.soft}>{say('log.cut')}</li> : null}
    </ul>
  )
}

export function Changes({ entry: { batch, data } }: { readonly entry: Schemas['LogEntry'] }) {
  const say = useSay()
  if (batch !== null) return <OfOperation batch={batch} />
  if (data === null || data === undefined) return <p>{say('log.unchanged')}</p>
  return (
    <Differences>
      <Diff lines={JSON.stringify(data, null, 2).split('\n')} />
    </Differences>
  )
}
