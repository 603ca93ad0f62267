// Reads one document of a delivery: METS (alone or in an OAI answer), or what intake/deliveries makes a title of.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve, sep } from 'node:path'
import { documentLimits } from '../../config/document-limits.ts'
import { Refusal } from '../../errors.ts'
import type { Origin } from '../../catalogue/titles/index.ts'
import type { Encoding } from '../../formats/marc/iso2709.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import type { Services } from '../../http/module.ts'
import { type ImportPlan, planOfMets } from '../plans/index.ts'
import { deliveredTitle, kindOf } from '../deliveries/index.ts'
import { FileFinder } from './files.ts'
import type { Locate } from './stage.ts'

/** A path of a request: below the import folder, its links followed. @throws Refusal bad-request, not-found */
export function pathBelow(root: string, path: string): string {
  if (isAbsolute(path) || path.split(/[\\/]/).includes('..'))
    throw new Refusal(
      'bad-request',
      `The path ‘${path}’ must be relative to the import folder and stay in it.`,
    )
  const full = resolve(root, path)
  if (!existsSync(root) || !existsSync(full))
    throw new Refusal('not-found', `There is no ‘${path}’ below the import folder ([path] import).`)
  const real = realpathSync(full)
  const base = realpathSync(root)
  if (real !== base && !real.startsWith(base + sep))
    throw new Refusal('bad-request', `The path ‘${path}’ leaves the import folder.`)
  return real
}

export interface ReadDocument {
  readonly name: string
  readonly plan: ImportPlan
  readonly locate: Locate
  /** SHA-256 of the document's bytes */
  readonly checksum: string
  readonly origin: Origin
}

/** How a title is made of what says less than METS. */
export interface DocumentOptions {
  readonly type?: string | undefined
  readonly identifier?: 'folder' | undefined
  readonly encoding?: Encoding | undefined
}

/** @throws Refusal bad-xml, unsupported-media-type, too-large, not-processable */
export async function readDocument(
  services: Services,
  path: string,
  options: DocumentOptions = {},
): Promise<ReadDocument> {
  const { limits } = services.config
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  if (!isFile || kindOf(path, basename(path)) !== 'mets')
    return deliveredTitle(services.types, path, {
      ...options,
      maxDepth: limits.xmlDepth,
      maxRecordBytes: limits.metadataBytes,
    })
  const { size } = statSync(path)
  const name = basename(path)
  if (size > limits.metadataBytes)
    throw new Refusal(
      'too-large',
      `${name} has ${size} bytes, more than ${limits.metadataBytes} ([limits] metadataBytes).`,
      { limit: limits.metadataBytes },
    )
  const bytes = readFileSync(path)
  const source = decodeXml(bytes, name)
  const finder = new FileFinder(dirname(path))
  return {
    name,
    plan: planOfMets(
      await services.offload.run('readMets', source, source, documentLimits(services.config, name)),
      services.types,
    ),
    locate: reference => finder.find(reference),
    checksum: createHash('sha256').update(bytes).digest('hex'),
    origin: 'fileImport',
  }
}
