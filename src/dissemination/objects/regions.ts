import type { Box } from '../../formats/ocr/page-text.ts'
import type { Db } from '../../firebird/database.ts'
import type { Sight } from '../../http/sight.ts'
import { placed } from '../../catalogue/texts/index.ts'
import type { ObjectRegion } from './facts.ts'
import { type RegionRow, regionsOnPages } from './repository.ts'

/** A region on the image that is served; undefined where a crop has cut it off. */
function shown({ masterWidth, masterHeight, ...row }: Omit<RegionRow, 'nodeId' | 'pageId'>): Box | undefined {
  if (!masterWidth || !masterHeight) return undefined
  const master = { width: masterWidth, height: masterHeight }
  const { x, y, width, height, cropX, cropY, cropWidth, cropHeight } = row
  return placed(
    { x, y, width, height },
    {
      from: master,
      master,
      crop:
        cropX === null || cropY === null || cropWidth === null || cropHeight === null
          ? undefined
          : { x: cropX, y: cropY, width: cropWidth, height: cropHeight },
      mirrored: row.mirrored === 1,
      rotation: row.rotation ?? 0,
    },
  )
}

/** Regions of articles on the images that are served; what a crop has cut off is none. */
export function regionsByNode(rows: readonly RegionRow[]): Map<number, ObjectRegion[]> {
  const found = new Map<number, ObjectRegion[]>()
  for (const { nodeId, pageId, ...row } of rows) {
    const box = shown(row)
    if (box) found.set(nodeId, [...(found.get(nodeId) ?? []), { pageId, box }])
  }
  return found
}

/** An article on a page, with the part of the served image that it takes. */
export interface ArticleRegion {
  readonly id: number
  readonly caption: string | null
  readonly box: Box
}

/** The articles that have regions on pages, as far as they are seen. */
export async function articlesOnPages(
  db: Db,
  sight: Sight,
  pageIds: readonly number[],
): Promise<Map<number, ArticleRegion[]>> {
  const found = new Map<number, ArticleRegion[]>()
  for (let start = 0; start < pageIds.length; start += 800) {
    const rows = await regionsOnPages(db, pageIds.slice(start, start + 800))
    for (const { nodeId: id, pageId, caption, path, domainId, ...row } of rows) {
      const box = sight.can('see', { path, domainId, isVisible: true }) ? shown(row) : undefined
      if (box) found.set(pageId, [...(found.get(pageId) ?? []), { id, caption, box }])
    }
  }
  return found
}
