// OPR_Note, with what a list shows of the nodes that notes hang on.
import { type RawBuilder, sql } from 'kysely'
import { codes } from '../../codes.ts'
import { type Db, nextId } from '../../firebird/database.ts'
import { columnsFrom, updatedAt } from '../../firebird/fields.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import type { KeptRows } from '../../system/log/index.ts'
import type { ReplacedBy } from '../../http/versions.ts'

export const states = codes({ open: 0, answered: 1, closed: 2 })
export type State = 'open' | 'answered' | 'closed'
export const origins = codes({ staff: 0, reader: 1 })

export interface Note {
  readonly id: number
  readonly nodeId: number
  readonly kind: string
  readonly text: string
  readonly state: number
  readonly origin: number
  readonly author: string
  readonly email: string | null
  readonly x: number | null
  readonly y: number | null
  readonly w: number | null
  readonly h: number | null
  /** JSON, as stored */
  readonly answers: string | null
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly assignedId: number | null
  readonly assignedUuid: string | null
  readonly datatype: number
  readonly caption: string | null
  readonly label: string | null
  readonly path: string
  readonly domainId: number
  readonly nodeState: number
  readonly delState: number
  readonly width: number | null
  readonly height: number | null
  readonly titleId: number | null
  readonly titleCaption: string | null
}

const columns = sql`n.ONO_ID as "id", n.ONO_OT_ID as "nodeId", n.ONO_Kind as "kind", n.ONO_Text as "text", n.ONO_State as "state",
  n.ONO_Origin as "origin", n.ONO_Author as "author", n.ONO_EMail as "email", n.ONO_X as "x", n.ONO_Y as "y", n.ONO_W as "w", n.ONO_H as "h",
  n.ONO_Answers as "answers", n.ONO_Version as "version", n.ONO_InsertTS as "createdAt", n.ONO_UpdateTS as "updatedAt",
  n.ONO_PU_ID as "assignedId", u.PU_UUID as "assignedUuid", t.OT_RCV_Datatype as "datatype", t.OT_Caption as "caption",
  p.OP_PaginationCaption as "label", t.OT_Path as "path", t.OT_OD_ID as "domainId", t.OT_State as "nodeState", t.OT_DelState as "delState",
  p.OP_ImgWidth as "width", p.OP_ImgHeight as "height", w.OT_ID as "titleId", w.OT_Caption as "titleCaption"`

const beside = sql`left join PRV_User u on u.PU_ID = n.ONO_PU_ID
  left join OPR_Page p on p.OP_OT_ID = t.OT_ID
  left join OPR_TopStructure s on s.OTS_OT_ID = t.OT_ID
  left join OPR_Tree w on w.OT_ID = iif(t.OT_RCV_Datatype = 2, (select TITLE from TITLE_ABOVE(t.OT_ID)), s.OTS_OT_Title)`

export interface NoteFilter {
  readonly state?: State | 'unsettled' | undefined
  readonly kind?: string | undefined
  readonly origin?: 'staff' | 'reader' | undefined
  /** PU_ID; null: nobody */
  readonly assigned?: number | null | undefined
  readonly author?: string | undefined
  readonly domainIds?: readonly number[] | undefined
  /** Beginning of OT_Path */
  readonly path?: string | undefined
  readonly since?: Date | undefined
  readonly isBinned?: boolean | undefined
}

const stateIs = (state: NonNullable<NoteFilter['state']>): RawBuilder<unknown> =>
  state === 'unsettled' ? sql`n.ONO_State < ${states.of('closed')}` : sql`n.ONO_State = ${states.of(state)}`

