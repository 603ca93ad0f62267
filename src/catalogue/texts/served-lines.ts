// The words of a page with boxes on the image that is served: those of the delivered file, scaled to the master and moved as the image is
// cropped, mirrored and turned.
import type { Box } from '../../formats/ocr/page-text.ts'
import { readPageText } from '../../formats/ocr/read.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { boxStates, textKinds } from './codes.ts'
import { placed, type Placement } from './placement.ts'

export interface ServedWord {
  readonly text: string
  /** The whole word, where this is one half of a hyphenated one */
  readonly joined: string | undefined
  readonly half: 1 | 2 | undefined
  readonly box: Box
}
export interface ServedLine {
  readonly box: Box
  readonly words: readonly ServedWord[]
}
export interface ServedText {
  readonly language: string | undefined
  readonly lines: readonly ServedLine[]
}

/** @returns undefined where the page has no words whose boxes fit its image */
export async function servedText(
  services: Services,
  db: Db,
  pageId: number,
): Promise<ServedText | undefined> {
  const row = await db
    .selectFrom('OPR_Fulltext')
    .innerJoin('OPR_Page', 'OP_OT_ID', 'OF_OT_ID')
    .leftJoin('OPR_Pack', 'OPK_OT_ID', 'OF_OT_ID')
    .leftJoin('OPR_ImageProfile', 'OIP_ID', 'OP_OIP_ID')
    .select([
      'OF_Url as url',
      'OF_BoxState as boxState',
      'OF_Language as language',
      'OF_Width as width',
      'OF_Height as height',
      'OP_ImgWidth as masterWidth',
      'OP_ImgHeight as masterHeight',
      'OIP_Density as density',
      'OPK_Rotation as rotation',
      'OPK_Mirrored as mirrored',
      'OPK_CropX as cropX',
      'OPK_CropY as cropY',
      'OPK_CropWidth as cropWidth',
      'OPK_CropHeight as cropHeight',
    ]) // prettier-ignore
    .where('OF_OT_ID', '=', pageId)
    .where('OF_Kind', '=', textKinds.of('ocr'))
    .executeTakeFirst()
  if (!row?.url || row.boxState !== boxStates.of('fitting') || !row.width || !row.height) return undefined
  const bytes = await services.archive.readAll(row.url)
  if (!bytes) return undefined
  const read = readPageText(bytes, {
    dpi: row.density ?? undefined,
    maxDepth: services.config.limits.xmlDepth,
  })
  const { cropX, cropY, cropWidth, cropHeight } = row
  const placement: Placement = {
    from: { width: row.width, height: row.height },
    master: { width: row.masterWidth ?? row.width, height: row.masterHeight ?? row.height },
    crop:
      cropX === null || cropY === null || cropWidth === null || cropHeight === null
        ? undefined
        : { x: cropX, y: cropY, width: cropWidth, height: cropHeight },
    mirrored: row.mirrored === 1,
    rotation: row.rotation ?? 0,
  }
  const lines: ServedLine[] = []
  for (const line of read.blocks.flat()) {
    const words: ServedWord[] = []
    for (const word of line.words) {
      const box = placed(word, placement)
      if (box && word.text.trim() !== '')
        words.push({ text: word.text, joined: word.joined, half: word.half, box })
    }
    const box = placed(line, placement) ?? around(words.map(word => word.box))
    if (words.length > 0 && box) lines.push({ box, words })
  }
  return lines.length > 0 ? { language: row.language ?? undefined, lines } : undefined
}

function around(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined
  const x = Math.min(...boxes.map(box => box.x))
  const y = Math.min(...boxes.map(box => box.y))
  return {
    x,
    y,
    width: Math.max(...boxes.map(box => box.x + box.width)) - x,
    height: Math.max(...boxes.map(box => box.y + box.height)) - y,
  }
}
