// The PREMIS of a capsule: its files and those of earlier capsules that belong to the title, what happened to it by the log, and who did it.
import { tableOf } from '../../codes.ts'
import {
  type PremisAgent,
  premisAgent,
  premisEnd,
  premisEvent,
  premisFile,
  type PremisFile,
  premisRepresentation,
  premisStart,
} from '../../formats/premis/write.ts'
import { version } from '../../root.ts'
import type { StoredRow } from './tables.ts'

/** Event types of the Library of Congress' vocabulary for what our log calls otherwise. */
const eventTypes: Readonly<Record<string, string>> = tableOf({
  create: 'creation',
  import: 'ingestion',
  release: 'policy assignment',
  bin: 'deaccession',
  repair: 'replication',
  play: 'recovery',
})

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** @param log rows of SYS_Log that concern the title */
export function* premisOf(
  title: { readonly id: number; readonly caption: string | null },
  files: readonly PremisFile[],
  log: readonly StoredRow[],
  at: Date,
): Generator<string> {
  const agents = new Map<string, PremisAgent>()
  const agent = (type: PremisAgent['type'], name: string): string => {
    const id = `${type}:${name}`
    agents.set(id, { id, name, type })
    return id
  }
  const object = `title:${title.id}`
  yield premisStart
  yield premisRepresentation(
    object,
    title.caption ?? object,
    files.map(file => file.id),
  )
  for (const file of files) yield premisFile(file)
  for (const row of log) {
    const action = text(row['SL_Action']) ?? 'modification'
    const [actor, application, reason] = ['SL_Actor', 'SL_Application', 'SL_Reason'].map(name =>
      text(row[name]),
    )
    yield premisEvent({
      id: `log:${String(row['SL_ID'])}`,
      type: eventTypes[action] ?? 'modification',
      at: row['SL_InsertTS'] as Date,
      detail: [`${String(row['SL_Entity'])} ${action}`, reason].filter(Boolean).join(': '),
      outcome: undefined,
      agents: [
        ...(actor === undefined ? [] : [agent('person', actor)]),
        ...(application === undefined ? [] : [agent('software', application)]),
      ],
      objects: [object],
    })
  }
  yield premisEvent({
    id: `capsule:${title.id}:${at.toISOString()}`,
    type: 'fixity check',
    at,
    detail: 'Every file was read and compared with the hash in the database while the capsule was made.',
    outcome: 'success',
    agents: [agent('software', `firefolio/${version}`)],
    objects: [object],
  })
  for (const each of agents.values()) yield premisAgent(each)
  yield premisEnd
}
