// OPR_Region: the parts of pages that articles are made of. A delivery replaces those of an article as a whole.
import { sql } from 'kysely'
import type { Box } from '../../formats/ocr/page-text.ts'
import { type Db, nextId } from '../../firebird/database.ts'

export interface Region {
  readonly pageId: number
  readonly box: Box
}

const written = ({ pageId, box }: Region): string => [pageId, box.x, box.y, box.width, box.height].join(' ')

/** @returns whether anything changed */
export async function storeRegions(trx: Db, nodeId: number, regions: readonly Region[]): Promise<boolean> {
  const before = await trx
    .selectFrom('OPR_Region')
    .select(['ORG_OT_Page as pageId', 'ORG_X as x', 'ORG_Y as y', 'ORG_W as width', 'ORG_H as height'])
    .where('ORG_OT_ID', '=', nodeId)
    .orderBy('ORG_Sort')
    .execute()
  const stored = before.map(({ pageId, ...box }) => written({ pageId, box }))
  if (stored.join(',') === regions.map(written).join(',')) return false
  await trx.deleteFrom('OPR_Region').where('ORG_OT_ID', '=', nodeId).execute()
  for (const [at, { pageId, box }] of regions.entries())
    await trx
      .insertInto('OPR_Region')
      .values({
        ORG_ID: await nextId(trx, 'OPR_Region_SEQ'),
        ORG_OT_ID: nodeId,
        ORG_OT_Page: pageId,
        ORG_Sort: at + 1,
        ORG_X: box.x,
        ORG_Y: box.y,
        ORG_W: box.width,
        ORG_H: box.height,
      })
      .execute()
  return true
}

/** The regions of a copy are those of its original on the copied pages. @param copies original -> copy, of any datatype */
export async function copyRegions(trx: Db, copies: ReadonlyMap<number, number>): Promise<void> {
  for (const [from, to] of copies) {
    const { rows } = await sql<{ pageId: number; x: number; y: number; width: number; height: number }>`
      select ORG_OT_Page as "pageId", ORG_X as "x", ORG_Y as "y", ORG_W as "width", ORG_H as "height"
      from OPR_Region where ORG_OT_ID = ${from} order by ORG_Sort`.execute(trx)
    if (rows.length > 0)
      await storeRegions(
        trx,
        to,
        rows.map(({ pageId, ...box }) => ({ pageId: copies.get(pageId) ?? pageId, box })),
      )
  }
}
