// Reads one document of a delivery: METS (alone or in an OAI answer), or what intake/deliveries makes a title of.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { documentLimits } from '../../config/document-limits.ts'
import { Refusal } from '../../errors.ts'
import type { Message, Origin } from '../../catalogue/titles/index.ts'
import { parsePagePattern } from '../../config/page-names.ts'
import type { Encoding } from '../../formats/marc/iso2709.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import type { Services } from '../../http/module.ts'
import { type ImportPlan, planOfMets } from '../plans/index.ts'
import { readPdfContents } from '../../imaging/pdf.ts'
import { type Columns, deliveredTitle, findTitle, kindOf, pdfOf, SharedReads } from '../deliveries/index.ts'
import { recordOfCatalogue } from './from-catalogue.ts'
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
  /** What is to be said of the files when they were looked for */
  readonly notes?: (() => readonly Message[]) | undefined
  /** SHA-256 of the document's bytes */
  readonly checksum: string
  readonly origin: Origin
  /** Removes what was read into a folder of its own */
  readonly discard?: (() => Promise<void>) | undefined
}

/** How a title is made of what says less than METS. */
export interface DocumentOptions {
  readonly type?: string | undefined
  readonly identifier?: 'folder' | undefined
  readonly encoding?: Encoding | undefined
  /** What columns of a list of titles are */
  readonly columns?: Columns | undefined
  /** Online catalogue in which a title without a record is looked up by its name */
  readonly catalogue?: string | undefined
}

async function readDelivered(
  services: Services,
  path: string,
  options: DocumentOptions,
  shared: SharedReads,
): Promise<ReadDocument> {
  const { xmlDepth: maxDepth, metadataBytes: maxRecordBytes } = services.config.limits
  const found = findTitle(path, { ...options, maxDepth, maxRecordBytes }, shared)
  const { catalogue } = options
  const made = { ...options, pageNames: services.config.import.pageNames.map(parsePagePattern) }
  const fetched =
    found.records.length === 0 && catalogue !== undefined
      ? await recordOfCatalogue(services, catalogue, found.name)
      : {}
  const pdf = pdfOf(found)
  if (!pdf) return { name: basename(path), ...deliveredTitle(services.types, found, made, fetched) }
  const folder = await mkdtemp(join(tmpdir(), 'firefolio-pdf-'))
  const discard = () => rm(folder, { recursive: true, force: true })
  try {
    const contents = await readPdfContents(pdf.path, folder)
    const further = { ...fetched, pdf: { contents, folder } }
    return {
      name: basename(path),
      ...deliveredTitle(services.types, found, made, further),
      discard,
    }
  } catch (error) {
    await discard()
    throw error
  }
}

/**
 * @param shared what was read for other documents of the delivery
 * @throws Refusal bad-xml, unsupported-media-type, too-large, not-processable
 */
export async function readDocument(
  services: Services,
  path: string,
  options: DocumentOptions = {},
  shared = new SharedReads(),
): Promise<ReadDocument> {
  const { limits } = services.config
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  if (!isFile || kindOf(path, basename(path)) !== 'mets')
    return await readDelivered(services, path, options, shared)
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
    notes: () => finder.notes(),
    checksum: createHash('sha256').update(bytes).digest('hex'),
    origin: 'fileImport',
  }
}
