// Access packs in an object store: packs/<aa>/<hash>.tif. Written on a disk of this machine, sent when they are complete. Tiles are read by ranges
// until a local copy is there.
import { rm, stat } from 'node:fs/promises'
import { takeIn } from '../../whole-files.ts'
import type { LocalCopies } from '../local-copies.ts'
import type { Leftover, PackStore, RangedFile } from '../stores.ts'
import type { S3Client } from './client.ts'
import { missing } from './faults.ts'
import { ObjectFiles } from './ranges.ts'
import { reading } from './reading.ts'
import { leftUploads, upload } from './upload.ts'

const keyOf = (hash: string): string => {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error(`‘${hash}’ is no pack.`)
  return `packs/${hash.slice(0, 2)}/${hash}.tif`
}
const copyOf = (hash: string): string => `${hash}.tif`

export class S3Packs implements PackStore {
  readonly name: string
  readonly #client: S3Client
  readonly #copies: LocalCopies
  readonly #files: ObjectFiles

  constructor(client: S3Client, copies: LocalCopies) {
    this.name = client.name
    this.#client = client
    this.#copies = copies
    this.#files = new ObjectFiles(client)
  }

  async prepare(): Promise<void> {
    await this.#copies.prepare()
  }

  async checkWritable(): Promise<void> {
    await this.#client.reach()
  }

  async local(hash: string): Promise<string> {
    const key = keyOf(hash)
    try {
      return await this.#copies.get(copyOf(hash), path => this.#fetch(key, path))
    } catch (error) {
      // whoever opens it finds out that it is not there, as in a folder
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.#copies.path(copyOf(hash))
      throw error
    }
  }

  async #fetch(key: string, path: string): Promise<void> {
    const facts = await this.#client.facts(key)
    if (!facts) throw missing(this.name)
    const bytes = await takeIn(reading(this.#client, key), path, this.#copies.place)
    if (bytes !== facts.bytes)
      throw Object.assign(new Error(`EIO: the pack has ${bytes} bytes, not ${facts.bytes}`), { code: 'EIO' })
  }

  async isKept(hash: string): Promise<boolean> {
    const key = keyOf(hash)
    const facts = await this.#client.facts(key)
    if (facts?.etag !== this.#files.etagOf(key)) this.#files.forget(key)
    const copy = await this.#copies.find(copyOf(hash))
    if (copy !== undefined && (await stat(copy).catch(() => undefined))?.size !== facts?.bytes)
      await this.#copies.drop(copyOf(hash))
    return facts !== undefined
  }

  async at(hash: string): Promise<string | RangedFile | undefined> {
    const copy = await this.#copies.find(copyOf(hash))
    if (copy !== undefined) return copy
    try {
      return await this.#files.get(keyOf(hash), () => this.local(hash))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  temporary(hash: string): Promise<string> {
    keyOf(hash)
    return this.#copies.temporary(copyOf(hash))
  }

  async keep(temporary: string, hash: string): Promise<void> {
    const key = keyOf(hash)
    try {
      await upload(this.#client, key, temporary)
      this.#files.forget(key)
      await this.#copies.adopt(temporary, copyOf(hash)).catch(() => {})
    } finally {
      await rm(temporary, { force: true }).catch(() => {})
    }
  }

  async remove(hash: string): Promise<void> {
    const key = keyOf(hash)
    this.#files.forget(key)
    await this.#client.remove(key)
    await this.#copies.drop(copyOf(hash))
  }

  async *hashes(): AsyncGenerator<{ hash: string; bytes: number; modifiedAt: Date }> {
    for await (const { key, bytes, modifiedAt } of this.#client.list('packs/')) {
      const hash = /^packs\/[0-9a-f]{2}\/([0-9a-f]{64})\.tif$/.exec(key)?.[1]
      if (hash !== undefined) yield { hash, bytes, modifiedAt }
    }
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    return [...(await this.#copies.leftovers(ageMs)), ...(await leftUploads(this.#client, 'packs/', ageMs))]
  }
}
