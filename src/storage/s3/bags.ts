// Bags in an object store: capsules/<name>/<path>. Nothing is renamed there: each bag has a name that no other one takes, its files are sent while they
// are made, and it is whole when its tag manifest is there, which is sent last.
import { randomBytes } from 'node:crypto'
import { Refusal } from '../../errors.ts'
import type { Bag, BagDraft, BagEntry, BagStore } from '../bags.ts'
import type { Leftover } from '../stores.ts'
import { S3Client, type S3Settings } from './client.ts'
import { reading } from './reading.ts'
import { leftUploads, uploadStream } from './upload.ts'

const below = 'capsules/'
/** Written last */
const seal = 'tagmanifest-sha256.txt'

class S3Bag implements Bag {
  readonly client: S3Client
  readonly name: string

  constructor(client: S3Client, name: string) {
    if (!/^[\w-]{1,60}$/.test(name)) throw new Refusal('not-found', `There is no bag ‘${name}’.`)
    this.client = client
    this.name = name
  }

  protected key(path: string): string {
    return `${below}${this.name}/${path}`
  }

  get called(): string {
    return `${this.name} in the store ‘${this.client.name}’`
  }

  async isThere(): Promise<boolean> {
    return (await this.client.facts(this.key(seal))) !== undefined
  }

  async *entries(): AsyncGenerator<BagEntry> {
    const own = this.key('')
    for await (const { key, bytes } of this.client.list(own))
      yield { path: key.slice(own.length), bytes, isFile: true }
  }

  read(path: string): AsyncIterable<Buffer> {
    return reading(this.client, this.key(path))
  }
}

class S3Draft extends S3Bag implements BagDraft {
  async write(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    await uploadStream(this.client, this.key(path), source)
  }

  async seal(): Promise<void> {}

  async keep(): Promise<void> {}

  async discard(): Promise<void> {
    await removeAll(this.client, this.key(''))
  }
}

/** @param prefix of a bag: the seal goes first, so that what is left of it is no bag */
async function removeAll(client: S3Client, prefix: string): Promise<void> {
  await client.remove(`${prefix}${seal}`)
  for await (const { key } of client.list(prefix)) await client.remove(key)
}

export class S3Bags implements BagStore {
  readonly #client: S3Client
  readonly called: string

  constructor(client: S3Client) {
    this.#client = client
    this.called = `the store ‘${client.name}’ ([store.${client.name}])`
  }

  async begin(name: string): Promise<BagDraft> {
    return new S3Draft(this.#client, `${name}-${randomBytes(4).toString('hex')}`)
  }

  bag(name: string): Bag {
    return new S3Bag(this.#client, name)
  }

  has(bag: Bag): boolean {
    return bag instanceof S3Bag && bag.client === this.#client
  }

  async *names(beginning = ''): AsyncGenerator<string> {
    for await (const folder of this.#client.folders(`${below}${beginning}`)) {
      const name = folder.slice(below.length, -1)
      if (/^[\w-]{1,60}$/.test(name) && (await this.bag(name).isThere())) yield name
    }
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    const found = await leftUploads(this.#client, below, ageMs)
    for await (const folder of this.#client.folders(below)) {
      if (await this.#client.facts(`${folder}${seal}`)) continue
      let touchedAt = 0
      for await (const { modifiedAt } of this.#client.list(folder))
        touchedAt = Math.max(touchedAt, modifiedAt.getTime())
      if (Date.now() - touchedAt > ageMs)
        found.push({ name: folder.slice(below.length, -1), remove: () => removeAll(this.#client, folder) })
    }
    return found
  }
}

export function openS3Bags(settings: S3Settings) {
  const client = new S3Client(settings)
  return { bags: new S3Bags(client), close: () => client.close() }
}
