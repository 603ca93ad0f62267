// Addresses that leave the house: each stands once, here, and never changes once published.
import { contentPath } from '../../catalogue/attachments/index.ts'
import type { Services } from '../../http/module.ts'

export interface Addresses {
  /** Where a person is led: the citation address */
  readonly page: (id: number) => string
  /** Where a person finds the titles of a domain; of all domains without a name */
  readonly collectionPage: (domain: string | undefined) => string
  readonly mets: (id: number) => string
  readonly zmets: (id: number) => string
  readonly mods: (id: number) => string
  readonly pdf: (id: number) => string
  readonly file: (titleId: number, id: number) => string
  readonly plain: (id: number) => string
  readonly alto: (pageId: number) => string
  /** Stored image of a page; width 0 is the largest there is */
  readonly picture: (pageId: number, width: number) => string
  /** Picture that stands for anything, a stand-in where there is none */
  readonly standing: (id: number, width: number) => string
  readonly image: (version: 2 | 3, pageId: number) => string
  readonly manifest: (version: 2 | 3, id: number) => string
  readonly collection: (version: 2 | 3, id: number | string) => string
  /** What is inside a manifest: canvas, range, annotation page */
  readonly inside: (version: 2 | 3, id: number, kind: string, part: number | string) => string
  readonly contentSearch: (id: number) => string
  /** Content Search 1, on the canvases of a version of the manifest */
  readonly contentSearch1: (presentation: 2 | 3, id: number) => string
  readonly titleSearch: (id: number) => string
}

export function addressesOf(services: Services): Addresses {
  const at = (path: string): string => `${services.publicUrl()}${path}`
  return {
    page: id => at(`/id/${id}`),
    collectionPage: domain => at(domain === undefined ? '/' : `/c/${encodeURIComponent(domain)}`),
    mets: id => at(`/mets/${id}`),
    zmets: id => at(`/mets/${id}?format=zmets`),
    mods: id => at(`/api/v1/titles/${id}/mods`),
    pdf: id => at(`/download/pdf/${id}`),
    file: (titleId, id) => at(contentPath({ titleId, id })),
    plain: id => at(`/download/fulltext/plain/${id}`),
    alto: pageId => at(`/download/fulltext/alto3/${pageId}`),
    picture: (pageId, width) => at(`/download/webcache/${width}/${pageId}`),
    standing: (id, width) => at(`/titlepage/${id}/${width}`),
    image: (version, pageId) => at(`/iiif/image/${version}/${pageId}`),
    manifest: (version, id) => at(`/iiif/presentation/${version}/${id}/manifest`),
    collection: (version, id) => at(`/iiif/presentation/${version}/collection/${id}`),
    inside: (version, id, kind, part) => at(`/iiif/presentation/${version}/${id}/${kind}/${part}`),
    contentSearch: id => at(`/iiif/search/2/${id}`),
    contentSearch1: (presentation, id) => at(`/iiif/search/1/${presentation}/${id}`),
    titleSearch: id => at(`/proto_ftsearch/${id}`),
  }
}

/** Host of the public address, without port. */
export const hostOf = (services: Services): string =>
  new URL(services.publicUrl() || 'http://localhost').hostname

/** Names the repository in identifiers and records. */
export const repositoryIdentifier = (services: Services): string =>
  services.config.oai.repositoryIdentifier || hostOf(services)
