import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

export interface Candidate {
  readonly id: number
  readonly path: string
  readonly domainId: number
  readonly density: number | null
}

export interface Wanted {
  /** Path of the node; all of the repository without it */
  readonly path: string | undefined
  /** Pages of these domains alone */
  readonly domainIds: readonly number[] | undefined
  /** Of these the pages with these ids alone */
  readonly only: readonly number[] | undefined
  readonly pages: 'missing' | 'all'
  /** Of all pages those whose text is older: what a job has done is not done again when it is taken up */
  readonly before: Date
}

const wantedOf = ({ path, domainIds, only, pages, before }: Wanted) => {
  const of = path === undefined ? sql`1 = 1` : sql`t.OT_Path starting with cast(${path} as varchar(1000))`
  const inDomains = domainIds === undefined ? sql`1 = 1` : sql`t.OT_OD_ID in (${sql.join(domainIds)})`
  const chosen = only === undefined ? sql`1 = 1` : sql`t.OT_ID in (${sql.join(only)})`
  const which =
    pages === 'missing'
      ? sql`not exists (select 1 from OPR_Fulltext where OF_OT_ID = t.OT_ID and OF_Kind in (0, 2))`
      : sql`not exists (select 1 from OPR_Fulltext where OF_OT_ID = t.OT_ID and OF_Kind = 0 and OF_UpdateTS >= ${before})`
  return sql`from OPR_Tree t join OPR_Pack on OPK_OT_ID = t.OT_ID left join OPR_Page on OP_OT_ID = t.OT_ID
    left join OPR_ImageProfile on OIP_ID = OP_OIP_ID
    where ${of} and ${inDomains} and ${chosen} and t.OT_RCV_Datatype + 0 = 3 and t.OT_DelState = 0 and OPK_Recipe is not null and ${which}`
}

/** Pages with an image that are to be read, in the order of their ids. */
export async function candidates(db: Db, wanted: Wanted, after: number, limit: number): Promise<Candidate[]> {
  const { rows } =
    await sql<Candidate>`select first ${sql.lit(limit)} t.OT_ID as "id", t.OT_Path as "path", t.OT_OD_ID as "domainId",
    OIP_Density as "density" ${wantedOf(wanted)} and t.OT_ID > ${after} order by t.OT_ID`.execute(db)
  return rows
}

export async function count(db: Db, wanted: Wanted): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as "n" ${wantedOf(wanted)}`.execute(db)
  return Number(rows[0]?.n ?? 0)
}
