import { sql } from 'kysely'
import type { Db } from '../../src/firebird/database.ts'

/** Tables that people edit, by their keys. */
const tables = {
  OPR_Tree: 'OT_ID',
  OPR_Content: 'OC_OT_ID',
  OPR_ContentField: 'OCF_OT_ID',
  OPR_Identifier: 'OI_ID',
  OPR_Page: 'OP_OT_ID',
  OPR_Region: 'ORG_ID',
  OPR_TopStructure: 'OTS_OT_ID',
  OPR_Fulltext: 'OF_ID',
  OPR_Redirect: 'ORD_ID',
  OPR_Domain: 'OD_ID',
  CFG_Option: 'CO_ID',
  OPR_DomainTag: 'ODT_ID',
  OPR_Tag: 'OTG_ID',
  OPR_Transition: 'OTN_ID',
} as const

/** Row versions and the times of last changes, as an undo is a change, too; and what the job that makes packs notes of them when it comes. */
const moving = /_(Version|UpdateTS|ChangeTS)$|^OP_(Webcache|WebcacheSize|IccState)$/i

/** All rows of the catalogue as `table key column` -> value. */
export async function dump(db: Db): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [table, key] of Object.entries(tables)) {
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from ${sql.table(table.toUpperCase())}`.execute(db)
    for (const row of rows) {
      const at = Object.entries(row).find(([name]) => name.toUpperCase() === key.toUpperCase())?.[1]
      for (const [name, value] of Object.entries(row))
        if (!moving.test(name) || name.startsWith('OCF'))
          found[`${table} ${String(at)} ${name}`] =
            value instanceof Date ? value.toISOString() : String(value as string | null)
    }
  }
  // a tag that is set again is another row of the same content
  const { rows } = await sql<{ node: number; tag: number }>`
    select ONT_OT_ID as "node", ONT_OTG_ID as "tag" from OPR_NodeTag`.execute(db)
  for (const { node, tag } of rows) found[`OPR_NodeTag ${node} ${tag}`] = 'set'
  // packs themselves are made by jobs whenever they can be
  const edits = await db
    .selectFrom('OPR_Pack')
    // the row of a page without a master says nothing
    .innerJoin('OPR_Page', 'OP_OT_ID', 'OPK_OT_ID')
    .where('OP_Hashsum', 'is not', null)
    .select(['OPK_OT_ID as page', 'OPK_Rotation', 'OPK_Mirrored'])
    .select(['OPK_CropX', 'OPK_CropY', 'OPK_CropWidth', 'OPK_CropHeight'])
    .execute()
  for (const { page, ...edit } of edits) found[`OPR_Pack ${page}`] = JSON.stringify(Object.values(edit))
  return found
}
