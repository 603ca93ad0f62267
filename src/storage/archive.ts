// Masters and texts under their SHA-256: sha256/<aa>/<sha256>. A file is written to a temporary name, hashed on the way,
// synced, renamed, its folder synced; only then may its address be recorded. The same bytes are stored once, so a
// repetition is harmless.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Refusal } from '../errors.ts'
import type { MasterStore, StagedFile } from './stores.ts'

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}

const addressPattern = /^sha256\/([0-9a-f]{2})\/([0-9a-f]{64})(?:#page=\d{1,6})?$/

/** Masters in the file system. */
export class Archive implements MasterStore {
  readonly #root: string
  readonly #staging: string

  /** @param root folder `media`; staging lies beside it, on the same disk, so that a rename is atomic */
  constructor(root: string) {
    this.#root = root
    this.#staging = join(root, '.staging')
  }

  async prepare(): Promise<void> {
    await mkdir(this.#staging, { recursive: true })
  }

  async checkWritable(): Promise<void> {
    await access(this.#root, constants.W_OK)
  }

  address(sha256: string): string {
    return `sha256/${sha256.slice(0, 2)}/${sha256}`
  }

  async local(address: string): Promise<string> {
    return this.#path(address)
  }

  /** Anything that is no address is refused, so no path leaves the root. */
  #path(address: string): string {
    const found = addressPattern.exec(address)
    if (!found || !found[2]?.startsWith(found[1] ?? '-'))
      throw new Refusal('not-found', 'The archive has no such file.')
    return join(this.#root, 'sha256', found[1] as string, found[2])
  }

  async stage(source: Readable | AsyncIterable<Buffer>, maxBytes: number): Promise<StagedFile> {
    const path = join(this.#staging, randomUUID())
    const hash = createHash('sha256')
    let bytes = 0
    const handle = await open(path, 'wx', 0o640)
    try {
      for await (const chunk of source) {
        const part = chunk as Buffer
        bytes += part.length
        if (bytes > maxBytes)
          throw new Refusal(
            'too-large',
            `The file is larger than ${maxBytes} bytes ([limits] uploadBytes).`,
            { limit: maxBytes },
          )
        hash.update(part)
        await handle.write(part)
      }
      await handle.sync()
      await handle.close()
    } catch (error) {
      await handle.close().catch(() => {})
      await rm(path, { force: true })
      throw error
    }
    return { sha256: hash.digest('hex'), bytes, path }
  }

  stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    return this.stage(createReadStream(path, { highWaterMark: 1024 * 1024 }), maxBytes)
  }

  async keep(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    const target = this.#path(address)
    const folder = join(target, '..')
    await mkdir(folder, { recursive: true })
    try {
      // link, not rename: an existing file with these bytes stays as it is
      await link(file.path, target)
      await syncFolder(folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const existing = await stat(target)
      // a file of another size under this name is damaged: the new bytes are the right ones
      if (existing.size !== file.bytes) {
        await rename(file.path, target)
        await syncFolder(folder)
      }
    }
    await rm(file.path, { force: true })
    return address
  }

  async discard(file: StagedFile): Promise<void> {
    await rm(file.path, { force: true })
  }

  async facts(address: string): Promise<{ bytes: number; modifiedAt: Date } | undefined> {
    try {
      const facts = await stat(this.#path(address))
      return { bytes: facts.size, modifiedAt: facts.mtime }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  read(address: string, range?: { readonly start: number; readonly end: number }): Readable {
    return createReadStream(this.#path(address), range)
  }

  async readAll(address: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#path(address))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  async digest(address: string): Promise<string> {
    const hash = createHash('sha256')
    for await (const chunk of this.read(address)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  }

  async *addresses(): AsyncGenerator<string> {
    for (const folder of await readdir(join(this.#root, 'sha256')).catch(() => []))
      for (const name of await readdir(join(this.#root, 'sha256', folder))) yield `sha256/${folder}/${name}`
  }

  async remove(address: string): Promise<void> {
    await rm(this.#path(address), { force: true })
  }

  async leftovers(ageMs: number): Promise<string[]> {
    const found: string[] = []
    for (const name of await readdir(this.#staging).catch(() => [])) {
      const path = join(this.#staging, name)
      const facts = await stat(path).catch(() => undefined)
      if (facts && Date.now() - facts.mtimeMs > ageMs) found.push(path)
    }
    return found
  }
}
