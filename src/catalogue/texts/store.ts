// A text on its way to its page: ALTO is kept as a file in the archive, its words as plain text in the database.
import { Readable } from 'node:stream'
import { type Alto, boxesFit, readAlto } from '../../formats/alto/read.ts'
import { decodeUtf8 } from '../../formats/xml/read.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { boxStates, textKinds } from './codes.ts'
import * as repository from './repository.ts'

export interface KeptAlto {
  readonly alto: Alto
  readonly url: string
  readonly sha256: string
}

/** Reads and judges ALTO, then keeps the file. @throws Refusal bad-xml, unsupported-media-type */
export async function keepAlto(
  services: Services,
  bytes: Buffer,
  name: string,
  dpi?: number,
): Promise<KeptAlto> {
  const alto = readAlto(decodeUtf8(bytes, name), { name, dpi, maxDepth: services.config.limits.xmlDepth })
  const file = await services.archive.stage(Readable.from([bytes]), services.config.limits.metadataBytes)
  return { alto, url: await services.archive.keep(file), sha256: file.sha256 }
}

/** What the boxes of a text are worth on a scan. */
export const boxStateOf = (
  alto: Alto,
  scan: { readonly width: number | null; readonly height: number | null } | undefined,
): 'none' | 'fitting' | 'unusable' => {
  if (alto.wordCount === 0 || !alto.width) return 'none'
  // without a scan nothing contradicts them yet
  if (!scan?.width || !scan.height) return 'fitting'
  return boxesFit(alto, { width: scan.width, height: scan.height }) ? 'fitting' : 'unusable'
}

/** Attaches a kept ALTO file to a page. @returns whether anything changed */
export async function storeAlto(
  trx: Db,
  pageId: number,
  kept: KeptAlto,
  scan: { readonly width: number | null; readonly height: number | null } | undefined,
): Promise<boolean> {
  const { alto } = kept
  return await repository.store(trx, pageId, {
    kind: textKinds.of('ocr'),
    language: alto.language ?? null,
    url: kept.url,
    hashsum: `sha256:${kept.sha256}`,
    text: alto.text,
    confidence: alto.confidence ?? null,
    engine: alto.engine ?? null,
    width: alto.width ?? null,
    height: alto.height ?? null,
    boxState: boxStates.of(boxStateOf(alto, scan)),
  })
}
