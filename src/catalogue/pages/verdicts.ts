// OPR_MasterVerdict: what was found when the bytes of a master were decoded.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Scan } from '../../imaging/probe.ts'

/** To be raised when probe.ts refuses what it accepted, or finds other pages: everything is then judged anew. */
const rulesInForce = 2
const actor = { name: 'judge', application: 'pages' }

type Scans = readonly [Scan, ...Scan[]]

const parse = (text: string): Scans =>
  (JSON.parse(text) as [Scan, ...Scan[]]).map(scan => ({
    ...scan,
    dateTime: scan.dateTime === undefined ? undefined : new Date(scan.dateTime),
  })) as unknown as Scans

/** @returns undefined where it was not judged by the rules in force */
export async function find(db: Db, sha256: string): Promise<Scans | undefined> {
  const { rows } = await sql<{ scans: string }>`select OMV_Scans as "scans" from OPR_MasterVerdict
    where OMV_Sha256 = ${sha256} and OMV_Rules = ${rulesInForce}`.execute(db)
  const [row] = rows
  return row && parse(String(row.scans))
}

export async function keep({ database }: Services, sha256: string, scans: Scans): Promise<void> {
  await database.inTransaction({ actor }, async trx => {
    await sql`update or insert into OPR_MasterVerdict (OMV_Sha256, OMV_Rules, OMV_Scans)
      values (${sha256}, ${rulesInForce}, ${JSON.stringify(scans)}) matching (OMV_Sha256)`.execute(trx)
  })
}

/** Masters that were not decoded by the rules in force, with a page of each. */
export async function notJudged(db: Db): Promise<{ id: number; url: string; sha256: string }[]> {
  const { rows } = await sql<{ id: number; url: string; hashsum: string }>`
    select min(OP_OT_ID) as "id", min(OP_Url) as "url", OP_Hashsum as "hashsum" from OPR_Page
    where OP_Url is not null and OP_State in (1, 4) and OP_Hashsum starting with 'sha256:'
      and not exists (select 1 from OPR_MasterVerdict
        where OMV_Sha256 = substring(OP_Hashsum from 8) and OMV_Rules = ${rulesInForce})
    group by OP_Hashsum`.execute(db)
  return rows.map(({ hashsum, ...row }) => ({ ...row, sha256: hashsum.replace('sha256:', '') }))
}
