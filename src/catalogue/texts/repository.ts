import { sql } from 'kysely'
import { textFormats, textKinds } from './codes.ts'
import { type Db, nextId } from '../../firebird/database.ts'

export interface TextFields {
  readonly kind: number
  readonly language: string | null
  readonly url: string | null
  /** textFormats; 0 where there is no file */
  readonly format: number
  readonly hashsum: string | null
  readonly text: string
  readonly confidence: number | null
  readonly engine: string | null
  readonly width: number | null
  readonly height: number | null
  readonly boxState: number
}

const columnsOf = (fields: TextFields) => ({
  OF_Kind: fields.kind,
  OF_Language: fields.language,
  OF_Url: fields.url,
  OF_Format: fields.format,
  OF_Hashsum: fields.hashsum,
  OF_Text: fields.text,
  OF_Confidence: fields.confidence,
  OF_Engine: fields.engine,
  OF_Width: fields.width,
  OF_Height: fields.height,
  OF_BoxState: fields.boxState,
})

const columns = [
  'OF_ID as id',
  'OF_Kind as kind',
  'OF_Language as language',
  'OF_Url as url',
  'OF_Format as format',
  'OF_Hashsum as hashsum',
  'OF_Confidence as confidence',
  'OF_Engine as engine',
  'OF_Width as width',
  'OF_Height as height',
  'OF_BoxState as boxState',
  'OF_UpdateTS as updatedAt',
] as const

/** The texts of a page without their words, OCR first. */
export const ofPage = (db: Db, pageId: number) =>
  db.selectFrom('OPR_Fulltext').select(columns).where('OF_OT_ID', '=', pageId).orderBy('OF_Kind').execute()

export const plainText = (db: Db, id: number) =>
  db.selectFrom('OPR_Fulltext').select('OF_Text as text').where('OF_ID', '=', id).executeTakeFirst()

/** Stores the text of a kind; an equal one (by the hash of its file) is left alone. @returns whether anything changed */
export async function store(trx: Db, pageId: number, fields: TextFields): Promise<boolean> {
  const existing = await trx
    .selectFrom('OPR_Fulltext')
    .select(['OF_ID as id', 'OF_Hashsum as hashsum', 'OF_BoxState as boxState'])
    .where('OF_OT_ID', '=', pageId)
    .where('OF_Kind', '=', fields.kind)
    .executeTakeFirst()
  if (!existing) {
    await trx
      .insertInto('OPR_Fulltext')
      .values({ OF_ID: await nextId(trx, 'OPR_Fulltext_SEQ'), OF_OT_ID: pageId, ...columnsOf(fields) })
      .execute()
    return true
  }
  if (
    existing.hashsum !== null &&
    existing.hashsum === fields.hashsum &&
    existing.boxState === fields.boxState
  )
    return false
  await trx.updateTable('OPR_Fulltext').set(columnsOf(fields)).where('OF_ID', '=', existing.id).execute()
  return true
}

/** The words of several pages, a correction before OCR. */
export async function best(db: Db, pageIds: readonly number[]): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (let start = 0; start < pageIds.length; start += 800) {
    const rows = await db
      .selectFrom('OPR_Fulltext')
      .select(['OF_OT_ID as id', 'OF_Kind as kind', 'OF_Text as text'])
      .where('OF_OT_ID', 'in', pageIds.slice(start, start + 800))
      .orderBy('OF_Kind')
      .execute()
    for (const row of rows)
      if (!found.has(row.id) || row.kind === textKinds.of('wiki')) found.set(row.id, row.text ?? '')
  }
  return found
}

/** Bytes of the words of several pages in UTF-8, a correction before OCR; the texts are not read for it. */
export async function bytesOf(db: Db, pageIds: readonly number[]): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  for (let start = 0; start < pageIds.length; start += 800) {
    const rows = await db
      .selectFrom('OPR_Fulltext')
      .select(['OF_OT_ID as id', 'OF_Kind as kind', sql<number | null>`octet_length(OF_Text)`.as('bytes')])
      .where('OF_OT_ID', 'in', pageIds.slice(start, start + 800))
      .orderBy('OF_Kind')
      .execute()
    for (const row of rows)
      if (!found.has(row.id) || row.kind === textKinds.of('wiki')) found.set(row.id, Number(row.bytes ?? 0))
  }
  return found
}

/** @returns whether there was one */
export async function remove(trx: Db, pageId: number, kind: number): Promise<boolean> {
  const result = await trx
    .deleteFrom('OPR_Fulltext')
    .where('OF_OT_ID', '=', pageId)
    .where('OF_Kind', '=', kind)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** What the texts of a page were before each change, the latest first. */
export const versions = (db: Db, pageId: number) =>
  db
    .selectFrom('OPR_FulltextHistory')
    .select([
      'OFH_ID as id',
      'OFH_Kind as kind',
      'OFH_Text as text',
      'OFH_Actor as actor',
      'OFH_Reason as reason',
      'OFH_InsertTS as replacedAt',
    ])
    .where('OFH_OT_ID', '=', pageId)
    .where('OFH_Absent', '=', 0)
    .orderBy('OFH_ID', 'desc')
    .execute()

/** How the files of texts below a path are written, former ones too, by their addresses. */
export async function formatsBelow(db: Db, path: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ url: string; format: number }>`
    select OF_Url as "url", OF_Format as "format" from OPR_Tree left join OPR_Fulltext on OF_OT_ID = OT_ID
      where OT_Path starting with ${path} and OF_Url is not null
    union select OFH_Url, OFH_Format from OPR_Tree left join OPR_FulltextHistory on OFH_OT_ID = OT_ID
      where OT_Path starting with ${path} and OFH_Url is not null`.execute(db)
  return new Map(rows.map(row => [row.url, textFormats.name(row.format)]))
}

/** What a text was before a change, and what took its place. */
export async function version(db: Db, pageId: number, id: number) {
  const row = await db
    .selectFrom('OPR_FulltextHistory')
    .select([
      'OFH_ID as id',
      'OFH_OF_ID as textId',
      'OFH_Kind as kind',
      'OFH_Language as language',
      'OFH_Url as url',
      'OFH_Format as format',
      'OFH_Hashsum as hashsum',
      'OFH_Text as text',
      'OFH_Confidence as confidence',
      'OFH_Engine as engine',
      'OFH_Width as width',
      'OFH_Height as height',
      'OFH_BoxState as boxState',
      'OFH_Actor as actor',
      'OFH_Reason as reason',
      'OFH_InsertTS as replacedAt',
    ])
    .where('OFH_OT_ID', '=', pageId)
    .where('OFH_ID', '=', id)
    .where('OFH_Absent', '=', 0)
    .executeTakeFirst()
  if (!row) return undefined
  const next = await db
    .selectFrom('OPR_FulltextHistory')
    .select('OFH_Text as text')
    .where('OFH_OF_ID', '=', row.textId)
    .where('OFH_ID', '>', id)
    .orderBy('OFH_ID')
    .executeTakeFirst()
  return { row, after: (next ?? (await plainText(db, row.textId)))?.text ?? '' }
}
