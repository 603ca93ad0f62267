// Counts of a title's pages leave out what who asks may not see. Release is counted beforehand (OC_PagesShown); what entries close or open
// within a title is looked at here, where there are such entries at all: only pages below those entries are read, whatever the title holds.
import { sql } from 'kysely'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { byIds } from '../../firebird/temp-ids.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import type { Otherwise, TitleConditions } from './about-titles.ts'
import { shownPlace } from './place.ts'
import { findMany, idsOf, type Node } from './repository.ts'

export interface Counts {
  readonly pages: number
  readonly hasText: boolean
}

type Placed = Pick<Node, 'id' | 'path' | 'domainId' | 'state' | 'delState'>

interface PageBelow extends Placed {
  readonly text: number
}

interface Title extends Placed {
  readonly all: number
  readonly shown: number
  readonly announced: number | null
  readonly textState: number
  readonly textShown: number
}

/** Nodes at which seeing begins or ends for the principal, with those above each; undefined where there are none. */
async function levelsOf(db: Db, principal: Principal): Promise<Map<number, readonly number[]> | undefined> {
  const ids = (access.sight(principal).exceptions('see')?.nodes ?? []).map(([id]) => id)
  if (ids.length === 0) return undefined
  const levels = new Map<number, readonly number[]>()
  for (let start = 0; start < ids.length; start += 800)
    for (const { id, path } of await findMany(db, ids.slice(start, start + 800)))
      levels.set(
        id,
        idsOf(path).filter(above => above !== id),
      )
  return levels
}

const titlesAmong = (db: Db, ids: readonly number[]): Promise<Title[]> =>
  byIds(
    ids,
    async table =>
      (
        await sql<Title>`
      select OT_ID as "id", OT_Path as "path", OT_OD_ID as "domainId", OT_State as "state", OT_DelState as "delState", OC_PageCache as "all",
        OC_PagesShown as "shown", OC_PageCount as "announced", OC_TextState as "textState", OC_TextShown as "textShown"
      from ${table} s join OPR_Content on OC_OT_ID = s.ID join OPR_Tree on OT_ID = OC_OT_ID`.execute(db)
      ).rows,
  )

/** What the principal sees of the pages of titles within which it sees otherwise than the title's row says. */
async function countsWithin(
  db: Db,
  types: TypeSystem,
  principal: Principal,
  titles: readonly Title[],
  levels: ReadonlyMap<number, readonly number[]>,
): Promise<Map<number, Counts>> {
  const hidden = new Set(
    titles.filter(title => access.seesHiddenAt(principal, shownPlace(title))).map(title => title.id),
  )
  const within = new Map(
    titles.map(title => [title.id, { pages: hidden.has(title.id) ? title.all : title.shown, isSeenText: false, lostTexts: 0 }]), // prettier-ignore
  )
  const below = [...levels].filter(([, above]) => above.some(id => within.has(id))).map(([id]) => id)
  const pages = await byIds(
    below,
    async table =>
      (
        await sql<PageBelow>`
      select p.OT_ID as "id", p.OT_Path as "path", p.OT_OD_ID as "domainId", p.OT_State as "state", p.OT_DelState as "delState",
        iif(exists (select 1 from OPR_Fulltext where OF_OT_ID = p.OT_ID), 1, 0) as "text"
      from ${table} s join OPR_Tree l on l.OT_ID = s.ID join OPR_Tree p on p.OT_Path starting with l.OT_Path
      where p.OT_RCV_Datatype + 0 = ${types.code('page')} and p.OT_OT_Link is null and p.OT_DelState = 0`.execute(
          db,
        )
      ).rows,
  )
  // a page below several levels is one page
  for (const page of new Map(pages.map(each => [each.id, each])).values()) {
    const isSeen = access.sees(principal, shownPlace(page))
    for (const above of idsOf(page.path)) {
      const counts = within.get(above)
      if (!counts) continue
      const isCounted = page.state === 1 || hidden.has(above)
      counts.pages += Number(isSeen) - Number(isCounted)
      if (page.text === 0) continue
      if (isSeen) counts.isSeenText = true
      else if (isCounted) counts.lostTexts++
    }
  }
  const hasText = new Map<number, boolean>()
  const unsure: Title[] = []
  for (const title of titles) {
    const { isSeenText, lostTexts } = within.get(title.id) as { isSeenText: boolean; lostTexts: number }
    const isSaid = (hidden.has(title.id) ? title.textState : title.textShown) === 1
    if (isSaid && !isSeenText && lostTexts > 0) unsure.push(title)
    else hasText.set(title.id, isSeenText || isSaid)
  }
  // a text is left where the title has more of them than those that are not seen
  const most = Math.max(0, ...unsure.map(title => within.get(title.id)?.lostTexts ?? 0))
  for (const isHidden of [true, false])
    for (const { id, texts } of await byIds(
      unsure.filter(title => hidden.has(title.id) === isHidden).map(title => title.id),
      async table =>
        (
          await sql<{ id: number; texts: number }>`
        select t.OT_ID as "id", (select count(*) from (select first ${most + 1} p.OT_ID from OPR_Tree p
          where p.OT_Path starting with t.OT_Path and p.OT_RCV_Datatype + 0 = ${types.code('page')} and p.OT_OT_Link is null and p.OT_DelState = 0
            ${isHidden ? sql`` : sql`and p.OT_State = 1`} and exists (select 1 from OPR_Fulltext where OF_OT_ID = p.OT_ID)) f) as "texts"
        from ${table} s join OPR_Tree t on t.OT_ID = s.ID`.execute(db)
        ).rows,
    ))
      hasText.set(id, Number(texts) > (within.get(id)?.lostTexts ?? 0))
  return new Map(
    [...within].map(([id, counts]) => [id, { pages: counts.pages, hasText: hasText.get(id) === true }]),
  )
}

