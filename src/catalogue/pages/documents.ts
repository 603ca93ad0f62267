import { metaOf, toOne } from '../../http/envelope.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { pageStates } from './codes.ts'
import type { Pagination } from './pagination.ts'
import type * as repository from './repository.ts'
import type { Page } from './schemas.ts'

type Profile = Awaited<ReturnType<typeof repository.profile>>

/** The bare label (METS ORDERLABEL) of a page: its counter as the kind of pagination writes it. */
export function labelOf(
  pagination: Pagination,
  page: Pick<repository.Page, 'paginationType' | 'paginationValue' | 'paginationCaption'>,
): string | null {
  const kind = pagination.kinds.find(candidate => candidate.id === page.paginationType)
  if (!kind?.label || page.paginationValue === null) return null
  const side = /v\]?$/.test(page.paginationCaption ?? '') ? 'v' : 'r'
  return pagination.write(kind, page.paginationValue, side, kind.label)
}

/** A page as it leaves; the comment only for who may edit it (decision 20). */
export function documentOf(
  pagination: Pagination,
  row: repository.Page & { order?: number },
  principal: Principal,
  more: { profile?: Profile | null; comment?: string | null } = {},
): Page {
  const self = `/api/v1/pages/${row.id}`
  return {
    id: row.id,
    domainId: row.domainId,
    parentId: row.parentId,
    titleId: row.titleId,
    structureId: row.structureId,
    path: row.path,
    ...(row.order === undefined ? {} : { order: row.order }),
    caption: row.caption,
    isReleased: row.state === 1,
    isInBin: row.delState === 1,
    ident: row.ident,
    masterState: pageStates.name(row.masterState),
    width: row.width,
    height: row.height,
    filesize: row.filesize,
    hashsum: row.hashsum,
    scannedAt: row.scannedAt?.toISOString() ?? null,
    scanName: row.scanName,
    modifiedAt: row.modifiedAt?.toISOString() ?? null,
    changedAt: row.changedAt.toISOString(),
    pagination: {
      caption: row.paginationCaption,
      type: row.paginationType,
      value: row.paginationValue,
      label: labelOf(pagination, row),
    },
    hasText: row.hasText === 1,
    ...(more.profile === undefined ? {} : { profile: more.profile }),
    ...(more.comment !== undefined && access.seesConfidential(principal) ? { comment: more.comment } : {}),
    links: {
      self,
      node: `/api/v1/tree/${row.id}`,
      ...(row.url === null ? {} : { image: `${self}/image` }),
      ...(row.url === null || pageStates.name(row.masterState) === 'deletedAfterExport'
        ? {}
        : { master: `${self}/master` }),
      ...(row.hasText === 1 ? { text: `${self}/text`, alto: `${self}/alto` } : {}),
    },
    relationships: {
      title: toOne('title', row.titleId),
      structure: toOne('tree', row.structureId),
      parent: toOne('tree', row.parentId),
      domain: toOne('domain', row.domainId),
    },
    meta: metaOf({ createdAt: row.createdAt, updatedAt: row.updatedAt, version: row.version }),
  }
}
