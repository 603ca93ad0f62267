// Masters and texts in an object store, under the same addresses as in the file system. They arrive on a disk of this machine, where they are
// hashed and judged; kept is what the store has whole. Who needs a file gets a local copy.
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Refusal } from '../../errors.ts'
import { type Place, takeIn } from '../../whole-files.ts'
import { addressOf, hashOf } from '../addresses.ts'
import type { LocalCopies } from '../local-copies.ts'
import { Staging } from '../staging.ts'
import type { Leftover, MasterStore, RangedFile, StagedFile } from '../stores.ts'
import type { S3Client } from './client.ts'
import { ObjectFiles } from './ranges.ts'
import { readWhole, reading, storedDigest } from './reading.ts'
import { leftUploads, upload } from './upload.ts'

export class S3Masters implements MasterStore {
  readonly #client: S3Client
  readonly #copies: LocalCopies
  readonly #staging: Staging
  readonly #files: ObjectFiles
  readonly name: string
  readonly called: string
  readonly place: Place

  /** @param staging folder on the disk of the copies, so that what is kept becomes one by a rename */
  constructor(client: S3Client, copies: LocalCopies, staging: string) {
    this.#client = client
    this.#copies = copies
    this.#files = new ObjectFiles(client)
    this.name = client.name
    this.called = `the store ‘${client.name}’ ([store.${client.name}])`
    this.place = copies.place
    this.#staging = new Staging(join(staging, '.staging'), copies.place)
  }

  async prepare(): Promise<void> {
    await this.#staging.prepare()
    await this.#copies.prepare()
  }

  async checkWritable(): Promise<void> {
    await this.#staging.checkWritable()
    await this.#client.reach()
  }

  async freeBytes(): Promise<undefined> {
    return undefined
  }

  get places(): readonly MasterStore[] {
    return [this]
  }

  async isKept(address: string, bytes: number): Promise<boolean> {
    return (await this.facts(address))?.bytes === bytes
  }

  address(sha256: string): string {
    return addressOf(sha256)
  }

  /** Key of an address: without the page. */
  #key(address: string): string {
    return addressOf(hashOf(address))
  }

  async local(address: string): Promise<string> {
    const sha256 = hashOf(address)
    return await this.#copies.get(sha256, async path => {
      const hash = createHash('sha256')
      try {
        await takeIn(reading(this.#client, addressOf(sha256)), path, this.#copies.place, {
          onChunk: chunk => void hash.update(chunk),
        })
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOENT' && code !== 'EIO') throw error
        throw new Refusal('not-processable', `${capital(this.called)} cannot give the file back.`, {}, error)
      }
      if (hash.digest('hex') !== sha256)
        throw new Refusal('not-processable', `The file in ${this.called} is damaged.`)
    })
  }

  async at(address: string): Promise<string | RangedFile | undefined> {
    const copy = await this.#copies.find(hashOf(address))
    if (copy !== undefined) return copy
    try {
      return await this.#files.get(this.#key(address), () => this.local(address))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  stage(source: Readable | AsyncIterable<Buffer>, maxBytes: number): Promise<StagedFile> {
    return this.#staging.stage(source, maxBytes)
  }

  stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    return this.#staging.stageFile(path, maxBytes)
  }

  async keep(file: StagedFile): Promise<string> {
    return await this.#send(file, true)
  }

  async replace(file: StagedFile): Promise<string> {
    return await this.#send(file, false)
  }

  /** @param unlessThere an object of this size stays as it is; one of another size is damaged */
  async #send(file: StagedFile, unlessThere: boolean): Promise<string> {
    const address = addressOf(file.sha256)
    try {
      const there = unlessThere ? await this.#client.facts(address) : undefined
      if (there?.bytes !== file.bytes) await upload(this.#client, address, file.path)
      // the pack of a page is made of it next
      await this.#copies.adopt(file.path, file.sha256).catch(() => {})
    } finally {
      await rm(file.path, { force: true }).catch(() => {})
    }
    return address
  }

  async discard(file: StagedFile): Promise<void> {
    await rm(file.path, { force: true })
  }

  async isThere(): Promise<boolean> {
    for await (const _ of this.#client.list('sha256/')) return true
    return false
  }

  async facts(address: string): Promise<{ bytes: number; modifiedAt: Date } | undefined> {
    return await this.#client.facts(this.#key(address))
  }

  read(address: string, range?: { readonly start: number; readonly end: number }): Readable {
    return Readable.from(reading(this.#client, this.#key(address), range), { objectMode: false })
  }

  async readAll(address: string): Promise<Buffer | undefined> {
    return await readWhole(this.#client, this.#key(address))
  }

  async digest(address: string): Promise<string> {
    return await storedDigest(this.#client, this.#key(address))
  }

  async *addresses(): AsyncGenerator<string> {
    for await (const { key } of this.#client.list('sha256/'))
      if (/^sha256\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(key)) yield key
  }

  async remove(address: string): Promise<void> {
    this.#files.forget(this.#key(address))
    await this.#client.remove(this.#key(address))
    await this.#copies.drop(hashOf(address))
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    return [...(await this.#staging.leftovers(ageMs)), ...(await leftUploads(this.#client, 'sha256/', ageMs))]
  }
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
