// Which request uses a title, and as what. Only what a reader sees counts: not lists, metadata or thumbnails.
import type { FastifyRequest } from 'fastify'
import { codes } from '../../codes.ts'
import type { Verb } from '../../http/sight.ts'

export const kinds = codes({ view: 0, page: 1, download: 2, master: 3 })
export type Kind = (typeof kinds.names)[number]

/** What one must be allowed for it. */
export const verbOfKind = {
  view: 'see',
  page: 'see-image',
  download: 'download',
  master: 'master',
} as const satisfies Record<Kind, Verb>

const patterns: readonly (readonly [RegExp, Kind])[] = [
  [/^\/api\/v1\/pages\/:id\/master$/, 'master'],
  [/^\/(:domain\/)?download\/(pdf|fulltext)\//, 'download'],
  [/^\/(:domain\/)?(id\/:id(\/view)?|(content|periodical)\/:view\/:id|i3f\/v20\/:id\/manifest)$/, 'view'],
  [/^\/iiif\/presentation\/:version\/:id\/manifest$/, 'view'],
  [/^\/iiif\/image\/[23]\/:id\/:region\/|^\/(:domain\/)?i3f\/v21\/:id\/(\*|:region)/, 'page'],
  [/^\/(:domain\/)?download\/webcache\/|^\/image\/tile|^\/dzi\//, 'page'],
  [/^\/api\/v1\/pages\/:id\/(image$|tiles\/)/, 'page'],
]
const known = new Map<string, Kind | undefined>()

/** Smaller images of whole pages stand in lists. */
const leastWidth = 500

/** Whether an image is one to look at, by what its address says of its size. */
function isToLookAt(params: Readonly<Record<string, string | undefined>>): boolean {
  const [region, size] =
    params['*'] === undefined ? [params['region'], params['size']] : params['*'].split('/')
  if (region !== undefined && region !== 'full' && region !== 'square') return true
  const sizes = /^\^?!?(\d*),(\d*)$/.exec(size ?? '')
  if (sizes) return Math.max(Number(sizes[1]), Number(sizes[2])) >= leastWidth
  return (
    params['width'] === undefined || params['level'] !== undefined || Number(params['width']) >= leastWidth
  )
}

const nodeOf = (value: unknown): number | undefined => {
  const id = Number(/^(\d{1,10})(?:\.dzi|_files|\.pdf)?$/.exec(String(value))?.[1])
  return id > 0 && id <= 2147483647 ? id : undefined
}

export function useOf(request: FastifyRequest): { kind: Kind; node: number } | undefined {
  const url = request.routeOptions.url ?? ''
  let kind = known.get(url)
  if (kind === undefined && !known.has(url)) {
    kind = patterns.find(([pattern]) => pattern.test(url))?.[1]
    known.set(url, kind)
  }
  if (kind === undefined) return undefined
  const params = request.params as Readonly<Record<string, string | undefined>>
  const node = nodeOf(params['id'])
  if (node === undefined || (kind === 'page' && !isToLookAt(params))) return undefined
  return { kind, node }
}
