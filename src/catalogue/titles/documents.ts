import { readingDirections } from '../../formats/languages/direction.ts'
import sanitizeHtml from 'sanitize-html'
import type { TypeSystem } from '../../config/types.ts'
import type { Principal } from '../../http/principal.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import { access } from '../../people/access/index.ts'
import { fileDocument, type TitleFile } from '../attachments/index.ts'
import { shownPlace } from '../tree/index.ts'
import { mpModes, origins, titlepageModes } from './codes.ts'
import type { StoredIdentifier } from './identifiers.ts'
import { personDocument, personsOf } from './persons.ts'
import type { Comments, Title as Row } from './repository.ts'
import type { Title } from './schemas.ts'

/** HTML of OC_WebInfo1 as it may be shown: text mark-up and links, nothing that acts. */
export const saneHtml = (html: string): string =>
  sanitizeHtml(html, {
    allowedTags: ['a', 'b', 'br', 'em', 'i', 'li', 'ol', 'p', 'small', 'span', 'strong', 'sub', 'sup', 'ul'],
    allowedAttributes: { a: ['href', 'title'] },
    allowedSchemes: ['http', 'https', 'mailto'],
  })

export const identifierDocument = (identifier: StoredIdentifier) => ({
  id: identifier.id,
  scheme: identifier.scheme,
  value: identifier.value,
  source: identifier.source,
  registeredAt: identifier.registeredAt?.toISOString() ?? null,
})

const split = (text: string | null, separator: string): string[] =>
  (text ?? '')
    .split(separator)
    .map(part => part.trim())
    .filter(part => part !== '')

/** A title as it leaves; confidential fields only for who may edit it (decision 20). */
export function documentOf(
  types: TypeSystem,
  row: Row,
  principal: Principal,
  more: {
    comments?: Comments | undefined
    identifiers?: readonly StoredIdentifier[]
    files?: readonly TitleFile[]
  } = {},
): Title {
  const self = `/api/v1/titles/${row.id}`
  const { comments } = more
  const hasAll = access.seesHiddenAt(principal, shownPlace(row))
  const isEditor = access.seesConfidential(principal, shownPlace(row))
  return {
    id: row.id,
    domainId: row.domainId,
    parentId: row.parentId,
    path: row.path,
    type: types.ofNumbers(row.datatype, row.type)?.name ?? String(row.type),
    caption: row.caption,
    isReleased: row.state === 1,
    isInBin: row.delState === 1,
    title: row.title,
    sortTitle: row.sortTitle,
    persons: personsOf(row.personList).map(personDocument),
    date: row.date,
    dateFrom: row.dateFrom,
    dateTo: row.dateTo,
    issueDate: row.issueDate,
    languages: split(row.language, ','),
    genre: row.genre,
    publisher: row.publisher,
    place: row.place,
    metaParentId: row.metaParentId,
    mpMode: mpModes.name(row.mpMode),
    titlepageId: row.titlepageId,
    titlepageMode: titlepageModes.name(row.titlepageMode),
    sourceIdent: row.sourceIdent,
    provider: row.provider,
    signature: row.signature,
    physicalLocation: row.physicalLocation,
    mediaNumber: row.mediaNumber,
    owner: row.owner,
    pageCount: row.pageCount,
    pagesPresent: hasAll ? row.pageCache : row.pagesShown,
    hasText: (hasAll ? row.textState : row.textShown) === 1,
    xmlOrigin: origins.name(row.xmlOrigin),
    orderDate: row.orderDate,
    deliveryDate: row.deliveryDate,
    releaseDate: row.releaseDate?.toISOString() ?? null,
    maxAccessCount: row.maxAccessCount,
    readingDirection: row.readingDirection === null ? null : readingDirections.name(row.readingDirection),
    presentationUrl: row.presentationUrl,
    referenceUrl: row.referenceUrl,
    oaiIdent: row.oaiIdent,
    generateIdentifier: row.generateIdentifier === 1,
    ...(comments
      ? {
          orgForm: comments.orgForm,
          webInfo1: comments.webInfo1 === null ? null : saneHtml(comments.webInfo1),
        }
      : {}),
    ...(isEditor
      ? {
          ...(comments ? { comment: comments.comment } : {}),
          eMail: row.eMail,
          delivererId: row.delivererId,
          manual: split(row.manual, ','),
        }
      : {}),
    ...(more.identifiers ? { identifiers: more.identifiers.map(identifierDocument) } : {}),
    ...(more.files ? { files: more.files.map(fileDocument) } : {}),
    links: {
      self,
      node: `/api/v1/tree/${row.id}`,
      mods: `${self}/mods`,
      pages: `${self}/pages`,
      files: `${self}/files`,
      structure: `${self}/structure`,
      ...(row.titlepageId === null ? {} : { titlepage: `/api/v1/pages/${row.titlepageId}/image` }),
    },
    relationships: {
      parent: toOne('tree', row.parentId),
      domain: toOne('domain', row.domainId),
      metaParent: toOne('title', row.metaParentId),
      titlepage: toOne('page', row.titlepageId),
    },
    meta: metaOf({ createdAt: row.createdAt, updatedAt: row.updatedAt, version: row.version }),
  }
}
