// A text on its way to its page: its file is kept in the archive as it came, its words as plain text in the database.
import { Readable } from 'node:stream'
import { boxesFit, type PageText } from '../../formats/ocr/page-text.ts'
import { readPageText } from '../../formats/ocr/read.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { MasterStore } from '../../storage/stores.ts'
import { boxStates, textFormats, textKinds } from './codes.ts'
import * as repository from './repository.ts'

export interface KeptText {
  readonly text: PageText
  readonly url: string
  readonly sha256: string
}

/** Reads and judges ALTO, PAGE-XML or hOCR, then keeps the file. @throws Refusal bad-xml, unsupported-media-type */
export async function keepText(
  services: Services,
  archive: MasterStore,
  bytes: Buffer,
  name: string,
  dpi?: number,
): Promise<KeptText> {
  const text = readPageText(bytes, { name, dpi, maxDepth: services.config.limits.xmlDepth })
  const file = await archive.stage(Readable.from([bytes]), services.config.limits.metadataBytes)
  return { text, url: await archive.keep(file), sha256: file.sha256 }
}

interface Scan {
  readonly width: number | null
  readonly height: number | null
}

/** Whether all words of a text that does not tell the size of its image lie on a scan. */
const liesOn = (text: PageText, scan: { readonly width: number; readonly height: number }): boolean =>
  text.blocks
    .flat()
    .every(line =>
      line.words.every(
        word => word.width > 0 && word.x + word.width <= scan.width && word.y + word.height <= scan.height,
      ),
    )

/** What the boxes of a text are worth on a scan, and the size of the image that they lie on. */
export function boxesOf(
  text: PageText,
  scan: Scan | undefined,
): { readonly state: 'none' | 'fitting' | 'unusable'; readonly width?: number; readonly height?: number } {
  const { width, height } = text
  const on = scan?.width && scan.height ? { width: scan.width, height: scan.height } : undefined
  if (text.wordCount === 0) return { state: 'none' }
  // ALTO without sizes of its page was read from the scan that it came with, if its words have places there
  if (!width || !height) return on && liesOn(text, on) ? { state: 'fitting', ...on } : { state: 'none' }
  // without a scan nothing contradicts them yet
  return { state: !on || boxesFit(text, on) ? 'fitting' : 'unusable', width, height }
}

/** Attaches a kept file to a page, as what a program read or as people put it right. @returns whether anything changed */
export async function storeText(
  trx: Db,
  pageId: number,
  { text, url, sha256 }: KeptText,
  scan: Scan | undefined,
  kind: 'ocr' | 'wiki' = 'ocr',
): Promise<boolean> {
  const boxes = boxesOf(text, scan)
  return await repository.store(trx, pageId, {
    kind: textKinds.of(kind),
    language: text.language ?? null,
    url,
    format: textFormats.of(text.format),
    hashsum: `sha256:${sha256}`,
    text: text.text,
    confidence: text.confidence ?? null,
    engine: text.engine ?? null,
    width: boxes.width ?? text.width ?? null,
    height: boxes.height ?? text.height ?? null,
    boxState: boxStates.of(boxes.state),
  })
}