/** Of the titles those within which an entry begins or ends seeing, with what the principal sees of their pages. */
export async function countsByEntries(
  db: Db,
  types: TypeSystem,
  principal: Principal,
  titles: readonly number[],
): Promise<ReadonlyMap<number, Counts>> {
  const levels = titles.length === 0 ? undefined : await levelsOf(db, principal)
  if (!levels) return new Map()
  const asked = new Set(titles)
  const inside = new Set([...levels.values()].flat().filter(id => asked.has(id)))
  return await countsWithin(db, types, principal, await titlesAmong(db, [...inside]), levels)
}

/** Titles that have pages of their own without a label, of those that the principal sees. */
async function unlabelledAmong(
  db: Db,
  principal: Principal,
  titles: readonly Title[],
): Promise<ReadonlySet<number>> {
  const rows = await byIds(
    titles.map(title => title.id),
    async table =>
      (
        await sql<Placed & { title: number }>`
      select s.ID as "title", p.OT_ID as "id", p.OT_Path as "path", p.OT_OD_ID as "domainId", p.OT_State as "state", p.OT_DelState as "delState"
      from ${table} s join OPR_TopStructure on OTS_OT_Title = s.ID join OPR_Page on OP_OT_ID = OTS_OT_ID join OPR_Tree p on p.OT_ID = OTS_OT_ID
      where OP_PaginationCaption is null and p.OT_DelState = 0`.execute(db)
      ).rows,
  )
  return new Set(rows.filter(page => access.sees(principal, shownPlace(page))).map(page => page.title))
}

const nothing = () => ({ holds: [] as number[], fails: [] as number[] })

function isOf(
  asked: NonNullable<TitleConditions['pages']>,
  pages: number,
  announced: number | null,
): boolean {
  switch (asked) {
    case 'missing':
      return announced !== null && pages < announced
    case 'complete':
      return announced !== null && pages >= announced
    case 'some':
      return pages > 0
    case 'none':
      return pages === 0
  }
}

/** Of which titles conditions on pages, texts and labels hold or fail for the principal otherwise than their rows say. */
export async function otherwiseFor(
  db: Db,
  types: TypeSystem,
  principal: Principal,
  asked: TitleConditions,
): Promise<Otherwise | undefined> {
  if (asked.pages === undefined && asked.textState === undefined && asked.labels === undefined)
    return undefined
  const levels = await levelsOf(db, principal)
  if (!levels) return undefined
  const titles = await titlesAmong(db, [...new Set([...levels.values()].flat())])
  const seen = await countsWithin(db, types, principal, titles, levels)
  const unlabelled = asked.labels === undefined ? undefined : await unlabelledAmong(db, principal, titles)
  const found = { pages: nothing(), text: nothing(), labels: nothing() }
  const note = (of: keyof Otherwise, id: number, said: boolean | undefined, holds: boolean): void => {
    if (said !== holds) found[of][holds ? 'holds' : 'fails'].push(id)
  }
  for (const title of titles) {
    const { id, announced } = title
    const { pages, hasText } = seen.get(id) as Counts
    if (asked.pages !== undefined) {
      const said = asked.isShownOnly ? title.shown : title.all
      note('pages', id, isOf(asked.pages, said, announced), isOf(asked.pages, pages, announced))
    }
    if (asked.textState !== undefined) {
      const said = asked.isShownOnly ? title.textShown : title.textState
      note('text', id, said === asked.textState, hasText === (asked.textState === 1))
    }
    // what the row says of labels is not known here
    if (unlabelled)
      note(
        'labels',
        id,
        undefined,
        asked.labels === 'missing' ? unlabelled.has(id) : pages > 0 && !unlabelled.has(id),
      )
  }
  return found
}
