// OPR_Region: the parts of pages that articles are made of. Deliveries and people replace those of an article as a whole.
import type { Box } from '../../formats/ocr/page-text.ts'
import { type Db, nextId } from '../../firebird/database.ts'
import type { KeptRows } from '../../system/log/index.ts'

export interface Region {
  readonly pageId: number
  readonly box: Box
}

const written = ({ pageId, box }: Region): string => [pageId, box.x, box.y, box.width, box.height].join(' ')

/** The regions of a node, in their order. */
export async function regionsOf(db: Db, nodeId: number): Promise<Region[]> {
  const rows = await db
    .selectFrom('OPR_Region')
    .select(['ORG_OT_Page as pageId', 'ORG_X as x', 'ORG_Y as y', 'ORG_W as width', 'ORG_H as height'])
    .where('ORG_OT_ID', '=', nodeId)
    .orderBy('ORG_Sort')
    .execute()
  return rows.map(({ pageId, ...box }) => ({ pageId, box }))
}

/** @returns whether anything changed */
export async function storeRegions(trx: Db, nodeId: number, regions: readonly Region[]): Promise<boolean> {
  const stored = (await regionsOf(trx, nodeId)).map(written)
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
    const regions = await regionsOf(trx, from)
    if (regions.length > 0)
      await storeRegions(
        trx,
        to,
        regions.map(({ pageId, box }) => ({ pageId: copies.get(pageId) ?? pageId, box })),
      )
  }
}

/** What undo needs of them. */
export const keptRegions: KeptRows = {
  table: 'OPR_Region',
  prefix: 'ORG',
  history: 'OPR_RegionHistory',
  historyPrefix: 'ORGH',
  columns: [
    'OT_Page',
    'Sort',
    'X',
    'Y',
    'W',
    'H',
    ['InsertBatch', 'OldInsertBatch'],
    ['InsertTS', 'OldInsertTS'],
  ],
  name: row =>
    `region ${String(row['X'])},${String(row['Y'])},${String(row['W'])},${String(row['H'])} of page ${String(row['OT_Page'])}`,
}
