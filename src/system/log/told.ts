// Who is told which lines: those about what the caller may not see are none of theirs, and what entries of rights say is for who manages rights,
// as it is at the node itself.
import { byIds } from '../../firebird/temp-ids.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { rightsAction } from './repository.ts'

interface Line {
  readonly entity: string
  readonly entityId: number | null
  readonly action: string
}

const ofTree: ReadonlySet<string> = new Set(['node', 'title', 'page'])

export const seesRightsLines = ({ rights }: Principal): boolean => rights.has('manage-rights')

/** Whether the caller is told each of some lines; what is gone is told by its number. Hidden ones are for all who read the log: entries alone decide. */
export async function toldOf<L extends Line>(
  services: Services,
  principal: Principal,
  lines: readonly L[],
): Promise<(line: L) => boolean> {
  const isTold = ({ action }: Line): boolean => action !== rightsAction || seesRightsLines(principal)
  if (!access.filter(principal)) return isTold
  const ids = lines.flatMap(({ entity, entityId }) =>
    entityId !== null && ofTree.has(entity) ? entityId : [],
  )
  const rows = await byIds([...new Set(ids)], table =>
    services.db
      .selectFrom(table.as('s'))
      .innerJoin('OPR_Tree', 'OT_ID', 's.ID')
      .select(['OT_ID as id', 'OT_Path as path', 'OT_OD_ID as domainId'])
      .execute(),
  )
  const places = new Map(rows.map(({ id, path, domainId }) => [id, { path, domainId, isVisible: true }]))
  return line => {
    if (!isTold(line)) return false
    if (line.entityId === null) return true
    if (line.entity === 'domain') return access.seesDomain(principal, line.entityId)
    const place = ofTree.has(line.entity) ? places.get(line.entityId) : undefined
    return place === undefined || access.sees(principal, place)
  }
}
