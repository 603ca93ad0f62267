// Addresses that lead back to what is looked at, and what a page in another site shows of it.
import type { Camera } from './camera.ts'
import type { Leaf } from './scan.tsx'

/** The part of a page that is looked at, in its pixels; nothing where all of it is. */
export function regionOf(camera: Camera | undefined, leaf: Leaf, stage: { readonly width: number; readonly height: number }): string | undefined {
  if (!camera || stage.width === 0) return undefined
  const scale = leaf.width
  const left = Math.max(0, Math.round(camera.x * scale))
  const top = Math.max(0, Math.round(camera.y * scale))
  const right = Math.min(leaf.width, Math.round((camera.x + camera.width) * scale))
  const bottom = Math.min(leaf.height, Math.round((camera.y + (camera.width * stage.height) / stage.width) * scale))
  const isAll = left === 0 && top === 0 && right === leaf.width && bottom === leaf.height
  return isAll || right <= left || bottom <= top ? undefined : `${left},${top},${right - left},${bottom - top}`
}

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

export const frameOf = (address: string, title: string): string =>
  `<iframe src="${attribute(address)}" title="${attribute(title)}" width="600" height="480" style="border:0" allowfullscreen></iframe>`

/** The address of what is seen, without what is only seen here. */
export function viewLink(address: string): string {
  const url = new URL(address)
  for (const name of ['panel', 'embed', 'manifest', 'canvas']) url.searchParams.delete(name)
  return url.href
}

/** Most pages that are printed at once: each is an image that the browser holds. */
export const mostSheets = 100
/** Pixels that a printed page is wide where it stands alone; of several the stored images are taken. */
const sheetWidth = 2000

export interface Sheet {
  readonly key: string
  readonly image: string
  /** Where it is from */
  readonly source: string
}

interface Source {
  /** The title as it is cited, with its address */
  readonly text: string
  readonly permalink: string
  readonly label: (label: string | null, place: number) => string
}

/** The address that leads to a page for good. */
export const pageLink = (permalink: string, page: number): string => permalink.replace(/\d+$/, String(page))

export function sheetsOf(leaves: readonly Leaf[], source: Source, region?: string): Sheet[] {
  return leaves.slice(0, mostSheets).map(leaf => {
    const width = region === undefined ? leaf.width : Number(region.split(',')[2])
    return {
      key: String(leaf.id),
      image:
        leaves.length > 2
          ? `/download/webcache/1000/${leaf.id}`
          : `/iiif/image/3/${leaf.id}/${region ?? 'full'}/${Math.min(width, sheetWidth)},/0/default.jpg`,
      source: `${source.label(leaf.label, leaf.place)}. ${source.text.replaceAll(source.permalink, pageLink(source.permalink, leaf.id))}`,
    }
  })
}
