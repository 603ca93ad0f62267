import { codes } from '../../codes.ts'

/** OP_State */
export const pageStates = codes({
  none: 0,
  archived: 1,
  deletedAfterExport: 2,
  mirrored: 3,
  extractedFromPdf: 4,
})
