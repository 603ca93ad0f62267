import type { z } from 'zod'
import { personDocument } from '../../catalogue/titles/index.ts'
import { bcp47 } from '../../formats/languages/codes.ts'
import { styledCitations } from '../../formats/citations/styles.ts'
import { type Citation, schemaOrg } from '../../formats/citations/write.ts'
import type { Mods } from '../../formats/mods/read.ts'
import { metaOf } from '../../http/envelope.ts'
import type { Services } from '../../http/module.ts'
import {
  addressesOf,
  type DigitalObject,
  isPart,
  type ObjectPage,
  type ObjectPart,
  type TitleFacts,
  viewingDirection,
  type Year,
} from '../objects/index.ts'
import type { ReadingCard, ReadingObject } from './schemas.ts'

type Card = z.output<typeof ReadingCard>
type Document = z.output<typeof ReadingObject>

/** Stands for the label of a page in `citation.styles` */
export const pagePlace = '{page}'

/** A name of a title whose record cannot be read */
const nameAlone = (name: string) => ({ name, roles: [], isBody: false, authority: undefined })
const typeOf = (type: TitleFacts['type']) => (type ? { name: type.name, de: type.de, en: type.en } : null)

export const cardOf = (facts: TitleFacts, more: Partial<Card> = {}): Card => ({
  id: facts.id,
  title: facts.title,
  caption: facts.caption,
  type: typeOf(facts.type),
  persons: [...facts.persons],
  date: facts.date ?? null,
  issueDate: facts.issueDate ?? null,
  pages: facts.pagesPresent,
  hasText: facts.hasText,
  ...more,
})

/** The parts below a part as one list; the first page of each is counted, not searched for. */
function outlineOf(root: ObjectPart, places: ReadonlyMap<number, number>): Document['outline'] {
  const firstPage = (part: ObjectPart): number | undefined => {
    for (const child of part.children) {
      const place = isPart(child) ? firstPage(child) : places.get(child.id)
      if (place !== undefined) return place
    }
    return undefined
  }
  const visit = (part: ObjectPart, depth: number): Document['outline'] =>
    part.children.filter(isPart).flatMap(child => [
      {
        id: child.id,
        type: typeOf(child.type),
        caption: child.caption,
        depth,
        page: firstPage(child) ?? null,
      },
      ...visit(child, depth + 1),
    ])
  return visit(root, 1)
}

/** As a footnote has it: persons, title, place and year, address. */
const citationText = (citation: Citation): string => {
  const persons =
    citation.persons.length > 0 ? citation.persons : citation.editors.map(name => `${name} (Hrsg.)`)
  const imprint = [citation.place, citation.date].filter(text => text !== undefined).join(' ')
  return `${[persons.join('; '), citation.title]
    .filter(text => text !== '')
    .join(': ')
    .replace(
      /[.\s]+$/,
      '',
    )}.${citation.within ? ` In: ${citation.within.title.replace(/[.\s]+$/, '')}.` : ''}${imprint === '' ? '' : ` ${imprint}.`} ${citation.url}`
}

/** Whole, and of one page, whose label the reader's program puts in. */
function stylesOf(citation: Citation): Document['citation']['styles'] {
  const today = new Date()
  const ofPage = styledCitations(citation, today, pagePlace)
  return styledCitations(citation, today).map((styled, at) => ({ ...styled, ofPage: ofPage[at]?.text ?? '' }))
}

/** The image of a page as the caller may see it. */
function imageOf({ size, rights: { widest } }: ObjectPage) {
  if (!size || widest === 0) return { width: null, height: null, isClosed: size !== undefined }
  const width = Math.min(size.width, widest ?? size.width)
  return { width, height: Math.max(1, Math.round((size.height * width) / size.width)), isClosed: false }
}

function restrictionOf({ imageReason: reason, imageWays }: DigitalObject): Document['restriction'] {
  if (!reason || (reason.allowed && reason.width === undefined)) return null
  return {
    images: reason.allowed ? 'reduced' : 'closed',
    until: reason.until?.toISOString() ?? null,
    ways: [...imageWays],
  }
}

export interface Beside {
  readonly previous: TitleFacts | undefined
  readonly next: TitleFacts | undefined
}

