// What undo needs of titles: three histories of OPR_Content, the identifiers, and the fields drawn from the record.
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { readMods } from '../../formats/mods/read.ts'
import type { KeptRows, KeptTable } from '../../system/log/index.ts'
import { kinds } from './history.ts'
import * as fieldRows from './field-rows.ts'
import * as repository from './repository.ts'
import { sortOrders } from './sorting.ts'
import { emptyMods } from './empty-mods.ts'
import { drawFields } from './drawn-fields.ts'

const content = { table: 'OPR_Content', prefix: 'OC', key: 'OT_ID', hasBlobs: true }

export const keptTitles: readonly KeptTable[] = [
  {
    ...content,
    history: kinds.mods.table,
    historyPrefix: kinds.mods.prefix,
    columns: { mods: 'XML', xmlOrigin: 'XmlOrigin' },
  },
  {
    ...content,
    history: kinds.comments.table,
    historyPrefix: kinds.comments.prefix,
    columns: kinds.comments.fields,
  },
  {
    ...content,
    history: kinds.fields.table,
    historyPrefix: kinds.fields.prefix,
    columns: { ...kinds.fields.fields, releaseDate: 'ReleaseDate', manual: 'Manual' },
    // a title page that nobody chose follows from the pages
    derived: (before, after) =>
      before['titlepageMode'] === 0 && after['titlepageMode'] === 0 ? ['titlepageId'] : [],
  },
]

export const keptIdentifiers: KeptRows = {
  table: 'OPR_Identifier',
  prefix: 'OI',
  history: 'OPR_IdentifierHistory',
  historyPrefix: 'OIH',
  columns: [
    'OD_ID',
    'Scheme',
    'Value',
    'Source',
    'RegisteredTS',
    ['InsertBatch', 'OldInsertBatch'],
    ['InsertTS', 'OldInsertTS'],
  ],
  name: row => `${row['Scheme'] as string} ${row['Value'] as string}`,
}

/** Draws the fields of a title anew from its record and caption. */
export async function redrawFields(trx: Db, services: Pick<Services, 'config'>, id: number): Promise<void> {
  const title = await repository.find(trx, id)
  if (!title) return
  const stored = await repository.mods(trx, id)
  const [record] = stored?.xml ? readMods(stored.xml, { name: `The record of title ${id}` }) : []
  await fieldRows.storeFields(
    trx,
    id,
    drawFields(record?.mods ?? emptyMods, title.caption),
    sortOrders(services),
  )
}
