// What lists of the tree ask and say of titles, who keep it in OPR_Content: pages, texts, and what is missing.
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { splitIds } from '../../firebird/temp-ids.ts'

/** Conditions on a row of OPR_Tree that only titles fulfil, or that its log does. */
export interface TitleConditions {
  /** Pages and texts are those that are released: the others are not counted for who does not see them */
  readonly isShownOnly?: boolean | undefined
  readonly textState?: number | undefined
  readonly pages?: 'missing' | 'complete' | 'some' | 'none' | undefined
  readonly labels?: 'missing' | 'complete' | undefined
  readonly changedSince?: Date | undefined
  readonly changedBy?: string | undefined
  /** Titles of which a condition holds or fails otherwise than their row says, as entries close or open some of their pages to who asks */
  readonly otherwise?: Otherwise | undefined
}

interface Corrected {
  readonly holds: readonly number[]
  readonly fails: readonly number[]
}
export interface Otherwise {
  readonly pages: Corrected
  readonly text: Corrected
  readonly labels: Corrected
}

// a statement takes a few thousand parameters, and a list of them at most 1,500
const perList = 1400
const mostListed = 4 * perList

function isAmong(column: RawBuilder<unknown>, ids: readonly number[]): RawBuilder<boolean> {
  const some: RawBuilder<unknown>[] = []
  for (let start = 0; start < ids.length;) {
    const isListed = start < mostListed
    const part = ids.slice(start, start + (isListed ? perList : 800))
    some.push(
      isListed
        ? sql`${column} in (${sql.join(part)})`
        : sql`exists (select 1 from ${splitIds(part)} among where among.ID = ${column})`,
    )
    start += part.length
  }
  return sql<boolean>`(${sql.join(some, sql` or `)})`
}

/** A condition on rows of titles as it holds for who asks. @param column the id of the title */
export function corrected(
  condition: RawBuilder<unknown>,
  { holds, fails }: Corrected = { holds: [], fails: [] },
  column: RawBuilder<unknown> = sql`OT_ID`,
): RawBuilder<boolean> {
  const kept = fails.length === 0 ? condition : sql`${condition} and not ${isAmong(column, fails)}`
  return holds.length === 0 ? sql<boolean>`(${kept})` : sql<boolean>`(${kept} or ${isAmong(column, holds)})`
}

const content = (condition: RawBuilder<unknown>) =>
  sql<boolean>`exists (select 1 from OPR_Content where OC_OT_ID = OT_ID and ${condition})`
const unlabelled = sql<boolean>`exists (select 1 from OPR_TopStructure join OPR_Page on OP_OT_ID = OTS_OT_ID join OPR_Tree p on p.OT_ID = OTS_OT_ID
  where OTS_OT_Title = OPR_Tree.OT_ID and OP_PaginationCaption is null and p.OT_DelState = 0)`

export function conditionsOf(asked: TitleConditions): RawBuilder<boolean>[] {
  const { textState, pages, labels, changedSince, changedBy, isShownOnly = false, otherwise } = asked
  const count = isShownOnly ? sql`OC_PagesShown` : sql`OC_PageCache`
  const text = isShownOnly ? sql`OC_TextShown` : sql`OC_TextState`
  const ofPages = {
    missing: sql`${count} < OC_PageCount`,
    complete: sql`${count} >= OC_PageCount`,
    some: sql`${count} > 0`,
    none: sql`${count} = 0`,
  }
  const ofLabels = {
    missing: unlabelled,
    complete: sql`${content(sql`OC_PageCache > 0`)} and not ${unlabelled}`,
  }
  return [
    ...(textState === undefined ? [] : [corrected(content(sql`${text} = ${textState}`), otherwise?.text)]),
    ...(pages === undefined ? [] : [corrected(content(ofPages[pages]), otherwise?.pages)]),
    ...(labels === undefined ? [] : [corrected(ofLabels[labels], otherwise?.labels)]),
    ...(changedSince === undefined ? [] : [sql<boolean>`OT_UpdateTS >= cast(${changedSince} as timestamp)`]),
    ...(changedBy === undefined
      ? []
      : [sql<boolean>`exists (select 1 from SYS_Log where SL_Entity in ('title', 'node', 'page') and SL_EntityID = OT_ID and SL_Actor = ${changedBy})`]), // prettier-ignore
  ]
}

/** What a list tells of a title. */
export interface TitleFacts {
  readonly pagesPresent: number
  readonly pageCount: number | null
  readonly hasText: boolean
  readonly signature: string | null
  readonly tags: readonly string[]
}

/** Facts of those of the nodes that are titles; tags of all of them. @param countsAll of which titles hidden pages are counted as well */
export async function factsOf(
  db: Db,
  ids: readonly number[],
  allTags: boolean,
  countsAll: (id: number) => boolean,
): Promise<Map<number, TitleFacts>> {
  const found = new Map<number, TitleFacts & { readonly tags: string[] }>()
  for (let start = 0; start < ids.length; start += 800) {
    const some = splitIds(ids.slice(start, start + 800))
    const { rows } = await sql<{
      id: number
      all: number
      shown: number
      count: number | null
      text: number
      textShown: number
      signature: string | null
    }>`
      select OC_OT_ID as "id", OC_PageCache as "all", OC_PagesShown as "shown", OC_PageCount as "count", OC_TextState as "text", OC_TextShown as "textShown", OC_Signature as "signature"
      from ${some} s join OPR_Content on OC_OT_ID = s.ID`.execute(db)
    for (const { id, all, shown, count, text, textShown, signature } of rows) {
      const isAll = countsAll(id)
      found.set(id, {
        pagesPresent: isAll ? all : shown,
        pageCount: count,
        hasText: (isAll ? text : textShown) === 1,
        signature,
        tags: [],
      })
    }
    const tags = await sql<{ id: number; name: string }>`
      select ONT_OT_ID as "id", OTG_Name as "name" from ${some} s join OPR_NodeTag on ONT_OT_ID = s.ID join OPR_Tag on OTG_ID = ONT_OTG_ID
      ${allTags ? sql`` : sql`where OTG_Public = 1`} order by OTG_Name`.execute(db)
    for (const { id, name } of tags.rows) found.get(id)?.tags.push(name)
  }
  return found
}
