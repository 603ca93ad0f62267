// Regions of articles in pixels of the master: by the IDs of blocks in the text of the page, or by rectangles on its image.
import { readFile } from 'node:fs/promises'
import { boxesById, isAlto } from '../../formats/alto/read.ts'
import type { Box } from '../../formats/ocr/page-text.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import { readXml } from '../../formats/xml/read.ts'
import { boxesOf } from '../../catalogue/texts/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import type { PlannedPage, PlannedRegion } from '../plans/index.ts'
import type { Locate, StagedPage } from './stage.ts'

export interface StagedRegion {
  readonly owner: number
  readonly order: number
  readonly box: Box
}

/** Boxes of the blocks that areas name, on the master; none where the text was read from an image of other shape. */
async function blocksOf(
  page: PlannedPage,
  { master, text }: Pick<StagedPage, 'master' | 'text'>,
  wanted: readonly PlannedRegion[],
  locate: Locate,
): Promise<Map<string, Box>> {
  const path = page.text && locate(page.text)
  if (path === undefined || !text || !master) return new Map()
  const from = boxesOf(text.text, master.scan)
  if (from.state !== 'fitting' || !from.width || !from.height) return new Map()
  const root = readXml(decodeXml(await readFile(path)), { plainDoctype: true })
  if (!isAlto(root)) return new Map()
  const ids = new Set(wanted.flatMap(({ begin }) => begin ?? []))
  const [across, down] = [master.scan.width / from.width, master.scan.height / from.height]
  return new Map(
    [...boxesById(root, ids, { dpi: master.scan.profile.density })].map(([id, box]) => [
      id,
      {
        x: Math.round(box.x * across),
        y: Math.round(box.y * down),
        width: Math.round(box.width * across),
        height: Math.round(box.height * down),
      },
    ]),
  )
}

/** @param masterId of the file that the master came from: rectangles are in its pixels @param messages takes what could not be placed */
export async function stageRegions(
  page: PlannedPage,
  staged: Pick<StagedPage, 'master' | 'text'>,
  masterId: string | undefined,
  locate: Locate,
  messages: Message[],
): Promise<StagedRegion[]> {
  const wanted = page.regions ?? []
  const { master } = staged
  if (wanted.length === 0 || !master) return []
  const blocks = await blocksOf(page, staged, wanted, locate)
  const { width, height } = master.scan
  const found = wanted.flatMap(({ owner, order, fileId, begin, rectangle }) => {
    const box = fileId === masterId ? rectangle : begin === undefined ? undefined : blocks.get(begin)
    return box && box.x + box.width <= width && box.y + box.height <= height ? [{ owner, order, box }] : []
  })
  if (found.length < wanted.length)
    messages.push({
      level: 'info',
      code: 'regions',
      sentence: `Page ${page.ident}: ${wanted.length - found.length} of ${wanted.length} regions of articles could not be placed on the scan; the articles stand on the page all the same.`,
      place: page.ident,
    })
  return found
}
