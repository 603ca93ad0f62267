// A bag against its manifests, all of it: nothing is missing, nothing is changed, nothing is there that no manifest names.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { declaration, type ManifestEntry, readBagInfo, readManifest } from '../../formats/bagit/bag.ts'

export interface VerifiedBag {
  readonly folder: string
  /** What is wrong, each as a sentence */
  readonly faults: readonly string[]
  readonly info: ReadonlyMap<string, string>
  readonly payload: readonly ManifestEntry[]
  /** SHA-256 of the tag manifest */
  readonly digest: string | undefined
  readonly bytes: number
}

const enoughFaults = 100

async function digestOf(path: string, onBytes: (bytes: number) => Promise<void>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer)
    await onBytes((chunk as Buffer).length)
  }
  return hash.digest('hex')
}

class Verification {
  readonly faults: string[] = []
  readonly #folder: string
  readonly #onBytes: (bytes: number) => Promise<void>
  bytes = 0

  constructor(folder: string, onBytes: (bytes: number) => Promise<void>) {
    this.#folder = folder
    this.#onBytes = onBytes
  }

  async text(name: string): Promise<string> {
    try {
      return await readFile(join(this.#folder, name), 'utf8')
    } catch {
      this.faults.push(`${name} is missing.`)
      return ''
    }
  }

  async entries(name: string): Promise<ManifestEntry[]> {
    const text = await this.text(name)
    const found = readManifest(text)
    if (typeof found !== 'string') return found
    this.faults.push(`${name} ${found}.`)
    return []
  }

  /** Compares what a manifest names. @param isPayload whether its bytes count for Payload-Oxum */
  async compare(entries: readonly ManifestEntry[], isPayload: boolean): Promise<void> {
    for (const { path, digest } of entries) {
      if (this.faults.length >= enoughFaults) return
      const full = join(this.#folder, path)
      const facts = await lstat(full).catch(() => undefined)
      if (!facts) this.faults.push(`${path} is missing.`)
      else if (!facts.isFile()) this.faults.push(`${path} is no file.`)
      else if ((await digestOf(full, this.#onBytes).catch(() => '')) !== digest)
        this.faults.push(`${path} does not have the SHA-256 of its manifest.`)
      if (facts && isPayload) this.bytes += facts.size
    }
  }

  /** Files that no manifest names. */
  async strays(known: ReadonlySet<string>, below = ''): Promise<void> {
    for (const entry of await readdir(join(this.#folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) await this.strays(known, path)
      else if (!known.has(path) && this.faults.length < enoughFaults)
        this.faults.push(`${path} is named by no manifest.`)
    }
  }
}

/** @param onBytes is told of what is read, and may slow it down */
export async function verifyBag(
  folder: string,
  onBytes: (bytes: number) => Promise<void> = async () => {},
): Promise<VerifiedBag> {
  const nothing = { folder, info: new Map<string, string>(), payload: [], digest: undefined, bytes: 0 }
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory())
    return { ...nothing, faults: ['The folder is missing.'] }
  const bag = new Verification(folder, onBytes)
  const declared = await bag.text('bagit.txt')
  if (declared !== '' && declared.replaceAll('\r\n', '\n').trimEnd() !== declaration.trimEnd())
    bag.faults.push('bagit.txt does not declare BagIt 1.0 in UTF-8.')
  const tags = await bag.entries('tagmanifest-sha256.txt')
  const payload = await bag.entries('manifest-sha256.txt')
  for (const { path } of payload)
    if (!path.startsWith('data/')) bag.faults.push(`manifest-sha256.txt names ${path}, which is not in data.`)
  for (const name of ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt'])
    if (!tags.some(({ path }) => path === name))
      bag.faults.push(`tagmanifest-sha256.txt does not name ${name}.`)
  await bag.compare(tags, false)
  await bag.compare(payload, true)
  await bag.strays(new Set([...tags, ...payload].map(({ path }) => path).concat('tagmanifest-sha256.txt')))
  const info = readBagInfo(await bag.text('bag-info.txt'))
  const oxum = `${bag.bytes}.${payload.length}`
  if (bag.faults.length === 0 && info.get('Payload-Oxum') !== oxum)
    bag.faults.push(`Payload-Oxum is ${info.get('Payload-Oxum') ?? 'missing'}, not ${oxum}.`)
  const digest = await digestOf(join(folder, 'tagmanifest-sha256.txt'), async () => {}).catch(() => undefined)
  return { folder, faults: bag.faults, info, payload, digest, bytes: bag.bytes }
}
