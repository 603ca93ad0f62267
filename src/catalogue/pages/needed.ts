// Which files of the archive pages, texts, further files of titles and files of orders need; and how one leaves that nothing needs any more.
import { type RawBuilder, sql } from 'kysely'
import type { Database, Db } from '../../firebird/database.ts'
import { isRetryable } from '../../firebird/faults.ts'
import type { Services } from '../../http/module.ts'
import { addressOf, hashOf } from '../../storage/addresses.ts'

/** A former master is needed by an undo, unless it was freed while it was that of the page: rows of OPR_PageHistory. */
export const isNotFreed = sql`not exists (select 1 from OPR_Page f
    where f.OP_OT_ID = OPR_PageHistory.OPH_OT_ID and f.OP_Url = OPR_PageHistory.OPH_Url and f.OP_State = 2)
  and not exists (select 1 from OPR_PageHistory l where l.OPH_OT_ID = OPR_PageHistory.OPH_OT_ID
    and l.OPH_ID > OPR_PageHistory.OPH_ID and l.OPH_Url = OPR_PageHistory.OPH_Url and l.OPH_State = 2)
  and (exists (select 1 from OPR_Page p where p.OP_OT_ID = OPR_PageHistory.OPH_OT_ID)
    or not exists (select 1 from OPR_FreedMaster where OFM_Sha256 = substring(OPR_PageHistory.OPH_Hashsum from 8)))`

interface Holder {
  readonly table: string
  readonly url: string
  readonly needs: RawBuilder<unknown>
}

const always = sql`1 = 1`
const holders: readonly Holder[] = [
  { table: 'OPR_Page', url: 'OP_Url', needs: sql`OP_State <> 2` },
  { table: 'OPR_PageHistory', url: 'OPH_Url', needs: sql`OPH_State <> 2 and ${isNotFreed}` },
  { table: 'OPR_Fulltext', url: 'OF_Url', needs: always },
  { table: 'OPR_FulltextHistory', url: 'OFH_Url', needs: always },
  { table: 'OPR_Attachment', url: 'OAT_Url', needs: always },
  { table: 'OPR_AttachmentHistory', url: 'OATH_Url', needs: always },
  { table: 'OPR_OrderFile', url: 'OOF_Url', needs: always },
]

/** Addresses of all files that something needs. */
export async function neededFiles(db: Db): Promise<Set<string>> {
  const found = new Set<string>()
  const selects = holders.map(
    ({ table, url, needs }) =>
      sql`select ${sql.raw(url)} as "url" from ${sql.raw(table)} where ${sql.raw(url)} is not null and ${needs}`,
  )
  const { rows } = await sql<{ url: string }>`${sql.join(selects, sql` union `)}`.execute(db)
  for (const { url } of rows) found.add(url.replace(/#.*$/, ''))
  return found
}

/** Whether something needs a file. */
export async function isNeeded(db: Db, address: string): Promise<boolean> {
  const file = addressOf(hashOf(address))
  for (const { table, url, needs } of holders) {
    const column = sql.raw(url)
    // an address may name a page of the file
    const { rows } = await sql`select first 1 1 as "one" from ${sql.raw(table)}
      where ${column} >= ${file} and ${column} < ${`${file}#~`} and ${needs}`.execute(db)
    if (rows.length > 0) return true
  }
  return false
}

/**
 * Returns when everyone has come to an end who may have recorded an address without seeing that its master is freed: those who record one later lock
 * its row (sql/170-preservation.sql). The tables one after the other, so that nobody waits for one while another is held.
 */
export async function recordersAreThrough(database: Database): Promise<void> {
  for (const table of ['OPR_Page', 'OPR_Fulltext', 'OPR_Attachment', 'OPR_OrderFile'])
    await database.inTransaction({ reserve: [{ table, mode: 'protected' }] }, async () => {})
}

/**
 * Removes a file that nothing needs. Of a freed master the row is locked meanwhile: who records its address waits, and then finds that it is gone.
 * @returns false where something needs it, or is recording that
 */
export async function removeUnneeded({ database, archive }: Services, address: string): Promise<boolean> {
  try {
    return await database.inTransaction({ retries: 0 }, async trx => {
      await sql`select OFM_Sha256 as "sha256" from OPR_FreedMaster where OFM_Sha256 = ${hashOf(address)} with lock`.execute(
        trx,
      )
      if (await isNeeded(trx, address)) return false
      await archive.remove(address)
      return true
    })
  } catch (error) {
    if (isRetryable(error)) return false
    throw error
  }
}
