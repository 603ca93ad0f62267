// OPR_FreedMaster: where masters lie that the archive need not hold.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { z } from 'zod'
import { digestOf } from './files.ts'

/** @param files with their places below data/ of the capsule */
export async function noteFreed(
  trx: Db,
  files: readonly { readonly sha256: string; readonly path: string }[],
  capsule: string,
): Promise<void> {
  for (const { sha256, path } of files)
    await sql`update or insert into OPR_FreedMaster (OFM_Sha256, OFM_Capsule, OFM_Path)
      values (${sha256}, ${capsule}, ${`data/${path}`}) matching (OFM_Sha256)`.execute(trx)
}

/** A new capsule holds the masters again: those that are freed are brought from it from now on, so that earlier ones may go. */
export async function pointTo(trx: Db, capsule: string, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await sql`update OPR_FreedMaster set OFM_Capsule = ${capsule}, OFM_Path = ${path} where OFM_Sha256 = ${digestOf(path) ?? ''}`.execute(
      trx,
    )
}

/**
 * Masters that pages need which were freed, or an undo of a page, and that are brought from a capsule; by titles that no title stands above. Asked of
 * capsules that are in doubt: OFM_Capsule has no index.
 */
export async function freedIn(db: Db, capsule: string): Promise<Map<number, Set<string>>> {
  const { rows } = await sql<{ sha256: string; path: string }>`
    select OFM_Sha256 as "sha256", OT_Path as "path" from OPR_FreedMaster
      join OPR_Page on OP_Hashsum = 'sha256:' || OFM_Sha256 and OP_State = 2 join OPR_Tree on OT_ID = OP_OT_ID where OFM_Capsule = ${capsule}
    union select OFM_Sha256, OT_Path from OPR_FreedMaster
      join OPR_PageHistory on OPH_Url starting with 'sha256/' || substring(OFM_Sha256 from 1 for 2) || '/' || OFM_Sha256 and OPH_State = 2
      join OPR_Page on OP_OT_ID = OPH_OT_ID join OPR_Tree on OT_ID = OPH_OT_ID where OFM_Capsule = ${capsule}`.execute(
    db,
  )
  const found = new Map<number, Set<string>>()
  const tops = new Map<string, number>()
  for (const { sha256, path } of rows) {
    let titleId = tops.get(path)
    if (titleId === undefined) {
      const above = path
        .split('|')
        .filter(part => part !== '')
        .map(Number)
      const { rows: titles } = await sql<{ id: number }>`
        select OC_OT_ID as "id" from OPR_Content where OC_OT_ID in (${sql.join(above)}) and OC_OT_MetaParent is null`.execute(
        db,
      )
      tops.set(path, (titleId = titles[0]?.id ?? 0))
    }
    found.set(titleId, (found.get(titleId) ?? new Set()).add(sha256))
  }
  return found
}

/** Names of the capsules that freed masters are brought from. */
export async function namesOfHolders(db: Db): Promise<Set<string>> {
  const { rows } = await sql<{
    name: string
  }>`select distinct OFM_Capsule as "name" from OPR_FreedMaster`.execute(db)
  return new Set(rows.map(({ name }) => name))
}

const id = z.number().int().min(1).max(2_147_483_647)

/** Which masters are meant: those of a node and all below it, or of a domain and those below it. */
export const WantedMasters = z
  .strictObject({ node: id.optional(), domain: id.optional(), dryRun: z.boolean().optional() })
  .refine(({ node, domain }) => (node === undefined) !== (domain === undefined), 'give a node or a domain')
export type WantedMasters = z.output<typeof WantedMasters>

/** A title that no title stands above, and which part of it is meant. */
export interface Part {
  readonly titleId: number
  readonly path: string
}

/** @throws Refusal not-found */
export async function partsOf({ db }: Services, { node, domain }: WantedMasters): Promise<Part[]> {
  const tops = sql`select OT_ID as "titleId", OT_Path as "path" from OPR_Tree join OPR_Content on OC_OT_ID = OT_ID and OC_OT_MetaParent is null`
  if (domain !== undefined) {
    const { rows: known } = await sql`select 1 as "one" from OPR_Domain where OD_ID = ${domain}`.execute(db)
    if (known.length === 0) throw new Refusal('not-found', `There is no domain ${domain}.`)
    const { rows } = await sql<Part>`with recursive R as (
        select OD_ID from OPR_Domain where OD_ID = ${domain}
        union all select d.OD_ID from OPR_Domain d join R on d.OD_OD_Parent = R.OD_ID)
      ${tops} where OT_OD_ID in (select OD_ID from R) order by OT_ID`.execute(db)
    return rows
  }
  const found = await db
    .selectFrom('OPR_Tree')
    .select('OT_Path as path')
    .where('OT_ID', '=', node as number)
    .executeTakeFirst()
  if (!found) throw new Refusal('not-found', `There is no tree node ${node}.`)
  const above = found.path
    .split('|')
    .filter(part => part !== '')
    .map(Number)
  const { rows: within } = await sql<Part>`${tops} where OT_ID in (${sql.join(above)})`.execute(db)
  if (within.length > 0) return within.map(({ titleId }) => ({ titleId, path: found.path }))
  const { rows } = await sql<Part>`${tops} where OT_Path starting with ${found.path} order by OT_ID`.execute(
    db,
  )
  return rows
}