export function objectDocument(
  services: Services,
  object: DigitalObject,
  context: {
    readonly mods: Mods | undefined
    readonly citation: Citation
    readonly beside: Beside
    readonly copies: number | undefined
    readonly takesFaults: boolean
    readonly digitisation: Document['digitisation']
    readonly sizes: Document['sizes']
    /** Whose issues are the members; undefined: all */
    readonly year: string | undefined
    readonly years: readonly Year[]
  },
): Document {
  const { root, title, domain } = object
  const addresses = addressesOf(services)
  const { mods } = context
  const licence = title.licence ?? domain.licence
  const places = new Map(object.pages.map((page, at) => [page.id, at]))
  const hasPages = object.pages.length > 0
  const mayDownload = object.pages.some(page => page.rights.download)
  const links: Record<string, string> = {
    self: `/api/v1/objects/${root.id}`,
    permalink: addresses.page(root.id),
    mets: addresses.mets(title.id),
    mods: addresses.mods(title.id),
    ris: `${addresses.page(title.id)}?format=ris`,
    bibtex: `${addresses.page(title.id)}?format=bibtex`,
    ...(object.isMultiPart ? { collection: addresses.collection(3, title.id) } : {}),
    ...(hasPages
      ? {
          ...(mayDownload ? { pdf: addresses.pdf(root.id) } : {}),
          view: `/id/${root.id}/view`,
        }
      : {}),
    ...(hasPages || object.recordings.length > 0 ? { manifest: addresses.manifest(3, title.id) } : {}),
    ...(hasPages && title.hasText
      ? { text: addresses.plain(root.id), search: addresses.contentSearch(title.id) }
      : {}),
  }
  return {
    id: root.id,
    datatype: root.datatype,
    type: typeOf(root.type),
    caption: root.caption,
    title: {
      id: title.id,
      title: title.title,
      type: typeOf(title.type),
      persons: (mods?.persons ?? title.persons.map(nameAlone)).map(personDocument),
      date: title.date ?? null,
      issueDate: title.issueDate ?? null,
      place: title.place ?? null,
      publisher: title.publisher ?? null,
      languages: [...title.languages],
      language: bcp47(title.languages[0]) ?? null,
      genre: title.genre ?? null,
      extents: [...(mods?.extents ?? [])],
      abstracts: [...(mods?.abstracts ?? [])],
      notes: [...(mods?.notes ?? [])],
      subjects: [...(mods?.subjects ?? [])],
      identifiers: title.identifiers
        .filter(({ scheme }) => !['record', 'vls'].includes(scheme))
        .map(({ scheme, value }) => ({ scheme, value })),
      signature: title.signature ?? null,
      location: title.location ?? null,
      owner: title.owner ?? null,
      licence: licence ? { uri: licence.uri, label: licence.label } : null,
      hasText: title.hasText,
      titlepageId: title.titlepageId ?? null,
      releasedAt: title.releasedAt?.toISOString() ?? null,
    },
    domain: {
      name: domain.name,
      caption: domain.caption,
      owner: domain.owner,
      ownerSiteUrl: domain.ownerSiteUrl,
      ownerLogo: domain.ownerLogo,
      ownerContact: domain.ownerContact,
      face: domain.face,
    },
    above: object.above.map(each => ({ id: each.id, title: each.title, type: typeOf(each.type) })),
    previous: context.beside.previous ? cardOf(context.beside.previous) : null,
    next: context.beside.next ? cardOf(context.beside.next) : null,
    isMultiPart: object.isMultiPart,
    viewingDirection: viewingDirection(object),
    members: object.members.map(each => cardOf(each)),
    year: context.year ?? null,
    years: [...context.years],
    outline: outlineOf(root, places),
    restriction: restrictionOf(object),
    files: object.files.map(file => ({
      id: file.id,
      kind: file.kind,
      label: file.label ?? file.name,
      mediaType: file.media,
      bytes: file.bytes,
      href: addresses.file(file.titleId, file.id),
    })),
    pages: object.pages.map(page => ({
      id: page.id,
      label: page.label ?? null,
      ...imageOf(page),
      hasText: page.alto !== undefined || page.hasCorrection,
    })),
    sizes: {
      pdf: links['pdf'] === undefined ? null : context.sizes.pdf,
      text: links['text'] === undefined ? null : context.sizes.text,
    },
    digitisation: context.digitisation,
    takesFaults: context.takesFaults,
    copies: context.copies ?? null,
    citation: {
      text: citationText(context.citation),
      styles: stylesOf(context.citation),
      schemaOrg: schemaOrg(context.citation) as never,
    },
    links,
    relationships: {},
    meta: metaOf({ updatedAt: object.updatedAt }),
  }
}
