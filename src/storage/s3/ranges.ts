// A file in an object store, read at positions: blocks of it stay in memory while they are used. Who reads much of one file gets all of it as a
// local copy, so that the next readers find it on this machine.
import { Refusal } from '../../errors.ts'
import type { RangedFile } from '../stores.ts'
import type { S3Client } from './client.ts'
import { missing } from './faults.ts'

/** A tile has some ten kilobytes; its neighbours come along. */
export const blockBytes = 128 * 1024
/** Of all files of a store */
const mostBlocks = 512
/** From so many blocks on all of the file is fetched: a picture in a list takes few, whoever reads a page takes more. */
const blocksBeforeAll = 8

/** Blocks of all files, the least recently used away. */
class Blocks {
  readonly #kept = new Map<string, Buffer>()

  get(name: string): Buffer | undefined {
    const block = this.#kept.get(name)
    if (block) {
      this.#kept.delete(name)
      this.#kept.set(name, block)
    }
    return block
  }

  set(name: string, block: Buffer): void {
    this.#kept.set(name, block)
    if (this.#kept.size > mostBlocks) this.#kept.delete(this.#kept.keys().next().value as string)
  }
}

const exchanged = (): Refusal =>
  new Refusal('unavailable', 'The image was made anew while it was read; repeat the request.', {
    retryAfter: 1,
  })

export class ObjectFile implements RangedFile {
  readonly name: string
  readonly bytes: number
  readonly #client: S3Client
  readonly #key: string
  readonly etag: string
  readonly #whole: () => Promise<string>
  readonly #blocks: Blocks
  readonly #fetching = new Map<number, Promise<Buffer>>()
  #taken = 0
  #isFetched = false
  isCurrent = true

  private constructor(
    client: S3Client,
    key: string,
    { etag, bytes }: { readonly etag: string; readonly bytes: number },
    whole: () => Promise<string>,
    blocks: Blocks,
  ) {
    this.#client = client
    this.#key = key
    this.etag = etag
    this.#whole = whole
    this.#blocks = blocks
    this.bytes = bytes
    this.name = `${client.name}:${key}:${etag}`
  }

  /**
   * @param whole fetches all of it to this machine
   * @throws ENOENT where it is not there
   */
  static async open(
    client: S3Client,
    key: string,
    whole: () => Promise<string>,
    blocks: Blocks,
  ): Promise<ObjectFile> {
    const facts = await client.facts(key)
    if (!facts) throw missing(client.name)
    return new ObjectFile(client, key, facts, whole, blocks)
  }

  local(): Promise<string> {
    return this.#whole()
  }

  /** @throws Refusal unavailable, also where the object is another one by now */
  async read(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(offset + length, this.bytes)
    const parts: Buffer[] = []
    for (let at = offset; at < end;) {
      const number = Math.floor(at / blockBytes)
      const block = await this.#block(number)
      const start = at - number * blockBytes
      const part = block.subarray(start, start + end - at)
      parts.push(part)
      at += part.length
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  }

  async #block(number: number): Promise<Buffer> {
    const name = `${this.name}:${number}`
    const known = this.#blocks.get(name)
    if (known) return known
    let fetching = this.#fetching.get(number)
    if (!fetching) {
      fetching = this.#fetch(number, name).finally(() => this.#fetching.delete(number))
      this.#fetching.set(number, fetching)
    }
    return await fetching
  }

  async #fetch(number: number, name: string): Promise<Buffer> {
    const start = number * blockBytes
    const length = Math.min(blockBytes, this.bytes - start)
    for (let attempt = 1; ; attempt++) {
      const got = await this.#client.get(this.#key, { start, end: start + length - 1 }, this.etag)
      if (!got) {
        this.isCurrent = false
        throw exchanged()
      }
      const block = Buffer.concat(await got.body.toArray().catch(() => [])) as Buffer
      if (block.length === length) {
        this.#blocks.set(name, block)
        this.#noteUse()
        return block
      }
      // the answer broke off
      if (attempt >= this.#client.settings.attempts)
        throw new Refusal('unavailable', `The store ‘${this.#client.name}’ breaks off its answers.`, {
          retryAfter: 60,
        })
    }
  }

  #noteUse(): void {
    if (this.#isFetched || ++this.#taken < blocksBeforeAll) return
    this.#isFetched = true
    // what fails now is tried again by who needs the file
    void this.#whole().catch(() => (this.#isFetched = false))
  }
}

/** Open files by their keys: each second somebody asks for the same ones. */
export class ObjectFiles {
  readonly #client: S3Client
  readonly #open = new Map<string, ObjectFile>()
  readonly #blocks = new Blocks()
  readonly #most = 2000

  constructor(client: S3Client) {
    this.#client = client
  }

  /** @throws ENOENT where it is not there */
  async get(key: string, whole: () => Promise<string>): Promise<ObjectFile> {
    const known = this.#open.get(key)
    if (known?.isCurrent) return known
    const file = await ObjectFile.open(this.#client, key, whole, this.#blocks)
    this.#open.delete(key)
    this.#open.set(key, file)
    if (this.#open.size > this.#most) this.#open.delete(this.#open.keys().next().value as string)
    return file
  }

  /** Tag of a file that is open. */
  etagOf(key: string): string | undefined {
    return this.#open.get(key)?.etag
  }

  forget(key: string): void {
    this.#open.delete(key)
  }
}
