// What readers of METS make of a document: records, files, pages, the logical outline and the links between them.
import type { ReadingDirection } from '../languages/direction.ts'
import type { ModsRecord } from '../mods/read.ts'

export interface MetsFile {
  readonly id: string
  /** USE of its group */
  readonly use: string
  readonly mimetype: string | undefined
  readonly href: string
  readonly checksum: string | undefined
  readonly checksumType: string | undefined
  /** xlink:title of the FLocat: what people read */
  readonly title: string | undefined
  /** OWNERID: the name that who wrote it knows it by */
  readonly ownerId: string | undefined
  readonly line: number
}
export interface MetsPage {
  readonly id: string
  /** TYPE of its div */
  readonly type: string | undefined
  readonly order: number
  readonly label: string | undefined
  readonly orderLabel: string | undefined
  readonly contentIds: readonly string[]
  readonly fileIds: readonly string[]
  readonly line: number
}
export interface MetsDiv {
  readonly id: string | undefined
  readonly type: string
  readonly label: string | undefined
  readonly orderLabel: string | undefined
  /** xlink:label */
  readonly note: string | undefined
  readonly order: number | undefined
  readonly record: ModsRecord | undefined
  readonly administration: Administration | undefined
  readonly contentIds: readonly string[]
  /** Addresses of the METS documents that describe this div */
  readonly pointers: readonly string[]
  /** Files, or regions of them, that the div names itself (docWorks, VLS articles) */
  readonly areas: readonly MetsArea[]
  readonly children: readonly MetsDiv[]
  readonly line: number
}
/** mets:fptr or mets:area of a logical div. */
export interface MetsArea {
  readonly fileId: string
  /** ID of an element in the file (BETYPE IDREF) */
  readonly begin: string | undefined
  /** A rectangle in pixels of the file (SHAPE RECT) */
  readonly rectangle:
    { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined
}
export interface Administration {
  readonly owner: string | undefined
  readonly licence: string | undefined
  readonly reference: string | undefined
  readonly presentation: string | undefined
}
export interface MetsDocument {
  readonly objId: string | undefined
  readonly label: string | undefined
  /** Name of the installation that wrote it (agent INSTANCE of a VLS) */
  readonly instance: string | undefined
  /** Host of the installation, with the name of the domain where the document was asked for below it (agent REPOSITORY) */
  readonly repository: string | undefined
  /** True where a VLS wrote it: its ids are log<OT_ID> and phys<OT_ID>. */
  readonly isVls: boolean
  readonly files: ReadonlyMap<string, MetsFile>
  readonly pages: readonly MetsPage[]
  readonly outline: readonly MetsDiv[]
  /** Ids of the divs of the PHYSICAL map that hold the pages (physSequence) */
  readonly pageRoots: ReadonlySet<string>
  /** Where the book is opened, as far as the PHYSICAL map says */
  readonly readingDirection: ReadingDirection | undefined
  /** Files that these divs name themselves: of the whole, not of a page */
  readonly rootFileIds: readonly string[]
  /** logical div id -> physical div ids, in the order written */
  readonly links: ReadonlyMap<string, readonly string[]>
  /** ‘from to’ of the links that say themselves that the page stands elsewhere */
  readonly references: ReadonlySet<string>
  /** True where Firefolio wrote it: ids are log<OT_ID> and phys<OT_ID>, xlink:label holds the type where TYPE is only the nearest. */
  readonly isOurs: boolean
  /** Address of the document itself (metsDocumentID) */
  readonly address: string | undefined
  /** All records in document order, for documents without a LOGICAL map */
  readonly records: readonly ModsRecord[]
  /** The identifier of the OAI record that the document came in */
  readonly oaiIdentifier: string | undefined
  readonly faults: readonly { readonly line: number; readonly sentence: string }[]
}
