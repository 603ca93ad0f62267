// A bag against its manifests, all of it: nothing is missing, nothing is changed, nothing is there that no manifest names.
import { createHash } from 'node:crypto'
import { declaration, type ManifestEntry, readBagInfo, readManifest } from '../../formats/bagit/bag.ts'
import type { Bag, BagEntry } from '../../storage/bags.ts'
import { FolderBag } from '../../storage/folder-bags.ts'
import { isPlaceFault } from '../../whole-files.ts'

export interface VerifiedBag {
  readonly source: Bag
  /** What is wrong, each as a sentence */
  readonly faults: readonly string[]
  readonly info: ReadonlyMap<string, string>
  readonly payload: readonly ManifestEntry[]
  /** SHA-256 of the tag manifest */
  readonly digest: string | undefined
  readonly bytes: number
}

const enoughFaults = 100

/** @returns undefined for what cannot be read. @throws Refusal where the store is away: that says nothing about a bag */
async function digestOf(
  bag: Bag,
  path: string,
  onBytes: (bytes: number) => Promise<void>,
): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of bag.read(path)) {
      hash.update(chunk)
      await onBytes(chunk.length)
    }
    return hash.digest('hex')
  } catch (error) {
    if (isPlaceFault(error)) throw error
    return undefined
  }
}

/** A small file of a bag; undefined where it cannot be read. */
export async function textIn(bag: Bag, path: string): Promise<string | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of bag.read(path)) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    if (isPlaceFault(error)) throw error
    return undefined
  }
}

class Verification {
  readonly faults: string[] = []
  readonly #bag: Bag
  readonly #onBytes: (bytes: number) => Promise<void>
  readonly #entries = new Map<string, BagEntry>()
  bytes = 0

  constructor(bag: Bag, onBytes: (bytes: number) => Promise<void>) {
    this.#bag = bag
    this.#onBytes = onBytes
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  async look(): Promise<void> {
    for await (const entry of this.#bag.entries()) this.#entries.set(entry.path, entry)
  }

  async text(name: string): Promise<string> {
    const text = await textIn(this.#bag, name)
    if (text === undefined) this.faults.push(`${name} is missing.`)
    return text ?? ''
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
      const facts = this.#entries.get(path)
      if (!facts) this.faults.push(`${path} is missing.`)
      else if (!facts.isFile) this.faults.push(`${path} is no file.`)
      else if ((await digestOf(this.#bag, path, this.#onBytes)) !== digest)
        this.faults.push(`${path} does not have the SHA-256 of its manifest.`)
      if (facts && isPayload) this.bytes += facts.bytes
    }
  }

  /** Files that no manifest names. */
  strays(known: ReadonlySet<string>): void {
    for (const path of this.#entries.keys())
      if (!known.has(path) && this.faults.length < enoughFaults)
        this.faults.push(`${path} is named by no manifest.`)
  }
}

/** @param from a bag, or its folder @param onBytes is told of what is read, and may slow it down */
export async function verifyBag(
  from: Bag | string,
  onBytes: (bytes: number) => Promise<void> = async () => {},
): Promise<VerifiedBag> {
  const source = typeof from === 'string' ? new FolderBag(from) : from
  const bag = new Verification(source, onBytes)
  const nothing = { source, info: new Map<string, string>(), payload: [], digest: undefined, bytes: 0 }
  await bag.look().catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
  if (bag.isEmpty) return { ...nothing, faults: ['Its folder is missing.'] }
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
  bag.strays(new Set([...tags, ...payload].map(({ path }) => path).concat('tagmanifest-sha256.txt')))
  const info = readBagInfo(await bag.text('bag-info.txt'))
  const oxum = `${bag.bytes}.${payload.length}`
  if (bag.faults.length === 0 && info.get('Payload-Oxum') !== oxum)
    bag.faults.push(`Payload-Oxum is ${info.get('Payload-Oxum') ?? 'missing'}, not ${oxum}.`)
  const digest = await digestOf(source, 'tagmanifest-sha256.txt', async () => {})
  return { source, faults: bag.faults, info, payload, digest, bytes: bag.bytes }
}
