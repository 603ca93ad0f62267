import { placed } from '../../catalogue/texts/index.ts'
import type { ObjectRegion } from './facts.ts'
import type { RegionRow } from './repository.ts'

/** Regions of articles on the images that are served; what a crop has cut off is none. */
export function regionsByNode(rows: readonly RegionRow[]): Map<number, ObjectRegion[]> {
  const found = new Map<number, ObjectRegion[]>()
  for (const { nodeId, pageId, ...row } of rows) {
    if (!row.masterWidth || !row.masterHeight) continue
    const master = { width: row.masterWidth, height: row.masterHeight }
    const { x, y, width, height, cropX, cropY, cropWidth, cropHeight } = row
    const box = placed(
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
    if (box) found.set(nodeId, [...(found.get(nodeId) ?? []), { pageId, box }])
  }
  return found
}
