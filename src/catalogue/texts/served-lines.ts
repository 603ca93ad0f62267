// The words of a page with boxes on the image that is served: those of the ALTO file, scaled to the master and moved as the image is
// cropped, mirrored and turned.
import type { Box } from '../../formats/alto/read.ts'
import { readAlto } from '../../formats/alto/read.ts'
import { decodeUtf8 } from '../../formats/xml/read.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { boxStates, textKinds } from './codes.ts'

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

interface Placement {
  readonly from: { readonly width: number; readonly height: number }
  readonly master: { readonly width: number; readonly height: number }
  readonly crop: Box | undefined
  readonly mirrored: boolean
  readonly rotation: number
}

/** A box of the text image on the image that is served; undefined where the crop leaves nothing of it. */
export function placed(box: Box, { from, master, crop, mirrored, rotation }: Placement): Box | undefined {
  const part = crop ?? { x: 0, y: 0, ...master }
  const left = (box.x * master.width) / from.width - part.x
  const top = (box.y * master.height) / from.height - part.y
  const right = Math.min(part.width, left + (box.width * master.width) / from.width)
  const bottom = Math.min(part.height, top + (box.height * master.height) / from.height)
  let x = Math.max(0, left)
  let y = Math.max(0, top)
  let width = right - x
  let height = bottom - y
  if (width < 1 || height < 1) return undefined
  if (mirrored) x = part.width - x - width
  if (rotation === 90) [x, y, width, height] = [part.height - y - height, x, height, width]
  else if (rotation === 180) [x, y] = [part.width - x - width, part.height - y - height]
  else if (rotation === 270) [x, y, width, height] = [y, part.width - x - width, height, width]
  const rounded = { x: Math.floor(x), y: Math.floor(y) }
  return {
    ...rounded,
    width: Math.max(1, Math.round(x + width) - rounded.x),
    height: Math.max(1, Math.round(y + height) - rounded.y),
  }
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
  const alto = readAlto(decodeUtf8(bytes), {
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
  for (const line of alto.blocks.flat()) {
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
