// What an object consists of: titles with what they say of themselves, parts, pages.
import type { Reason, Sight, WayIn } from '../../http/sight.ts'
import type { domainFace } from '../../catalogue/domains/index.ts'
import type { NodeType } from '../../config/types.ts'
import { type Licence, licenceOf } from '../../formats/rights/licence.ts'
import { type ReadingDirection, readingDirections } from '../../formats/languages/direction.ts'
import type { TitleFile } from '../../catalogue/attachments/index.ts'
import type { Box } from '../../formats/ocr/page-text.ts'
import type { Row } from './repository.ts'

/** What a title says of itself. */
export interface TitleFacts {
  readonly id: number
  readonly type: NodeType | undefined
  /** Text of the tree */
  readonly caption: string
  /** Title of its record; the caption where it has none */
  readonly title: string
  readonly persons: readonly string[]
  readonly date: string | undefined
  readonly dateFrom: string | undefined
  readonly dateTo: string | undefined
  /** Day of an issue, YYYY-MM-DD */
  readonly issueDate: string | undefined
  readonly languages: readonly string[]
  readonly genre: string | undefined
  readonly publisher: string | undefined
  readonly place: string | undefined
  readonly licence: Licence | undefined
  /** As the delivery or a person says */
  readonly statedDirection: ReadingDirection | undefined
  /** As said, else by scripts and languages of the record */
  readonly readingDirection: ReadingDirection | undefined
  readonly signature: string | undefined
  readonly location: string | undefined
  readonly owner: string | undefined
  readonly sourceIdent: string | undefined
  readonly referenceUrl: string | undefined
  readonly presentationUrl: string | undefined
  readonly titlepageId: number | undefined
  readonly hasText: boolean
  readonly releasedAt: Date | undefined
  readonly pagesPresent: number
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[]
}

/** What of a page is shown beside its existence, to whom the object was loaded for. */
export interface PageRights {
  /** Widest image in pixels; undefined: any, 0: none */
  readonly widest: number | undefined
  readonly text: boolean
  readonly download: boolean
  /** Whether everyone may see the image, whole */
  readonly isOpen: boolean
  /** Whether so many readers at a time see it */
  readonly isLent: boolean
}

export interface ObjectPage {
  readonly id: number
  /** The part that it stands in; others only link to it */
  readonly homeId: number | undefined
  /** Place in the reading order, from 1 */
  readonly order: number
  /** [Seite 3] */
  readonly label: string | undefined
  readonly labelType: number | undefined
  readonly labelValue: number | undefined
  /** Pixels of the image that is served; undefined where there is none */
  readonly size: { readonly width: number; readonly height: number } | undefined
  readonly hashsum: string | undefined
  /** Of the file with all its sizes and tiles */
  readonly packBytes: number | undefined
  readonly masterFormat: string | undefined
  readonly alto: { readonly language: string | undefined; readonly fits: boolean } | undefined
  readonly hasCorrection: boolean
  readonly urn: string | undefined
  readonly rights: PageRights
}

/** A title or structure element of the outline. */
export interface ObjectPart {
  readonly id: number
  readonly datatype: 'title' | 'structure'
  readonly type: NodeType | undefined
  readonly caption: string
  /** Its own name; undefined where the caption is that of its type */
  readonly label: string | undefined
  /** Of titles */
  readonly facts: TitleFacts | undefined
  /** Pages and parts in reading order; linked pages are named where they are linked */
  readonly children: readonly (ObjectPart | ObjectPage)[]
  /** Parts of pages that it is made of, on the images that are served */
  readonly regions: readonly ObjectRegion[]
}
export interface ObjectRegion {
  readonly pageId: number
  readonly box: Box
}
export const isPart = (child: ObjectPart | ObjectPage): child is ObjectPart => 'children' in child

export interface ObjectDomain {
  readonly id: number
  readonly name: string
  readonly caption: string
  readonly owner: string
  readonly ownerSiteUrl: string
  readonly ownerContact: string
  readonly ownerLogo: string
  readonly licence: Licence | undefined
  readonly face: ReturnType<typeof domainFace>
}

export type Recording = TitleFile & { readonly duration: number }

