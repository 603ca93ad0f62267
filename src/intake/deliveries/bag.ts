// BagIt: a delivery with the checksums of its files. @see RFC 8493
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Refusal } from '../../errors.ts'
import { isNoise } from './kinds.ts'

const algorithms = ['sha512', 'sha256', 'sha1', 'md5']

async function digestOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Paths of a manifest are percent-encoded where they hold a line break or a percent sign (2.1.3). */
const decoded = (path: string): string =>
  path.replace(/%(0a|0d|25)/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

function manifestOf(bag: string): { algorithm: string; lines: [digest: string, path: string][] } {
  const algorithm = algorithms.find(name => existsSync(join(bag, `manifest-${name}.txt`)))
  if (algorithm === undefined)
    throw new Refusal('not-processable', `The BagIt has no manifest (${algorithms.join(', ')}).`)
  const lines = readFileSync(join(bag, `manifest-${algorithm}.txt`), 'utf8').split(/\r?\n/)
  return {
    algorithm,
    lines: lines.flatMap(line => {
      const found = /^([0-9a-f]+)\s+\*?(.+)$/i.exec(line)
      return found
        ? [[(found[1] as string).toLowerCase(), decoded(found[2] as string)] as [string, string]]
        : []
    }),
  }
}

/**
 * @returns the payload of a BagIt that lies in a folder or is its only content, else the folder
 * @throws Refusal not-processable naming the file that is missing, changed or not in the manifest
 */
export async function checkBag(folder: string): Promise<string> {
  const names = readdirSync(folder).filter(name => !isNoise(name))
  const [only] = names
  const inner = names.length === 1 && only !== undefined ? join(folder, only) : folder
  const bag = [folder, inner].find(path => existsSync(join(path, 'bagit.txt')))
  if (bag === undefined) return folder
  const payload = join(bag, 'data')
  if (!statSync(payload, { throwIfNoEntry: false })?.isDirectory())
    throw new Refusal('not-processable', 'The BagIt has no folder data.')
  const { algorithm, lines } = manifestOf(bag)
  const listed = new Set<string>()
  for (const [digest, path] of lines) {
    const full = join(bag, ...path.split('/'))
    if (!full.startsWith(payload + sep))
      throw new Refusal('not-processable', `The manifest of the BagIt names ${path}, which is not in data.`)
    if (!statSync(full, { throwIfNoEntry: false })?.isFile())
      throw new Refusal('not-processable', `The BagIt is not whole: ${path} is missing.`)
    if ((await digestOf(full, algorithm)) !== digest)
      throw new Refusal(
        'not-processable',
        `The BagIt is damaged: ${path} does not have the ${algorithm} of the manifest.`,
      )
    listed.add(full)
  }
  for (const entry of readdirSync(payload, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !isNoise(entry.name) && !listed.has(path))
      throw new Refusal(
        'not-processable',
        `The BagIt holds ${path.slice(bag.length + 1)}, which its manifest does not name.`,
      )
  }
  return payload
}
