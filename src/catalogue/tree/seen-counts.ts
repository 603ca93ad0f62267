// Counts of a title's pages leave out what who asks may not see. Release is counted beforehand (OC_PagesShown); what entries close or open
// within a title is looked at here, where there are such entries at all.
import { sql } from 'kysely'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { shownPlace } from './place.ts'
import { findMany, idsOf, type Node } from './repository.ts'

export interface Counts {
  readonly pages: number
  readonly hasText: boolean
}

interface Page extends Pick<Node, 'id' | 'path' | 'domainId' | 'state' | 'delState'> {
  readonly title: number
  readonly text: number
}

/** Of the titles those within which an entry begins or ends seeing, with what the principal sees of their pages. */
export async function countsByEntries(
  db: Db,
  types: TypeSystem,
  principal: Principal,
  titles: readonly number[],
): Promise<ReadonlyMap<number, Counts>> {
  const found = new Map<number, { pages: number; hasText: boolean }>()
  const levels = (access.sight(principal).exceptions('see')?.nodes ?? []).map(([id]) => id)
  if (levels.length === 0 || titles.length === 0) return found
  const asked = new Set(titles)
  for (let start = 0; start < levels.length; start += 800)
    for (const { id, path } of await findMany(db, levels.slice(start, start + 800)))
      for (const above of idsOf(path))
        if (above !== id && asked.has(above)) found.set(above, { pages: 0, hasText: false })
  const inside = [...found.keys()]
  for (let start = 0; start < inside.length; start += 800) {
    const { rows } = await sql<Page>`
      select t.OT_ID as "title", p.OT_ID as "id", p.OT_Path as "path", p.OT_OD_ID as "domainId", p.OT_State as "state", p.OT_DelState as "delState",
        iif(exists (select 1 from OPR_Fulltext where OF_OT_ID = p.OT_ID), 1, 0) as "text"
      from ${splitIds(inside.slice(start, start + 800))} s join OPR_Tree t on t.OT_ID = s.ID join OPR_Tree p on p.OT_Path starting with t.OT_Path
      where p.OT_RCV_Datatype + 0 = ${types.code('page')} and p.OT_OT_Link is null and p.OT_DelState = 0`.execute(
      db,
    )
    for (const page of rows) {
      if (!access.sees(principal, shownPlace(page))) continue
      const counts = found.get(page.title) as { pages: number; hasText: boolean }
      counts.pages++
      counts.hasText ||= page.text === 1
    }
  }
  return found
}
