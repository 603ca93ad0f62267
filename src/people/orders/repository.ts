// OPR_Order with who belongs to it, its tags and its titles.
import { sql } from 'kysely'
import { codes } from '../../codes.ts'
import { type Db, nextId } from '../../firebird/database.ts'
import { columnsFrom } from '../../firebird/fields.ts'
import { byIds } from '../../firebird/temp-ids.ts'
import { type State, states } from './states.ts'
import type { ReplacedBy } from '../../http/versions.ts'

export const roles = codes({ editors: 0, generators: 1, authors: 2 })
export type Role = (typeof roles.names)[number]

export interface Person {
  readonly id: number
  readonly uuid: string
  readonly name: string
}
export type People = Readonly<Record<Role, readonly Person[]>>
export interface Tags {
  readonly standard: readonly string[]
  readonly user: readonly string[]
}

/** What lists show. */
export interface ListedOrder {
  readonly id: number
  readonly title: string
  readonly reference: string | null
  readonly state: number
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface Order extends ListedOrder {
  readonly description: string | null
  /** JSON, as stored */
  readonly properties: string | null
  /** JSON, as stored */
  readonly comments: string | null
  readonly creator: string
  readonly isShown: number
  readonly organisationId: number | null
  readonly organisationUuid: string | null
  readonly organisationName: string | null
}

const listed = sql`OO_ID as "id", OO_Title as "title", OO_Reference as "reference", OO_State as "state", OO_Version as "version",
  OO_InsertTS as "createdAt", OO_UpdateTS as "updatedAt"`

export interface OrderFilter {
  /** PU_ID of an editor: what somebody reads who does not see all */
  readonly editorId?: number | undefined
  readonly state?: State | undefined
  /** UUID of an editor */
  readonly editor?: string | undefined
  /** UUID, in any role */
  readonly person?: string | undefined
  readonly tag?: string | undefined
  readonly text?: string | undefined
}

const withUuid = (uuid: string) => sql`(select PU_ID from PRV_User where PU_UUID = ${uuid})`

/** Orders, the latest first. @param before an id */
export async function list(
  db: Db,
  { editorId, state, editor, person, tag, text }: OrderFilter,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<ListedOrder[]> {
  const has = (column: string) => sql`${sql.ref(column)} containing cast(${text} as varchar(250))`
  const conditions = [
    sql`OO_ID < ${before ?? 2147483647}`,
    ...(editorId === undefined
      ? []
      : [sql`e.OOP_PU_ID = ${editorId}`, sql`e.OOP_Role = ${roles.of('editors')}`]),
    ...(state === undefined ? [] : [sql`OO_State = ${states.of(state)}`]),
    ...(editor === undefined
      ? []
      : [
          sql`exists (select 1 from OPR_OrderPerson p where p.OOP_OO_ID = OO_ID and p.OOP_Role = ${roles.of('editors')}
            and p.OOP_PU_ID = ${withUuid(editor)})`,
        ]),
    ...(person === undefined
      ? []
      : [
          sql`(exists (select 1 from OPR_OrderPerson p where p.OOP_OO_ID = OO_ID and p.OOP_PU_ID = ${withUuid(person)})
            or OO_PU_Organisation = ${withUuid(person)})`,
        ]),
    ...(tag === undefined
      ? []
      : [sql`exists (select 1 from OPR_OrderTag where OOG_OO_ID = OO_ID and OOG_Name = ${tag})`]),
    ...(text === undefined
      ? []
      : [sql`(${sql.join(['OO_TITLE', 'OO_DESCRIPTION', 'OO_REFERENCE'].map(has), sql` or `)})`]),
  ]
  // somebody has few of all orders: they are found by the person, and then put in order
  const [from, key] =
    editorId === undefined
      ? [sql`OPR_Order`, sql`OO_ID`]
      : [sql`OPR_OrderPerson e join OPR_Order on OO_ID = e.OOP_OO_ID`, sql`OO_ID + 0`]
  const { rows } = await sql<ListedOrder>`select first ${sql.lit(limit)} ${listed} from ${from}
    where ${sql.join(conditions, sql` and `)} order by ${key} desc`.execute(db)
  return rows
}

const whole = sql`${listed}, OO_Description as "description", OO_Properties as "properties", OO_Comments as "comments",
  OO_Creator as "creator", OO_Shown as "isShown", OO_PU_Organisation as "organisationId", PU_UUID as "organisationUuid", PU_Name as "organisationName"`

export async function find(db: Db, id: number): Promise<Order | undefined> {
  const { rows } =
    await sql<Order>`select ${whole} from OPR_Order left join PRV_User on PU_ID = OO_PU_Organisation where OO_ID = ${id}`.execute(
      db,
    )
  return rows[0]
}

/** The order that a title stands in, by one statement whether there is one or not. */
export async function findOfTitle(db: Db, titleId: number): Promise<Order | undefined> {
  const { rows } = await sql<Order>`select ${whole} from OPR_OrderItem join OPR_Order on OO_ID = OOI_OO_ID
    left join PRV_User on PU_ID = OO_PU_Organisation where OOI_OT_ID = ${titleId}`.execute(db)
  return rows[0]
}

const nobody: People = { editors: [], generators: [], authors: [] }

/** Who belongs to orders, as they were named. */
export async function peopleOf(db: Db, ids: readonly number[]): Promise<Map<number, People>> {
  const rows = await byIds(ids, async table => {
    const found = await sql<Person & { orderId: number; role: number }>`
      select OOP_OO_ID as "orderId", OOP_Role as "role", PU_ID as "id", PU_UUID as "uuid", PU_Name as "name" from ${table} s
      join OPR_OrderPerson on OOP_OO_ID = s.ID join PRV_User on PU_ID = OOP_PU_ID order by OOP_OO_ID, OOP_Role, OOP_Sort`.execute(
      db,
    )
    return found.rows
  })
  const people = new Map<number, People>(ids.map(id => [id, nobody]))
  for (const { orderId, role, ...person } of rows) {
    const known = people.get(orderId) as People
    const name = roles.name(role)
    people.set(orderId, { ...known, [name]: [...known[name], person] })
  }
  return people
}

export async function tagsOf(db: Db, ids: readonly number[]): Promise<Map<number, Tags>> {
  const rows = await byIds(ids, async table => {
    const found = await sql<{ orderId: number; name: string; isStandard: number }>`
      select OOG_OO_ID as "orderId", OOG_Name as "name", OOG_Standard as "isStandard" from ${table} s
      join OPR_OrderTag on OOG_OO_ID = s.ID order by OOG_OO_ID, OOG_Name`.execute(db)
    return found.rows
  })
  const tags = new Map(ids.map(id => [id, { standard: [] as string[], user: [] as string[] }]))
  for (const { orderId, name, isStandard } of rows)
    tags.get(orderId)?.[isStandard === 1 ? 'standard' : 'user'].push(name)
  return tags
}

/** Of the names those that are tags of the installation. */
export async function standardTags(db: Db, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const rows = await db
    .selectFrom('OPR_Tag')
    .select('OTG_Name as name')
    .where('OTG_System', '=', 1)
    .where('OTG_OD_ID', 'is', null)
    .where('OTG_Name', 'in', [...names])
    .execute()
  return new Set(rows.map(({ name }) => name))
}

/** Users who are not deleted, by UUID; organisations and people without a log-in, too. @param uuids at most 1000 */
export async function users(db: Db, uuids: readonly string[]): Promise<Map<string, Person>> {
  if (uuids.length === 0) return new Map()
  const rows = await db
    .selectFrom('PRV_User')
    .select(['PU_ID as id', 'PU_UUID as uuid', 'PU_Name as name'])
    .where('PU_UUID', 'in', [...uuids])
    .where('PU_DeleteTS', 'is', null)
    .execute()
  return new Map(rows.map(row => [row.uuid, row]))
}

export interface PublicPerson {
  readonly id: number
  readonly name: string
  readonly kind: number
  readonly affiliation: string | null
  readonly orcid: string | null
  readonly url: string | null
  readonly email: string | null
}

/** What users show of themselves to everyone. */
export async function publicPeople(db: Db, ids: readonly number[]): Promise<Map<number, PublicPerson>> {
  const rows = await byIds(ids, async table => {
    const found =
      await sql<PublicPerson>`select PU_ID as "id", PU_Name as "name", PU_Kind as "kind", PU_Affiliation as "affiliation",
      PU_Orcid as "orcid", PU_Url as "url", PU_PublicEMail as "email" from ${table} s join PRV_User on PU_ID = s.ID
      where PU_DeleteTS is null`.execute(db)
    return found.rows
  })
  return new Map(rows.map(row => [row.id, row]))
}

export interface OrderFields {
  readonly title?: string | undefined
  readonly description?: string | null | undefined
  readonly reference?: string | null | undefined
  readonly properties?: string | null | undefined
  readonly comments?: string | undefined
  readonly state?: number | undefined
  readonly isShown?: number | undefined
  readonly organisation?: number | null | undefined
}

const columnOf = {
  title: 'OO_Title',
  description: 'OO_Description',
  reference: 'OO_Reference',
  properties: 'OO_Properties',
  comments: 'OO_Comments',
  state: 'OO_State',
  isShown: 'OO_Shown',
  organisation: 'OO_PU_Organisation',
} as const

export async function insert(
  trx: Db,
  { title, creator, ...fields }: OrderFields & { readonly title: string; readonly creator: string },
): Promise<number> {
  const id = await nextId(trx, 'OPR_Order_SEQ')
  await trx
    .insertInto('OPR_Order')
    .values({ OO_ID: id, OO_Title: title, OO_Creator: creator, ...columnsFrom(columnOf, fields) })
    .execute()
  return id
}

/** Keeps others from changing the order, until the transaction ends. */
export async function lock(trx: Db, id: number): Promise<void> {
  await sql`select OO_ID as "id" from OPR_Order where OO_ID = ${id} with lock`.execute(trx)
}

/** Raises the version also where nothing but people and tags change. */
export const update = (trx: Db, id: number, fields: OrderFields) =>
  trx
    .updateTable('OPR_Order')
    .set({ ...columnsFrom(columnOf, fields), OO_UpdateTS: new Date() })
    .where('OO_ID', '=', id)
    .execute()

export async function setPeople(trx: Db, id: number, role: Role, userIds: readonly number[]): Promise<void> {
  const number = roles.of(role)
  await trx.deleteFrom('OPR_OrderPerson').where('OOP_OO_ID', '=', id).where('OOP_Role', '=', number).execute()
  for (const [at, userId] of userIds.entries())
    await trx
      .insertInto('OPR_OrderPerson')
      .values({ OOP_OO_ID: id, OOP_Role: number, OOP_PU_ID: userId, OOP_Sort: at })
      .execute()
}

export async function setTags(
  trx: Db,
  id: number,
  kind: keyof Tags,
  names: readonly string[],
): Promise<void> {
  const isStandard = kind === 'standard' ? 1 : 0
  await trx
    .deleteFrom('OPR_OrderTag')
    .where('OOG_OO_ID', '=', id)
    .where('OOG_Standard', '=', isStandard)
    .execute()
  for (const name of new Set(names))
    await trx
      .insertInto('OPR_OrderTag')
      .values({ OOG_OO_ID: id, OOG_Standard: isStandard, OOG_Name: name })
      .execute()
}

export const remove = (trx: Db, id: number) => trx.deleteFrom('OPR_Order').where('OO_ID', '=', id).execute()

export interface Version extends ReplacedBy {
  readonly id: number
  readonly title: string
  readonly description: string | null
  readonly reference: string | null
  readonly state: number
  readonly isShown: number
  readonly organisation: string | null
  readonly properties: string | null
  readonly comments: string | null
}

/** What the fields of an order were before each change, the latest first. */
export async function versions(db: Db, id: number, limit: number): Promise<Version[]> {
  const { rows } =
    await sql<Version>`select first ${sql.lit(limit)} OOH_ID as "id", OOH_Title as "title", OOH_Description as "description",
      OOH_Reference as "reference", OOH_State as "state", OOH_Shown as "isShown", PU_UUID as "organisation", OOH_Properties as "properties",
      OOH_Comments as "comments", OOH_Batch as "batch", OOH_Actor as "actor", OOH_Application as "application", OOH_Reason as "reason",
      OOH_InsertTS as "at"
    from OPR_OrderHistory left join PRV_User on PU_ID = OOH_PU_Organisation where OOH_OO_ID = ${id} order by OOH_ID desc`.execute(
      db,
    )
  return rows
}
