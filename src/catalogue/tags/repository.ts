// OPR_Tag and OPR_NodeTag.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import { type Db, nextId } from '../../firebird/database.ts'
import { columnsFrom, updatedAt } from '../../firebird/fields.ts'
import { selection } from '../../firebird/selection.ts'

const columns = selection([
  'OTG_ID as id',
  'OTG_OD_ID as domainId',
  'OTG_Name as name',
  'OTG_System as system',
  'OTG_Public as public',
  'OTG_Captions as captions',
  'OTG_Description as description',
  'OTG_Colour as colour',
  'OTG_Version as version',
  'OTG_InsertTS as createdAt',
  'OTG_UpdateTS as updatedAt',
])

export interface Tag {
  readonly id: number
  /** Null: for all domains */
  readonly domainId: number | null
  readonly name: string
  readonly system: number
  readonly public: number
  /** JSON, as stored */
  readonly captions: string | null
  readonly description: string | null
  readonly colour: string | null
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const all = (db: Db): Promise<Tag[]> =>
  db.selectFrom('OPR_Tag').select(columns).orderBy('OTG_Name').execute()

export const find = (db: Db, name: string): Promise<Tag | undefined> =>
  db.selectFrom('OPR_Tag').select(columns).where('OTG_Name', '=', name).executeTakeFirst()

export const findById = (db: Db, id: number): Promise<Tag | undefined> =>
  db.selectFrom('OPR_Tag').select(columns).where('OTG_ID', '=', id).executeTakeFirst()

export interface TagFields {
  readonly domainId?: number | null
  readonly name?: string
  readonly system?: number
  readonly public?: number
  readonly captions?: string | null
  readonly description?: string | null
  readonly colour?: string | null
}

const columnOf = {
  domainId: 'OTG_OD_ID',
  name: 'OTG_Name',
  system: 'OTG_System',
  public: 'OTG_Public',
  captions: 'OTG_Captions',
  description: 'OTG_Description',
  colour: 'OTG_Colour',
} as const

const columnsOf = (fields: TagFields) => columnsFrom(columnOf, fields)

export async function insert(trx: Db, fields: TagFields & { readonly name: string }): Promise<number> {
  const id = await nextId(trx, 'OPR_Tag_SEQ')
  await trx
    .insertInto('OPR_Tag')
    .values({ OTG_ID: id, OTG_Name: fields.name, ...columnsOf(fields) })
    .execute()
  return id
}

/** @returns whether the tag had that version */
export async function update(
  trx: Db,
  id: number,
  version: number | '*',
  fields: TagFields,
): Promise<boolean> {
  const query = trx.updateTable('OPR_Tag').set(columnsOf(fields)).where('OTG_ID', '=', id)
  return await updatedAt(query, 'OTG_Version', version)
}

export const remove = (trx: Db, id: number) => trx.deleteFrom('OPR_Tag').where('OTG_ID', '=', id).execute()

/** @throws Refusal in-use where nodes or domains carry a tag, or a transition is about it */
export async function requireUnused(db: Db, id: number): Promise<void> {
  const { rows } = await sql<{ nodes: number; domains: number; transition: string | null }>`select
      (select count(*) from OPR_NodeTag where ONT_OTG_ID = ${id}) as "nodes",
      (select count(*) from OPR_DomainTag where ODT_OTG_ID = ${id}) as "domains",
      (select first 1 OTN_Name from OPR_Transition where OTN_OTG_ID = ${id}) as "transition" from RDB$DATABASE`.execute(
    db,
  )
  const [nodes, domains] = [Number(rows[0]?.nodes ?? 0), Number(rows[0]?.domains ?? 0)]
  const name = (await findById(db, id))?.name
  if (nodes + domains > 0)
    throw new Refusal('in-use', `The tag ‘${name}’ is set on ${nodes} ${nodes === 1 ? 'node' : 'nodes'} and ${domains} ${domains === 1 ? 'domain' : 'domains'}; take it off first.`) // prettier-ignore
  if (rows[0]?.transition)
    throw new Refusal('in-use', `The tag ‘${name}’ is what transition ‘${rows[0].transition}’ is about; remove that first.`) // prettier-ignore
}

/** Ids of the tags that a node carries itself. */
export async function ofNode(db: Db, nodeId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('OPR_NodeTag')
    .select('ONT_OTG_ID as id')
    .where('ONT_OT_ID', '=', nodeId)
    .orderBy('ONT_ID')
    .execute()
  return rows.map(row => row.id)
}

/** Nodes of TMP_ID that a change would reach: those without the tag where it is set, with it where it is taken off. */
const reached = (tagId: number, isSet: boolean) => sql`select distinct TI_OT_ID from TMP_ID
  where ${isSet ? sql`not` : sql``} exists (select 1 from OPR_NodeTag where ONT_OT_ID = TI_OT_ID and ONT_OTG_ID = ${tagId})`

export async function countReached(trx: Db, tagId: number, isSet: boolean): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as "n" from (${reached(tagId, isSet)}) r`.execute(trx)
  return Number(rows[0]?.n ?? 0)
}

/** Sets a tag on the nodes of TMP_ID, or takes it off. @returns how many had it otherwise */
export async function change(trx: Db, tagId: number, isSet: boolean): Promise<number> {
  const result = isSet
    ? await sql`insert into OPR_NodeTag (ONT_ID, ONT_OT_ID, ONT_OTG_ID)
        select next value for OPR_NodeTag_SEQ, r.TI_OT_ID, cast(${tagId} as integer) from (${reached(tagId, true)}) r`.execute(
        trx,
      )
    : await sql`delete from OPR_NodeTag where ONT_OTG_ID = ${tagId}
        and ONT_OT_ID in (select TI_OT_ID from TMP_ID)`.execute(trx)
  return Number(result.numAffectedRows ?? 0n)
}

/** The first nodes of TMP_ID that stand in none of some domains. */
export async function outside(
  trx: Db,
  domainIds: readonly number[],
): Promise<{ id: number; domainId: number } | undefined> {
  const { rows } = await sql<{
    id: number
    domainId: number
  }>`select OT_ID as "id", OT_OD_ID as "domainId" from TMP_ID join OPR_Tree on OT_ID = TI_OT_ID
    where OT_OD_ID + 0 not in (${sql.join(domainIds)}) fetch next 1 rows only`.execute(trx)
  return rows[0]
}

export interface TagEvent {
  readonly tagId: number
  readonly change: 'set' | 'taken off'
  readonly batch: number | null
  readonly actor: string | null
  readonly reason: string | null
  readonly at: Date
}

/** When a node got its tags and lost them, newest first. */
export async function events(db: Db, nodeId: number, limit: number): Promise<TagEvent[]> {
  const { rows } =
    await sql<TagEvent>`select first ${sql.lit(limit)} e.T as "tagId", e.C as "change", e.B as "batch",
      coalesce(e.A, (select first 1 SL_Actor from SYS_Log where SL_Batch = e.B order by SL_ID)) as "actor",
      coalesce(e.R, (select first 1 SL_Reason from SYS_Log where SL_Batch = e.B order by SL_ID)) as "reason", e.M as "at" from (
    select ONT_OTG_ID as T, cast('set' as varchar(10)) as C, ONT_InsertBatch as B, cast(null as varchar(250)) as A, cast(null as varchar(250)) as R, ONT_InsertTS as M
      from OPR_NodeTag where ONT_OT_ID = ${nodeId}
    union select ONTH_OTG_ID, cast('set' as varchar(10)), ONTH_OldInsertBatch, null, null, ONTH_OldInsertTS
      from OPR_NodeTagHistory where ONTH_OT_ID = ${nodeId} and ONTH_Absent = 0
    union select ONTH_OTG_ID, cast(trim(iif(ONTH_Absent = 1, 'set', 'taken off')) as varchar(10)), ONTH_Batch, ONTH_Actor, ONTH_Reason, ONTH_InsertTS
      from OPR_NodeTagHistory where ONTH_OT_ID = ${nodeId}) e
    order by e.M desc, e.B desc`.execute(db)
  return rows
}
