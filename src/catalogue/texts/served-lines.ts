// The words of a page with boxes on the image that is served: those of the ALTO file, scaled to the master and moved as the image is
// cropped, mirrored and turned.
import { writeAlto } from '../../formats/alto/write.ts'
import type { Box, PageText } from '../../formats/ocr/page-text.ts'
import { readPageText } from '../../formats/ocr/read.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { boxStates, textFormats, textKinds } from './codes.ts'
import { placed, type Placement, servedSize } from './placement.ts'

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
  /** Of the image that the boxes lie on */
  readonly width: number
  readonly height: number
  readonly lines: readonly ServedLine[]
}

/** The texts of a page that have a file, those that people put right first, with how its image lies on the master. */
const filed = (db: Db, pageId: number) =>
  db
    .selectFrom('OPR_Fulltext')
    .innerJoin('OPR_Page', 'OP_OT_ID', 'OF_OT_ID')
    .leftJoin('OPR_Pack', 'OPK_OT_ID', 'OF_OT_ID')
    .leftJoin('OPR_ImageProfile', 'OIP_ID', 'OP_OIP_ID')
    .select([
      'OF_Kind as kind',
      'OF_Url as url',
      'OF_Format as format',
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
    .where('OF_Url', 'is not', null)
    .orderBy(eb =>
      eb.case().when('OF_Kind', '=', textKinds.of('wiki')).then(-1).else(eb.ref('OF_Kind')).end(),
    )

export type FiledText = Awaited<ReturnType<ReturnType<typeof filed>['execute']>>[number]

/** The text with a file that is shown: a correction before OCR. */
export const bestFiled = (db: Db, pageId: number): Promise<FiledText | undefined> =>
  filed(db, pageId).executeTakeFirst()

export interface Filed {
  readonly row: FiledText
  readonly bytes: Buffer
  readonly text: PageText
}

/** The file of a text with what it says. @returns undefined where the archive has lost it */
export async function openFiled(services: Services, row: FiledText): Promise<Filed | undefined> {
  const bytes = await services.archive.readAll(row.url as string)
  if (!bytes) return undefined
  const options = { dpi: row.density ?? undefined, maxDepth: services.config.limits.xmlDepth }
  return { row, bytes, text: readPageText(bytes, options) }
}

/** The text as ALTO: as it is stored, or made from another form. */
export const altoOf = ({ row, bytes, text }: Filed): string =>
  row.format === textFormats.of('alto') ? decodeXml(bytes) : writeAlto(text)

/** @returns undefined where the boxes of a text do not fit the image of its page */
export function placementOf(row: FiledText): Placement | undefined {
  if (row.boxState !== boxStates.of('fitting') || !row.width || !row.height) return undefined
  const { cropX, cropY, cropWidth, cropHeight } = row
  return {
    from: { width: row.width, height: row.height },
    master: { width: row.masterWidth ?? row.width, height: row.masterHeight ?? row.height },
    crop:
      cropX === null || cropY === null || cropWidth === null || cropHeight === null
        ? undefined
        : { x: cropX, y: cropY, width: cropWidth, height: cropHeight },
    mirrored: row.mirrored === 1,
    rotation: row.rotation ?? 0,
  }
}

/** @returns undefined where the page has no words whose boxes fit its image */
export async function servedText(
  services: Services,
  db: Db,
  pageId: number,
): Promise<ServedText | undefined> {
  const rows = await filed(db, pageId).execute()
  const row = rows.find(({ boxState }) => boxState === boxStates.of('fitting'))
  const placement = row && placementOf(row)
  const opened = row && placement && (await openFiled(services, row))
  if (!row || !placement || !opened) return undefined
  const lines: ServedLine[] = []
  for (const line of opened.text.blocks.flat()) {
    const words: ServedWord[] = []
    for (const word of line.words) {
      const box = placed(word, placement)
      if (box && word.text.trim() !== '')
        words.push({ text: word.text, joined: word.joined, half: word.half, box })
    }
    const box = placed(line, placement) ?? around(words.map(word => word.box))
    if (words.length > 0 && box) lines.push({ box, words })
  }
  return lines.length > 0
    ? { language: row.language ?? undefined, ...servedSize(placement), lines }
    : undefined
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
