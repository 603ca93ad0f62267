import type { KeptRows } from '../../system/log/index.ts'
import { textKinds } from './codes.ts'

/** Texts of pages as OPR_FulltextHistory keeps them. */
export const keptTexts: KeptRows = {
  table: 'OPR_Fulltext',
  prefix: 'OF',
  history: 'OPR_FulltextHistory',
  historyPrefix: 'OFH',
  columns: [
    'Kind',
    'Text',
    'Url',
    'Format',
    'Language',
    'Hashsum',
    'Confidence',
    'Engine',
    'Width',
    'Height',
    'BoxState',
    ['InsertBatch', 'OldInsertBatch'],
    ['InsertTS', 'OldInsertTS'],
  ],
  name: row => `the ${textKinds.name(row['Kind'] as number)} text`,
}
