// OPR_Attachment.
import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'
import { columnsFrom, updatedAt } from '../../firebird/fields.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import type { KeptRows } from '../../system/log/index.ts'
import { type FileKind, fileKinds } from './codes.ts'

export interface TitleFile {
  readonly id: number
  readonly titleId: number
  readonly kind: FileKind
  readonly sort: number
  /** File name as it was delivered */
  readonly name: string
  readonly label: string | null
  readonly media: string
  readonly url: string
  readonly hashsum: string
  readonly bytes: number
  /** Seconds of sound or moving images; null where there are none, or they could not be read */
  readonly duration: number | null
  /** Of moving images in pixels, where the file says it */
  readonly width: number | null
  readonly height: number | null
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

type Row = Omit<TitleFile, 'kind'> & { readonly kind: number }

const columns = sql`OAT_ID as "id", OAT_OT_ID as "titleId", OAT_Kind as "kind", OAT_Sort as "sort", OAT_Name as "name", OAT_Label as "label",
  OAT_Media as "media", OAT_Url as "url", OAT_Hashsum as "hashsum", OAT_Filesize as "bytes", OAT_Duration as "duration",
  OAT_Width as "width", OAT_Height as "height", OAT_Version as "version", OAT_InsertTS as "createdAt", OAT_UpdateTS as "updatedAt"`

const fileOf = (row: Row): TitleFile => ({
  ...row,
  kind: fileKinds.name(row.kind),
  bytes: Number(row.bytes),
})

/** Files of titles, in their order. */
export async function ofTitles(db: Db, ids: readonly number[]): Promise<TitleFile[]> {
  const found: TitleFile[] = []
  for (let start = 0; start < ids.length; start += 800) {
    const { rows } =
      await sql<Row>`select ${columns} from ${splitIds(ids.slice(start, start + 800))} i join OPR_Attachment on OAT_OT_ID = i.ID
        order by OAT_OT_ID, OAT_Sort, OAT_ID`.execute(db)
    found.push(...rows.map(fileOf))
  }
  return found
}

export const ofTitle = (db: Db, id: number): Promise<TitleFile[]> => ofTitles(db, [id])

export async function find(db: Db, titleId: number, id: number): Promise<TitleFile | undefined> {
  const { rows } =
    await sql<Row>`select ${columns} from OPR_Attachment where OAT_ID = ${id} and OAT_OT_ID = ${titleId}`.execute(
      db,
    )
  return rows[0] && fileOf(rows[0])
}

export interface FileFields {
  readonly kind?: FileKind | undefined
  readonly sort?: number | undefined
  readonly name?: string | undefined
  readonly label?: string | null | undefined
}

const columnOf = { kind: 'OAT_Kind', sort: 'OAT_Sort', name: 'OAT_Name', label: 'OAT_Label' } as const
const columnsOf = ({ kind, ...fields }: FileFields) =>
  columnsFrom(columnOf, { ...fields, kind: kind === undefined ? undefined : fileKinds.of(kind) })

/** What the bytes of a file are, under the name that they came with. */
type Bytes = Pick<TitleFile, 'name' | 'media' | 'url' | 'hashsum' | 'bytes' | 'duration' | 'width' | 'height'>
const columnsOfBytes = (file: Bytes) => ({
  OAT_Name: file.name,
  OAT_Media: file.media,
  OAT_Url: file.url,
  OAT_Hashsum: file.hashsum,
  OAT_Filesize: file.bytes,
  OAT_Duration: file.duration,
  OAT_Width: file.width,
  OAT_Height: file.height,
})

export async function insert(
  trx: Db,
  titleId: number,
  file: Bytes & Pick<TitleFile, 'kind' | 'sort' | 'label'>,
): Promise<number> {
  const id = await nextId(trx, 'OPR_Attachment_SEQ')
  await trx
    .insertInto('OPR_Attachment')
    .values({
      OAT_ID: id,
      OAT_OT_ID: titleId,
      OAT_Kind: fileKinds.of(file.kind),
      OAT_Sort: file.sort,
      OAT_Label: file.label,
      ...columnsOfBytes(file),
    })
    .execute()
  return id
}

/** @returns whether the file had that version */
export const update = (trx: Db, id: number, version: number | '*', fields: FileFields): Promise<boolean> =>
  updatedAt(
    trx.updateTable('OPR_Attachment').set(columnsOf(fields)).where('OAT_ID', '=', id),
    'OAT_Version',
    version,
  )

/** Other bytes under the same entry: a delivery brought the file anew, perhaps under another name. */
export async function replaceBytes(trx: Db, id: number, file: Bytes): Promise<void> {
  await trx.updateTable('OPR_Attachment').set(columnsOfBytes(file)).where('OAT_ID', '=', id).execute()
}

/** @returns whether the file had that version */
export async function remove(trx: Db, id: number, version: number | '*'): Promise<boolean> {
  const query = trx.deleteFrom('OPR_Attachment').where('OAT_ID', '=', id)
  const { numDeletedRows } = await (
    version === '*' ? query : query.where('OAT_Version', '=', version)
  ).executeTakeFirst()
  return numDeletedRows === 1n
}

/** Those of the files of a title that an import brought, not a person. */
export async function delivered(db: Db, titleId: number): Promise<Set<number>> {
  const rows = await db
    .selectFrom('OPR_Attachment')
    .innerJoin('SYS_Log', 'SL_Batch', 'OAT_InsertBatch')
    .select('OAT_ID as id')
    .where('OAT_OT_ID', '=', titleId)
    .where('SL_Action', '=', 'import')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Whether a file of these bytes was taken off a title. */
export async function wasTakenOff(db: Db, titleId: number, hashsum: string): Promise<boolean> {
  const row = await db
    .selectFrom('OPR_AttachmentHistory')
    .select('OATH_ID')
    .where('OATH_OT_ID', '=', titleId)
    .where('OATH_Hashsum', '=', hashsum)
    .where('OATH_Absent', '=', 0)
    .executeTakeFirst()
  return row !== undefined
}

/** The files of a title go to another one, behind those that it has. */
export async function moveFiles(trx: Db, from: number, to: number): Promise<void> {
  const last = (await ofTitle(trx, to)).at(-1)?.sort ?? 0
  await trx
    .updateTable('OPR_Attachment')
    .set({ OAT_OT_ID: to, OAT_Sort: sql`OAT_Sort + ${last}` })
    .where('OAT_OT_ID', '=', from)
    .execute()
}

const shared = sql.raw(
  'OAT_Kind, OAT_Sort, OAT_Name, OAT_Label, OAT_Media, OAT_Url, OAT_Hashsum, OAT_Filesize, OAT_Duration, OAT_Width, OAT_Height',
)

/** @param copies original -> copy, of any datatype; the archive keeps one file of both */
export async function copyFiles(trx: Db, copies: ReadonlyMap<number, number>): Promise<void> {
  for (const { id, titleId } of await ofTitles(trx, [...copies.keys()]))
    await sql`insert into OPR_Attachment (OAT_ID, OAT_OT_ID, ${shared})
      select ${await nextId(trx, 'OPR_Attachment_SEQ')}, ${copies.get(titleId)}, ${shared} from OPR_Attachment where OAT_ID = ${id}`.execute(
      trx,
    )
}

/** Titles among these that have sound or moving images whose length is known. */
export async function withRecordings(db: Db, ids: readonly number[]): Promise<Set<number>> {
  const found = new Set<number>()
  for (let start = 0; start < ids.length; start += 800) {
    const { rows } = await sql<{ id: number }>`
      select distinct OAT_OT_ID as "id" from ${splitIds(ids.slice(start, start + 800))} i join OPR_Attachment on OAT_OT_ID = i.ID
      where OAT_Duration is not null`.execute(db)
    for (const { id } of rows) found.add(id)
  }
  return found
}

/** Recordings of which it is not known how long they play: they do not say, or could not be read when they came in. */
export async function withoutTime(db: Db): Promise<TitleFile[]> {
  const { rows } = await sql<Row>`select ${columns} from OPR_Attachment
    where OAT_Duration is null and (OAT_Media starting with 'audio/' or OAT_Media starting with 'video/') order by OAT_ID`.execute(
    db,
  )
  return rows.map(fileOf)
}

/** Keeps what was read of a file, unless other bytes have taken its place. */
export async function keepTime(
  db: Db,
  { id, hashsum }: Pick<TitleFile, 'id' | 'hashsum'>,
  time: Pick<TitleFile, 'duration' | 'width' | 'height'>,
): Promise<void> {
  await db
    .updateTable('OPR_Attachment')
    .set({ OAT_Duration: time.duration, OAT_Width: time.width, OAT_Height: time.height })
    .where('OAT_ID', '=', id)
    .where('OAT_Hashsum', '=', hashsum)
    .execute()
}

/** What undo needs of them. */
export const keptFiles: KeptRows = {
  table: 'OPR_Attachment',
  prefix: 'OAT',
  history: 'OPR_AttachmentHistory',
  historyPrefix: 'OATH',
  columns: [
    'Kind',
    'Sort',
    'Name',
    'Label',
    'Media',
    'Url',
    'Hashsum',
    'Filesize',
    'Duration',
    'Width',
    'Height',
    ['InsertBatch', 'OldInsertBatch'],
    ['InsertTS', 'OldInsertTS'],
  ],
  name: row => `file ${row['id'] as number} (${String(row['Name'])})`,
}
