import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Edits } from '../../imaging/pack/recipe.ts'
import type { KeptTable } from '../../system/log/index.ts'
import { pageStates } from '../../catalogue/pages/index.ts'
import { packStates } from './codes.ts'

const columns = [
  'OT_ID as id',
  'OT_OD_ID as domainId',
  'OT_Path as path',
  'OT_State as state',
  'OT_DelState as delState',
  'OP_Url as url',
  'OP_Hashsum as hashsum',
  'OP_State as masterState',
  'OP_ImgWidth as masterWidth',
  'OP_ImgHeight as masterHeight',
  'OPK_State as packState',
  'OPK_Recipe as recipe',
  'OPK_Unmarked as unmarked',
  'OPK_Width as width',
  'OPK_Height as height',
  'OPK_Rotation as rotation',
  'OPK_Mirrored as mirrored',
  'OPK_CropX as cropX',
  'OPK_CropY as cropY',
  'OPK_CropWidth as cropWidth',
  'OPK_CropHeight as cropHeight',
  'OPK_Verdict as verdict',
  'OIP_Format as format',
  'OCF_Licence as licence',
] as const

const rows = (db: Db) =>
  db
    .selectFrom('OPR_Tree')
    .innerJoin('OPR_Page', 'OP_OT_ID', 'OT_ID')
    .leftJoin('OPR_Pack', 'OPK_OT_ID', 'OT_ID')
    .leftJoin('OPR_ImageProfile', 'OIP_ID', 'OP_OIP_ID')
    .leftJoin('OPR_TopStructure', 'OTS_OT_ID', 'OT_ID')
    .leftJoin('OPR_ContentField', 'OCF_OT_ID', 'OTS_OT_Title')
    .select(columns)

/** What a page is served from. */
export interface ImageRow {
  readonly id: number
  readonly domainId: number
  readonly path: string
  readonly state: number
  readonly delState: number
  /** Address of the master in the archive, with #page=n */
  readonly url: string | null
  readonly hashsum: string | null
  readonly masterState: number
  readonly masterWidth: number | null
  readonly masterHeight: number | null
  readonly packState: number | null
  /** Of the pack that is there, which may be the one before */
  readonly recipe: string | null
  /** The same without the watermark; null where there is none */
  readonly unmarked: string | null
  readonly width: number | null
  readonly height: number | null
  readonly rotation: number | null
  readonly mirrored: number | null
  readonly cropX: number | null
  readonly cropY: number | null
  readonly cropWidth: number | null
  readonly cropHeight: number | null
  readonly verdict: string | null
  /** Of the master */
  readonly format: string | null
  /** As the record of the page's title writes it */
  readonly licence: string | null
}

/** Names of the packs that a page is served from. */
export const packNamesOf = ({ recipe, unmarked }: Pick<ImageRow, 'recipe' | 'unmarked'>): string[] =>
  [recipe, unmarked].filter(name => name !== null)

export const find = (db: Db, id: number): Promise<ImageRow | undefined> =>
  rows(db).where('OT_ID', '=', id).executeTakeFirst()

/** Whether the master lies in a capsule alone. */
export const isFreed = ({ masterState }: Pick<ImageRow, 'masterState'>): boolean =>
  masterState === pageStates.of('deletedAfterExport')

/** @throws Refusal conflict where another image cannot be made, because the master was freed */
export function requireMaster(page: Pick<ImageRow, 'id' | 'masterState'>): void {
  if (isFreed(page))
    throw new Refusal(
      'conflict',
      `The master of page ${page.id} was freed: it lies in a capsule, and another image is made when it is back (capsule.fetch).`,
    )
}

/** Packs that are to be made, in order of their pages. */
export const wanted = (db: Db, afterId: number, limit: number): Promise<ImageRow[]> =>
  rows(db)
    .where('OPK_State', '=', packStates.of('wanted'))
    .where('OPK_OT_ID', '>', afterId)
    .orderBy('OPK_OT_ID')
    .limit(limit)
    .execute()

/** All pages with a pack or a wish for one, in order. */
export const all = (db: Db, afterId: number, limit: number): Promise<ImageRow[]> =>
  rows(db).where('OPK_OT_ID', '>', afterId).orderBy('OPK_OT_ID').limit(limit).execute()

export const editsOf = (row: ImageRow): Edits => ({
  rotation: (row.rotation ?? 0) as Edits['rotation'],
  mirrored: row.mirrored === 1,
  crop:
    row.cropX === null || row.cropY === null || row.cropWidth === null || row.cropHeight === null
      ? undefined
      : { x: row.cropX, y: row.cropY, width: row.cropWidth, height: row.cropHeight },
})

/** Packs in a state. */
export async function countIn(db: Db, state: (typeof packStates.names)[number]): Promise<number> {
  const row = await db
    .selectFrom('OPR_Pack')
    .select(db.fn.countAll<number>().as('n'))
    .where('OPK_State', '=', packStates.of(state))
    .executeTakeFirst()
  return Number(row?.n ?? 0)
}

export async function setMade(
  trx: Db,
  id: number,
  made: { recipe: string; width: number; height: number; bytes: number },
  unmarked: { recipe: string; bytes: number } | undefined,
): Promise<void> {
  await trx
    .updateTable('OPR_Pack')
    .set({
      OPK_State: packStates.of('made'),
      OPK_Recipe: made.recipe,
      OPK_Unmarked: unmarked?.recipe ?? null,
      OPK_Width: made.width,
      OPK_Height: made.height,
      OPK_Bytes: made.bytes,
      OPK_UnmarkedBytes: unmarked?.bytes ?? null,
      OPK_Verdict: null,
    })
    .where('OPK_OT_ID', '=', id)
    .execute()
}

