import { codes } from '../../codes.ts'

/** OC_XmlOrigin: where the MODS came from. */
export const origins = codes({
  unspecific: 0,
  onlineCatalogue: 1,
  batchCatalogue: 2,
  oaiHarvest: 3,
  fileImport: 4,
  spreadsheet: 5,
  edited: 10,
  fromStructure: 11,
  simpleUpload: 12,
  form: 13,
  vlmUpload: 14,
  identifierUpload: 15,
})
export type Origin = (typeof origins.names)[number]

/** OC_MpMode */
export const mpModes = codes({ alone: 0, hasParent: 1, hasChildren: 2, hasBoth: 3 })
/** OC_OT_TitlepageMode */
export const titlepageModes = codes({ automatic: 0, manual: 1 })
