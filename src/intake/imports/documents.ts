// Finds the documents of a path and reads one: METS (alone or in an OAI answer), MODS, or the JSON of a request.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { Refusal } from '../../errors.ts'
import { isMets, readMets } from '../../formats/mets/read.ts'
import { readMods, requireTitle } from '../../formats/mods/read.ts'
import { decodeUtf8 } from '../../formats/xml/read.ts'
import type { Services } from '../../http/module.ts'
import { type ImportPlan, planOfMets } from '../plans/index.ts'
import { guessType } from '../../catalogue/titles/index.ts'
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

const head = (path: string): string => readFileSync(path, { encoding: 'utf8', flag: 'r' }).slice(0, 4096)

/** The METS and MODS files of a path: the file itself, or every one below a folder, in order of their names. */
export function documentsOf(path: string): string[] {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts) throw new Refusal('not-found', `There is no file or folder ${path}.`)
  if (facts.isFile()) return [path]
  const found: string[] = []
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.xml$/i.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const start = head(file)
    if (/<(?:[\w.-]+:)?(mets|mods|modsCollection|OAI-PMH)[\s>]/.test(start)) found.push(file)
  }
  if (found.length === 0) throw new Refusal('not-found', `There is no METS or MODS file in ${path}.`)
  return found.sort()
}

export interface ReadDocument {
  readonly name: string
  readonly plan: ImportPlan
  readonly locate: Locate
  /** SHA-256 of the document's bytes */
  readonly checksum: string
}

/** @throws Refusal bad-xml, unsupported-media-type, too-large, not-processable */
export function readDocument(services: Services, path: string, type?: string): ReadDocument {
  const limit = services.config.limits.metadataBytes
  const { size } = statSync(path)
  const name = relative(dirname(path), path)
  if (size > limit)
    throw new Refusal(
      'too-large',
      `${name} has ${size} bytes, more than ${limit} ([limits] metadataBytes).`,
      { limit },
    )
  const bytes = readFileSync(path)
  const source = decodeUtf8(bytes, name)
  const finder = new FileFinder(dirname(path))
  const options = { name, maxDepth: services.config.limits.xmlDepth }
  const checksum = createHash('sha256').update(bytes).digest('hex')
  const locate: Locate = reference => finder.find(reference)
  if (isMets(source))
    return { name, plan: planOfMets(readMets(source, options), services.types), locate, checksum }
  const records = readMods(source, options)
  records.forEach(record => requireTitle(record, name))
  return {
    name,
    plan: {
      titles: records.map(record => ({
        type: type === undefined ? guessType(services.types, record.mods) : services.types.get('title', type),
        caption: undefined,
        record,
        identifiers: [],
        keepId: undefined,
        owner: undefined,
        presentationUrl: undefined,
        referenceUrl: undefined,
        children: [],
        items: [],
      })),
      messages: [],
    },
    locate,
    checksum,
  }
}
