// Which rows belong to a title: what a capsule holds as JSON, and what a playback puts back as it was.
import { schemaNames } from '../../firebird/schema.generated.ts'

export interface KeptTable {
  readonly name: string
  /** Column of the node */
  readonly node: string
  readonly key: string
  readonly sequence?: string
  /** Versions and notes that may still be there when the title itself is lost */
  readonly mayBeThere?: true
  /** Columns that no capsule holds */
  readonly without?: readonly string[]
  /** Column of a person who may be somebody else where it is played */
  readonly person?: string
}

const ofNode = (name: string, prefix: string): KeptTable => ({
  name,
  node: `${prefix}_OT_ID`,
  key: `${prefix}_ID`,
  sequence: `${name}_SEQ`,
})
const history = (name: string, prefix: string): KeptTable => ({ ...ofNode(name, prefix), mayBeThere: true })

/** In the order in which they are put back. */
export const keptTables: readonly KeptTable[] = [
  { name: 'OPR_Tree', node: 'OT_ID', key: 'OT_ID', sequence: 'OPR_Tree_SEQ' },
  ofNode('OPR_Content', 'OC'),
  // keys to sort by are made where it is played
  { name: 'OPR_ContentField', node: 'OCF_OT_ID', key: 'OCF_OT_ID', without: ['OCF_Sorting'] },
  ofNode('OPR_Identifier', 'OI'),
  ofNode('OPR_Page', 'OP'),
  ofNode('OPR_Fulltext', 'OF'),
  ofNode('OPR_Attachment', 'OAT'),
  ofNode('OPR_Region', 'ORG'),
  { name: 'OPR_Redirect', node: 'ORD_OT_ID', key: 'ORD_ID' },
  { name: 'PRV_Acl', node: 'PA_OT_ID', key: 'PA_ID', sequence: 'PRV_Acl_SEQ' },
  { name: 'PRV_AclPrivate', node: 'PAP_OT_ID', key: 'PAP_ID', sequence: 'PRV_Acl_SEQ' },
  history('OPR_TreeHistory', 'OTH'),
  history('OPR_ContentHistory', 'OCH'),
  history('OPR_ContentXmlHistory', 'OCXH'),
  history('OPR_Comment', 'OCM'),
  history('OPR_PageHistory', 'OPH'),
  history('OPR_FulltextHistory', 'OFH'),
  history('OPR_IdentifierHistory', 'OIH'),
  history('OPR_AttachmentHistory', 'OATH'),
  history('OPR_RegionHistory', 'ORGH'),
  // the address of a reader is gone with the note: it outlives it nowhere
  { ...ofNode('OPR_Note', 'ONO'), without: ['ONO_EMail'], person: 'ONO_PU_ID' },
  { ...history('OPR_NoteHistory', 'ONOH'), person: 'ONOH_PU_ID' },
]

/** Edits of images; the packs themselves are made anew. */
export const packTable = 'OPR_Pack'

/** Every file of rows. */
export const rowNames: readonly string[] = [
  'OPR_Domain',
  'CFG_Option',
  'DomainRights',
  'DomainPrivate',
  'DomainNodes',
  'NodesAbove',
  ...keptTables.map(({ name }) => name),
  packTable,
  'OPR_ImageProfile',
  'SYS_Log',
]

export type StoredRow = Readonly<Record<string, unknown>>

const byUpper = new Map([...schemaNames].map(name => [name.toUpperCase(), name]))

/** A row by the names of the schema, whatever the driver calls its columns. */
export const named = (row: StoredRow): StoredRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [byUpper.get(name.toUpperCase()) ?? name, value]),
  )
