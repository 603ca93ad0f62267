// What an import is going to do with one document: titles above each other, and below the lowest of them structure
// elements and pages in their order. Made from METS here and from the JSON of POST /imports in intake/imports.
import type { FileKind } from '../../catalogue/attachments/index.ts'
import type { NodeType } from '../../config/types.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import type { ReadingDirection } from '../../formats/languages/direction.ts'
import type { Box } from '../../formats/ocr/page-text.ts'
import type { Message } from '../../catalogue/titles/index.ts'

export interface PlannedIdentifier {
  readonly scheme: string
  readonly value: string
}

/** What a document says of the bytes of a file. */
export interface Digest {
  /** As Node names it: md5, sha256 */
  readonly algorithm: string
  /** In hexadecimal digits, lower case */
  readonly value: string
}

export interface FileReference {
  /** As the document writes it: relative path, or an address of which only the name counts */
  readonly href: string
  /** USE of the METS file group, tried as a folder */
  readonly use: string
  readonly id: string
  /** A name without extension stands only for files of its kind */
  readonly media: 'image' | 'text' | 'file'
  /** What the file is called where the address does not say it */
  readonly name?: string | undefined
  readonly digest?: Digest | undefined
  /** 1-based: of a file of several pages this one alone */
  readonly page?: number | undefined
}

/** A part of a page that belongs to an article. */
export interface PlannedRegion {
  /** areaKey of the title or structure element */
  readonly owner: number
  /** Place among the areas of its owner */
  readonly order: number
  readonly fileId: string
  readonly begin: string | undefined
  readonly rectangle: Box | undefined
}

export interface PlannedPage {
  readonly kind: 'page'
  readonly ident: string
  readonly order: number
  /** Label as written: [Seite 3] */
  readonly label: string | undefined
  readonly identifiers: readonly PlannedIdentifier[]
  readonly keepId: number | undefined
  /** The best first; the first that is there becomes the master */
  readonly files: readonly FileReference[]
  readonly text: FileReference | undefined
  readonly regions?: readonly PlannedRegion[] | undefined
}
/** A further file of a title: the whole as a PDF, sound, moving images, an attachment. */
export interface PlannedFile {
  /** By the bytes where the document does not say it */
  readonly kind: FileKind | undefined
  readonly label: string | undefined
  readonly reference: FileReference
}
export interface PlannedLink {
  readonly kind: 'link'
  /** ident of the page */
  readonly ident: string
}
export interface PlannedStructure {
  readonly kind: 'structure'
  /** Names it to the regions of pages */
  readonly areaKey?: number | undefined
  readonly type: NodeType
  readonly caption: string | null
  readonly identifiers: readonly PlannedIdentifier[]
  readonly keepId: number | undefined
  readonly children: PlannedItem[]
}
/** Where a described part stands among the items of its title; it is one of the title’s children, too. */
export interface PlannedPart {
  readonly kind: 'part'
  readonly title: PlannedTitle
}
export type PlannedItem = PlannedPage | PlannedLink | PlannedStructure | PlannedPart

export interface PlannedTitle {
  readonly areaKey?: number | undefined
  readonly type: NodeType
  readonly caption: string | undefined
  readonly record: ModsRecord | undefined
  readonly identifiers: readonly PlannedIdentifier[]
  readonly keepId: number | undefined
  readonly owner: string | undefined
  /** Catalogue that the record was fetched from */
  readonly provider?: string | undefined
  readonly presentationUrl: string | undefined
  /** Where the document itself says it */
  readonly readingDirection?: ReadingDirection | undefined
  readonly referenceUrl: string | undefined
  /** METS div ID of a part that its title’s own document describes: the part is found by it again (decision 10b) */
  readonly divId?: string | undefined
  /** Number among its siblings */
  readonly order?: number | undefined
  /** Day of an issue (1896-04-01) or year of a volume (1896), as the levels of a newspaper tell it */
  readonly day?: string | undefined
  /** What the document is about; without any, the lowest title is */
  readonly isPrimary?: boolean | undefined
  /** Identifier under which a foreign repository hands it out */
  readonly oaiIdent?: string | undefined
  readonly children: PlannedTitle[]
  /** Structure elements and pages of this title, in their order */
  readonly items: PlannedItem[]
  readonly files?: readonly PlannedFile[] | undefined
}

/** The Visual Library Server that wrote a document: ids of the plan are its own. */
export interface PlanSource {
  /** Name of the installation */
  readonly instance: string | undefined
  /** Its domain, where the document tells it */
  readonly domain: { readonly name: string; readonly caption: string } | undefined
}

export interface ImportPlan {
  readonly vls?: PlanSource | undefined
  readonly titles: readonly PlannedTitle[]
  readonly messages: readonly Message[]
}

/** Pages of items in their order. */
export function* pagesOf(items: readonly PlannedItem[]): Generator<PlannedPage> {
  for (const item of items) {
    if (item.kind === 'page') yield item
    if (item.kind === 'structure') yield* pagesOf(item.children)
  }
}

export function* titlesOf(titles: readonly PlannedTitle[]): Generator<PlannedTitle> {
  for (const title of titles) {
    yield title
    yield* titlesOf(title.children)
  }
}

/**
 * Titles of a plan, each changed, and their pages. A part is among the items and the children of its title: both are the same one again.
 * @param change gets a title whose children and items are those of the copy
 */
export function changed(
  titles: readonly PlannedTitle[],
  change: (title: PlannedTitle) => PlannedTitle,
  changePage: (page: PlannedPage) => readonly PlannedPage[] = page => [page],
): PlannedTitle[] {
  const titleOf = (title: PlannedTitle): PlannedTitle => {
    const made = new Map(title.children.map(child => [child, titleOf(child)]))
    const itemsOf = (items: readonly PlannedItem[]): PlannedItem[] =>
      items.flatMap((item): readonly PlannedItem[] => {
        if (item.kind === 'page') return changePage(item)
        if (item.kind === 'structure') return [{ ...item, children: itemsOf(item.children) }]
        return item.kind === 'part' ? [{ ...item, title: made.get(item.title) ?? item.title }] : [item]
      })
    return change({ ...title, children: [...made.values()], items: itemsOf(title.items) })
  }
  return titles.map(titleOf)
}
