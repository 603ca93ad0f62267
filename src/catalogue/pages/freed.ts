// Masters that lie in a capsule alone (OP_State 2): freed, asked for, brought back. The capsules themselves are a matter of preservation/capsules.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { pageStates } from './codes.ts'

const freed = sql.lit(pageStates.of('deletedAfterExport'))
const portion = 500

/** A page with its master. */
export interface MasterOfPage {
  readonly nodeId: number
  /** With the page of the file */
  readonly url: string
  readonly sha256: string
  readonly bytes: number
  /** Recipe of its pack, which is made and made apart from the master; null where there is none */
  readonly recipe: string | null
  /** The same of its pack without the watermark */
  readonly unmarked: string | null
}

/** Pages of a place in the tree whose masters the archive has. @param asItLies recipe of images that are served from the master itself */
export async function mastersBelow(db: Db, path: string, asItLies: string): Promise<MasterOfPage[]> {
  const { rows } = await sql<MasterOfPage>`
    select OT_ID as "nodeId", OP_Url as "url", substring(OP_Hashsum from 8) as "sha256", OP_Filesize as "bytes",
      OPK_Recipe as "recipe", OPK_Unmarked as "unmarked"
    from OPR_Tree join OPR_Page on OP_OT_ID = OT_ID
      left join OPR_Pack on OPK_OT_ID = OT_ID and OPK_State = 1 and ${asItLies} not in (OPK_Recipe, coalesce(OPK_Unmarked, ''))
    where OT_Path starting with ${path} and OP_State in (1, 4) and OP_Url is not null and OP_Hashsum starting with 'sha256:'
    order by OT_Path`.execute(db)
  return rows
}

/** Where the master of a page lies. */
export interface FreedMaster {
  readonly nodeId: number
  readonly domainId: number
  readonly url: string
  readonly sha256: string
  readonly bytes: number
  readonly capsule: string
  readonly file: string
}

/** Pages of a place in the tree whose masters were freed. */
export async function freedBelow(db: Db, path: string): Promise<FreedMaster[]> {
  const { rows } = await sql<FreedMaster>`
    select OT_ID as "nodeId", OT_OD_ID as "domainId", OP_Url as "url", OFM_Sha256 as "sha256", OP_Filesize as "bytes", OFM_Capsule as "capsule", OFM_Path as "file"
    from OPR_Tree join OPR_Page on OP_OT_ID = OT_ID join OPR_FreedMaster on OFM_Sha256 = substring(OP_Hashsum from 8)
    where OT_Path starting with ${path} and OP_State = ${freed} and OP_Url is not null order by OT_Path`.execute(
    db,
  )
  return rows
}

/** Where a freed master lies; undefined where nothing is known of it. */
export async function whereFreed(
  db: Db,
  sha256: string,
): Promise<{ readonly capsule: string; readonly file: string } | undefined> {
  const { rows } = await sql<{ capsule: string; file: string }>`
    select OFM_Capsule as "capsule", OFM_Path as "file" from OPR_FreedMaster where OFM_Sha256 = ${sha256}`.execute(
    db,
  )
  return rows[0]
}

/** Notes that the masters of pages lie in a capsule alone, as far as they still are their masters. @returns how many pages */
export async function setFreed(trx: Db, pages: readonly MasterOfPage[]): Promise<number> {
  let changed = 0
  for (const { nodeId, url } of pages) {
    const result = await sql`update OPR_Page set OP_State = ${freed}
      where OP_OT_ID = ${nodeId} and OP_Url = ${url} and OP_State in (1, 4)
        and exists (select 1 from OPR_Pack where OPK_OT_ID = OP_OT_ID and OPK_State = 1)`.execute(trx)
    changed += Number(result.numAffectedRows ?? 0)
  }
  return changed
}

const archived = sql`OP_State = iif(exists (
  select 1 from OPR_ImageProfile where OIP_ID = OP_OIP_ID and lower(OIP_Format) = 'pdf'), 4, 1)`

/** Notes that the archive has the masters of pages again. @returns how many pages */
export async function setArchived(trx: Db, pages: readonly FreedMaster[]): Promise<number> {
  let changed = 0
  for (const { nodeId, url } of pages) {
    const result =
      await sql`update OPR_Page set ${archived} where OP_OT_ID = ${nodeId} and OP_Url = ${url} and OP_State = ${freed}`.execute(
        trx,
      )
    changed += Number(result.numAffectedRows ?? 0)
  }
  return changed
}

/**
 * An undo that puts another master there has the state of the one before, or of its own, which was freed since: either is asked for now. The file is
 * in the archive, or images.ingest brings it back.
 */
export async function archivePutBack(trx: Db, nodeIds: readonly number[]): Promise<void> {
  for (let at = 0; at < nodeIds.length; at += portion)
    await sql`update OPR_Page set ${archived} where OP_OT_ID in (${sql.join(nodeIds.slice(at, at + portion))}) and OP_State = ${freed}
      and OP_Url is distinct from (select first 1 OPH_Url from OPR_PageHistory where OPH_OT_ID = OP_OT_ID order by OPH_ID desc)`.execute(
      trx,
    )
}