/** The master cannot be decoded; a pack of before stays what is served. */
export async function setRefused(trx: Db, id: number, verdict: string): Promise<void> {
  await trx
    .updateTable('OPR_Pack')
    .set({ OPK_State: packStates.of('refused'), OPK_Verdict: verdict.slice(0, 500) })
    .where('OPK_OT_ID', '=', id)
    .execute()
}

/** A page whose master was taken back has nothing that a pack could be made of. */
export async function dropWish(trx: Db, id: number): Promise<void> {
  await sql`delete from OPR_Pack where OPK_OT_ID = ${id} and OPK_State = ${packStates.of('wanted')}
    and not exists (select 1 from OPR_Page where OP_OT_ID = ${id} and OP_Url is not null and OP_Hashsum is not null)`.execute(
    trx,
  )
}

/** Wants packs anew. @returns how many were not wanted already */
export async function want(trx: Db, ids: readonly number[]): Promise<number> {
  let changed = 0
  for (let start = 0; start < ids.length; start += 500) {
    const result = await trx
      .updateTable('OPR_Pack')
      .set({ OPK_State: packStates.of('wanted') })
      .where('OPK_OT_ID', 'in', ids.slice(start, start + 500))
      .where('OPK_State', '<>', packStates.of('wanted'))
      .executeTakeFirst()
    changed += Number(result.numUpdatedRows)
  }
  return changed
}

export async function setEdits(trx: Db, id: number, edits: Edits): Promise<void> {
  await trx
    .updateTable('OPR_Pack')
    .set({
      OPK_State: packStates.of('wanted'),
      OPK_Rotation: edits.rotation,
      OPK_Mirrored: edits.mirrored ? 1 : 0,
      OPK_CropX: edits.crop?.x ?? null,
      OPK_CropY: edits.crop?.y ?? null,
      OPK_CropWidth: edits.crop?.width ?? null,
      OPK_CropHeight: edits.crop?.height ?? null,
    })
    .where('OPK_OT_ID', '=', id)
    .execute()
}

/** What undo needs of the edits; the pack is made anew. */
export const keptEdits: KeptTable = {
  table: 'OPR_Pack',
  prefix: 'OPK',
  key: 'OT_ID',
  history: 'OPR_PackHistory',
  historyPrefix: 'OPKH',
  columns: {
    rotation: 'Rotation',
    mirrored: 'Mirrored',
    cropX: 'CropX',
    cropY: 'CropY',
    cropWidth: 'CropWidth',
    cropHeight: 'CropHeight',
  },
  afterwards: wantEdited,
}

/** @throws Refusal conflict where the master was freed: the image that the edits tell of cannot be made */
async function wantEdited(trx: Db, ids: readonly number[]): Promise<void> {
  for (let at = 0; at < ids.length; at += 500) {
    const page = await rows(trx)
      .where('OT_ID', 'in', ids.slice(at, at + 500))
      .where('OP_State', '=', pageStates.of('deletedAfterExport'))
      .executeTakeFirst()
    if (page) requireMaster(page)
  }
  await want(trx, ids)
}

/** Whether a page is served from the pack. */
export async function isUsed(db: Db, recipe: string): Promise<boolean> {
  const row = await db
    .selectFrom('OPR_Pack')
    .select('OPK_OT_ID as id')
    .where(eb => eb.or([eb('OPK_Recipe', '=', recipe), eb('OPK_Unmarked', '=', recipe)]))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Pages below a title that stand for it or its parts: the first page in the order of the tree, for nodes that are no pages. */
export async function firstPageBelow(
  db: Db,
  path: string,
  visibleOnly: boolean,
): Promise<number | undefined> {
  const visible = visibleOnly ? sql`and OT_State = 1` : sql``
  const { rows: found } = await sql<{ id: number }>`select first 1 OT_ID as "id" from OPR_Tree
    where OT_Path starting with cast(${path} as varchar(1000)) and OT_RCV_Datatype + 0 = 3 and OT_DelState = 0 and OT_OT_Link is null ${visible}
    order by OT_Path, OT_Sort, OT_ID`.execute(db)
  return found[0]?.id
}

/** The page that stands for a title. */
export async function titlePageOf(db: Db, titleId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('OPR_Content')
    .select('OC_OT_Titlepage as id')
    .where('OC_OT_ID', '=', titleId)
    .executeTakeFirst()
  return row?.id ?? undefined
}

export interface PackCounts {
  readonly wanted: number
  readonly made: number
  readonly refused: number
  readonly bytes: number
}
export async function counts(db: Db): Promise<PackCounts> {
  const found = await db
    .selectFrom('OPR_Pack')
    .select([
      'OPK_State as state',
      db.fn.countAll<number>().as('n'),
      sql<number>`sum(coalesce(OPK_Bytes, 0) + coalesce(OPK_UnmarkedBytes, 0))`.as('bytes'),
    ])
    .groupBy('OPK_State')
    .execute()
  const result = { wanted: 0, made: 0, refused: 0, bytes: 0 }
  for (const row of found) {
    result[packStates.name(row.state)] = Number(row.n)
    result.bytes += Number(row.bytes ?? 0)
  }
  return result
}
