// What the histories and the log know of the programs that made and changed a document.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

export interface Use {
  readonly application: string
  /** When it changed the document last */
  readonly at: Date
  readonly made: number
}

/** What is kept of a node, be it a title or a page: the operation that made it, those that gave it texts and identifiers, and all histories. */
export async function ofNode(db: Db, id: number): Promise<Use[]> {
  const history = (prefix: string, table: string) =>
    sql`select ${sql.ref(`${prefix}_Application`)}, ${sql.ref(`${prefix}_InsertTS`)}, 0 from ${sql.table(table)} where ${sql.ref(`${prefix}_OT_ID`)} = ${id}`
  // lines of one operation name one program
  const ofBatch = (column: string) =>
    sql`(select first 1 SL_Application from SYS_Log where SL_Batch = ${sql.ref(column)})`
  const { rows } = await sql<Use>`
    select X.A as "application", max(X.T) as "at", max(X.M) as "made" from (
      select ${ofBatch('OT_InsertBatch')} as A, OT_InsertTS as T, 1 as M from OPR_Tree where OT_ID = ${id}
      union all select ${ofBatch('OF_InsertBatch')}, OF_InsertTS, 0 from OPR_Fulltext where OF_OT_ID = ${id}
      union all select ${ofBatch('OI_InsertBatch')}, OI_InsertTS, 0 from OPR_Identifier where OI_OT_ID = ${id}
      union all ${history('OTH', 'OPR_TreeHistory')}
      union all ${history('OCH', 'OPR_ContentHistory')}
      union all ${history('OCXH', 'OPR_ContentXmlHistory')}
      union all ${history('OPH', 'OPR_PageHistory')}
      union all ${history('OFH', 'OPR_FulltextHistory')}
      union all ${history('OIH', 'OPR_IdentifierHistory')}
    ) X where X.A is not null group by X.A order by 2`.execute(db)
  return rows
}

/** Where the operation that made a node took it from, as its line in the log says. */
export async function sourceOf(db: Db, id: number): Promise<string | undefined> {
  const { rows } = await sql<{ data: string | null }>`
    select first 1 SL_Data as "data" from OPR_Tree join SYS_Log on SL_Batch = OT_InsertBatch
    where OT_ID = ${id} and SL_Action = 'import'`.execute(db)
  return (JSON.parse(rows[0]?.data ?? 'null') as { source?: string } | null)?.source
}

/** Of what has lines of its own in the log. Log-ins change nothing. @param id of the entity, or the UUID of a user */
export async function ofEntity(db: Db, entity: string, id: number | string): Promise<Use[]> {
  const entityId =
    typeof id === 'number' ? sql`${id}` : sql`(select PU_ID from PRV_User where PU_UUID = ${id})`
  const { rows } = await sql<Use>`
    select SL_Application as "application", max(SL_InsertTS) as "at", max(iif(SL_Action = 'create', 1, 0)) as "made" from SYS_Log
    where SL_Entity = ${entity} and SL_EntityID = ${entityId} and SL_Application is not null and SL_Action not starting with 'log-in'
    group by SL_Application order by 2`.execute(db)
  return rows
}
