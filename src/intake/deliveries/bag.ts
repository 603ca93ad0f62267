// BagIt: a delivery with the checksums of its files. @see RFC 8493
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Refusal } from '../../errors.ts'
import { ByName } from '../plans/index.ts'
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

function manifestOf(
  bag: string,
  called: string,
): { algorithm: string; lines: [digest: string, path: string][] } {
  const algorithm = algorithms.find(name => existsSync(join(bag, `manifest-${name}.txt`)))
  if (algorithm === undefined)
    throw new Refusal('not-processable', `${called} has no manifest (${algorithms.join(', ')}).`)
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

/** Whether a folder is a BagIt. */
export const isBag = (folder: string): boolean => existsSync(join(folder, 'bagit.txt'))

/** What a BagIt has beside its payload to describe itself. */
export const isOfBag = (name: string): boolean =>
  /^(bagit|bag-info|fetch|(tag)?manifest-[a-z0-9]+)\.txt$/i.test(name)

/** What a folder is called: the payload of a BagIt as that is. */
export const nameOfFolder = (path: string): string =>
  basename(path) === 'data' && isBag(dirname(path)) ? basename(dirname(path)) : basename(path)

/** The BagIts in a folder, or those that it holds; none lies in the payload of another. */
export function bagsIn(folder: string): string[] {
  if (isBag(folder)) return [folder]
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !isNoise(entry.name))
    .flatMap(({ name }) => bagsIn(join(folder, name)))
}

/** Paths of files below a folder, as they are and as they are compared: macOS takes umlauts apart in one place and not in the other. */
class Payload {
  readonly #root: string
  readonly paths: readonly string[]
  readonly #byName: ByName<string>

  constructor(bag: string, payload: string) {
    this.#root = bag
    this.paths = readdirSync(payload, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
    this.#byName = new ByName(this.paths.map(path => [this.nameOf(path), path] as const))
  }

  nameOf(path: string): string {
    return relative(this.#root, path).split(sep).join('/')
  }

  get(path: string): string | undefined {
    return this.#byName.get(path.replace(/^\.\//, ''))
  }
}

/** Compares the files of a BagIt with its manifest. @throws Refusal not-processable naming the file that is missing, changed or not in the manifest */
export async function checkBag(bag: string): Promise<void> {
  const called = `The BagIt ${basename(bag)}`
  const payload = join(bag, 'data')
  if (!statSync(payload, { throwIfNoEntry: false })?.isDirectory())
    throw new Refusal('not-processable', `${called} has no folder data.`)
  const { algorithm, lines } = manifestOf(bag, called)
  const files = new Payload(bag, payload)
  const listed = new Set<string>()
  for (const [digest, path] of lines) {
    if (!join(bag, ...path.split('/')).startsWith(payload + sep))
      throw new Refusal(
        'not-processable',
        `The manifest of ${called.replace(/^The/, 'the')} names ${path}, which is not in data.`,
      )
    const full = files.get(path)
    if (full === undefined)
      throw new Refusal('not-processable', `${called} is not whole: ${path} is missing.`)
    if ((await digestOf(full, algorithm)) !== digest)
      throw new Refusal(
        'not-processable',
        `${called} is damaged: ${path} does not have the ${algorithm} of the manifest.`,
      )
    listed.add(full)
  }
  for (const path of files.paths)
    if (!isNoise(basename(path)) && !listed.has(path))
      throw new Refusal(
        'not-processable',
        `${called} holds ${files.nameOf(path)}, which its manifest does not name.`,
      )
}

/** Compares the files of all BagIts of a delivery with their manifests. @throws Refusal not-processable */
export async function checkBags(folder: string): Promise<void> {
  for (const bag of bagsIn(folder)) await checkBag(bag)
}