export interface DigitalObject {
  readonly root: ObjectPart
  /** The title that the root is or belongs to */
  readonly title: TitleFacts
  readonly path: string
  readonly pages: readonly ObjectPage[]
  /** Titles above, from the top down */
  readonly above: readonly TitleFacts[]
  /** Titles below a title that holds others (a newspaper's issues): objects of their own */
  readonly members: readonly TitleFacts[]
  /** Further files of titles in the object, as far as they may be downloaded */
  readonly files: readonly TitleFile[]
  /** Those of them that are played: sound and moving images whose length is known, and that are not lent */
  readonly recordings: readonly Recording[]
  /** Members without pages that have recordings to play */
  readonly played: ReadonlySet<number>
  /** Whether it holds titles that are objects of their own */
  readonly isMultiPart: boolean
  readonly domain: ObjectDomain
  readonly updatedAt: Date
  readonly isVisible: boolean
  /** Why its images may be seen by whom it was loaded for, or not; undefined where no entry is about them */
  readonly imageReason: Reason | undefined
  /** Where the images are closed: for whom they are not */
  readonly imageWays: readonly WayIn[]
  /** What everyone may see, when the object was loaded */
  readonly everyone: Sight
}

const text = (value: string | null | undefined): string | undefined => value || undefined
const split = (value: string | null, separator: string): string[] =>
  (value ?? '')
    .split(separator)
    .map(part => part.trim())
    .filter(part => part !== '')

const directionOf = (code: number | null): ReadingDirection | undefined =>
  code === null ? undefined : readingDirections.name(code)

export function factsOf(
  row: Row,
  type: NodeType | undefined,
  identifiers: TitleFacts['identifiers'],
): TitleFacts {
  const caption = row.caption ?? row.title ?? `${type?.de ?? 'Titel'} ${row.id}`
  return {
    id: row.id,
    type,
    caption,
    title: row.title ?? caption,
    persons: split(row.persons, ';'),
    date: text(row.date),
    dateFrom: text(row.dateFrom),
    dateTo: text(row.dateTo),
    issueDate: text(row.issueDate),
    languages: split(row.language, ','),
    genre: text(row.genre),
    publisher: text(row.publisher),
    place: text(row.place),
    licence: licenceOf(row.licence),
    statedDirection: directionOf(row.statedDirection),
    readingDirection: directionOf(row.statedDirection ?? row.recordDirection),
    signature: text(row.signature),
    location: text(row.location),
    owner: text(row.owner),
    sourceIdent: text(row.sourceIdent),
    referenceUrl: text(row.referenceUrl),
    presentationUrl: text(row.presentationUrl),
    titlepageId: row.titlepageId ?? undefined,
    hasText: row.textState === 1,
    releasedAt: row.releaseDate ?? undefined,
    pagesPresent: row.pageCache ?? 0,
    identifiers,
  }
}

/** Where an object is opened: a volume that says nothing itself, as the work above it. */
export const viewingDirection = ({
  title,
  above,
}: Pick<DigitalObject, 'title' | 'above'>): ReadingDirection =>
  [...above, title].findLast(each => each.readingDirection !== undefined)?.readingDirection ?? 'left-to-right'

export function pageOf(row: Row, order: number, urn: string | undefined, rights: PageRights): ObjectPage {
  const width = row.servedWidth ?? row.masterWidth
  const height = row.servedHeight ?? row.masterHeight
  const hasImage = row.servedWidth !== null || row.packState === 0 || row.packState === 1
  return {
    id: row.id,
    homeId: row.parentId ?? undefined,
    order,
    label: text(row.label) ?? text(row.caption),
    labelType: row.labelType ?? undefined,
    labelValue: row.labelValue ?? undefined,
    size: hasImage && width && height ? { width, height } : undefined,
    hashsum: text(row.hashsum),
    packBytes: row.packBytes === null ? undefined : Number(row.packBytes),
    masterFormat: text(row.format),
    alto:
      row.ocrUrl === null || !rights.text
        ? undefined
        : { language: text(row.ocrLanguage), fits: row.ocrBoxes === 1 },
    hasCorrection: row.wikiId !== null && rights.text,
    urn,
    rights,
  }
}