/** Notes, the latest first. What narrows the nodes is asked of the notes found: there are far fewer of them than of nodes. */
export async function list(
  db: Db,
  filter: NoteFilter,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<Note[]> {
  const { state, kind, origin, assigned, author, domainIds, path, since, isBinned } = filter
  const conditions = [
    sql`t.OT_DelState = ${isBinned === true ? 1 : 0}`,
    ...(before === undefined ? [] : [sql`n.ONO_ID < ${before}`]),
    ...(state === undefined ? [] : [stateIs(state)]),
    ...(kind === undefined ? [] : [sql`n.ONO_Kind = ${kind}`]),
    ...(origin === undefined ? [] : [sql`n.ONO_Origin = ${origins.of(origin)}`]),
    ...(assigned === undefined
      ? []
      : [assigned === null ? sql`n.ONO_PU_ID is null` : sql`n.ONO_PU_ID = ${assigned}`]),
    ...(author === undefined ? [] : [sql`n.ONO_Author = ${author}`]),
    ...(since === undefined ? [] : [sql`n.ONO_InsertTS >= ${since}`]),
    ...(domainIds === undefined ? [] : [sql`t.OT_OD_ID + 0 in (${sql.join([-1, ...domainIds])})`]),
    ...(path === undefined ? [] : [sql`t.OT_Path || '' starting with ${path}`]),
  ]
  const { rows } = await sql<Note>`select first ${sql.lit(limit)} ${columns} from OPR_Note n
    join OPR_Tree t on t.OT_ID = n.ONO_OT_ID + 0 ${beside}
    where ${sql.join(conditions, sql` and `)} order by n.ONO_ID desc`.execute(db)
  return rows
}

/** Notes of a node, or of it and all below it, by the nodes: the latest first. */
export async function ofNode(
  db: Db,
  node: { readonly id: number; readonly path: string },
  {
    below,
    state,
    limit,
  }: { readonly below: boolean; readonly state?: NoteFilter['state']; readonly limit: number },
): Promise<Note[]> {
  const { rows } = await sql<Note>`select first ${sql.lit(limit)} ${columns} from OPR_Tree t
    join OPR_Note n on n.ONO_OT_ID = t.OT_ID ${beside}
    where ${below ? sql`t.OT_Path starting with ${node.path}` : sql`t.OT_ID = ${node.id}`}
      ${state === undefined ? sql`` : sql`and ${stateIs(state)}`} order by n.ONO_ID + 0 desc`.execute(db)
  return rows
}

/** Of a node and all below it; asked of the notes that are not settled, as there are far fewer of them than of nodes. */
export async function unsettledBelow(db: Db, path: string): Promise<{ open: number; answered: number }> {
  const { rows } = await sql<{ state: number; n: number }>`
    select n.ONO_State as "state", count(*) as "n" from OPR_Note n join OPR_Tree t on t.OT_ID = n.ONO_OT_ID + 0
    where n.ONO_State < ${states.of('closed')} and t.OT_DelState = 0 and t.OT_Path || '' starting with ${path}
    group by n.ONO_State`.execute(db)
  const of = (state: State) => Number(rows.find(row => row.state === states.of(state))?.n ?? 0)
  return { open: of('open'), answered: of('answered') }
}

export async function find(db: Db, id: number): Promise<Note | undefined> {
  const { rows } =
    await sql<Note>`select ${columns} from OPR_Note n join OPR_Tree t on t.OT_ID = n.ONO_OT_ID ${beside}
    where n.ONO_ID = ${id}`.execute(db)
  return rows[0]
}

/** At most 819. */
export async function findMany(db: Db, ids: readonly number[]): Promise<Note[]> {
  const { rows } =
    await sql<Note>`select ${columns} from ${splitIds(ids)} i join OPR_Note n on n.ONO_ID = i.ID
    join OPR_Tree t on t.OT_ID = n.ONO_OT_ID ${beside}`.execute(db)
  return rows
}

export interface NoteFields {
  readonly kind?: string | undefined
  readonly text?: string | undefined
  readonly state?: number | undefined
  readonly assigned?: number | null | undefined
  readonly answers?: string | undefined
  readonly x?: number | null | undefined
  readonly y?: number | null | undefined
  readonly w?: number | null | undefined
  readonly h?: number | null | undefined
}

const columnOf = {
  kind: 'ONO_Kind',
  text: 'ONO_Text',
  state: 'ONO_State',
  assigned: 'ONO_PU_ID',
  answers: 'ONO_Answers',
  x: 'ONO_X',
  y: 'ONO_Y',
  w: 'ONO_W',
  h: 'ONO_H',
} as const

export async function insert(
  trx: Db,
  {
    nodeId,
    kind,
    text,
    author,
    origin,
    email,
    ...fields
  }: NoteFields & {
    readonly nodeId: number
    readonly kind: string
    readonly text: string
    readonly author: string
    readonly origin: 'staff' | 'reader'
    readonly email?: string | null | undefined
  },
): Promise<number> {
  const id = await nextId(trx, 'OPR_Note_SEQ')
  await trx
    .insertInto('OPR_Note')
    .values({
      ONO_ID: id,
      ONO_OT_ID: nodeId,
      ONO_Author: author,
      ONO_Origin: origins.of(origin),
      ONO_EMail: email ?? null,
      ONO_Kind: kind,
      ONO_Text: text,
      ...columnsFrom(columnOf, fields),
    })
    .execute()
  return id
}

/** @returns whether the note had that version */
export const update = (trx: Db, id: number, version: number | '*', fields: NoteFields): Promise<boolean> =>
  updatedAt(
    trx.updateTable('OPR_Note').set(columnsFrom(columnOf, fields)).where('ONO_ID', '=', id),
    'ONO_Version',
    version,
  )

/** @returns whether the note had that version */
export async function remove(trx: Db, id: number, version: number | '*'): Promise<boolean> {
  const query = trx.deleteFrom('OPR_Note').where('ONO_ID', '=', id)
  const { numDeletedRows } = await (
    version === '*' ? query : query.where('ONO_Version', '=', version)
  ).executeTakeFirst()
  return numDeletedRows === 1n
}

/** The notes of a node go to another one. */
export async function moveNotes(trx: Db, from: number, to: number): Promise<void> {
  await trx.updateTable('OPR_Note').set({ ONO_OT_ID: to }).where('ONO_OT_ID', '=', from).execute()
}

/** What undo needs of notes. The address of a reader is in no history: a note that comes back is without it. */
export const keptNotes: KeptRows = {
  table: 'OPR_Note',
  prefix: 'ONO',
  history: 'OPR_NoteHistory',
  historyPrefix: 'ONOH',
  columns: [
    'Kind',
    'Text',
    'State',
    'Origin',
    'Author',
    'PU_ID',
    'X',
    'Y',
    'W',
    'H',
    'Answers',
    ['InsertBatch', 'OldInsertBatch'],
    ['InsertTS', 'OldInsertTS'],
  ],
  name: row => `note ${row['id'] as number} (${String(row['Kind'])})`,
}

export interface Version extends ReplacedBy {
  readonly id: number
  readonly kind: string
  readonly text: string
  readonly state: number
  readonly assigned: string | null
  readonly answers: string | null
  readonly region: string | null
  readonly nodeId: number
  readonly isAbsent: number
}

/** What a note was before each change, the latest first. */
export async function versions(db: Db, id: number, limit: number): Promise<Version[]> {
  const { rows } =
    await sql<Version>`select first ${sql.lit(limit)} ONOH_ID as "id", ONOH_Kind as "kind", ONOH_Text as "text",
      ONOH_State as "state", PU_UUID as "assigned", ONOH_Answers as "answers",
      ONOH_X || ',' || ONOH_Y || ',' || ONOH_W || ',' || ONOH_H as "region", ONOH_OT_ID as "nodeId", ONOH_Absent as "isAbsent", ONOH_Batch as "batch",
      ONOH_Actor as "actor", ONOH_Application as "application", ONOH_Reason as "reason", ONOH_InsertTS as "at"
    from OPR_NoteHistory left join PRV_User on PU_ID = ONOH_PU_ID where ONOH_ONO_ID = ${id} order by ONOH_ID desc`.execute(
      db,
    )
  return rows
}
