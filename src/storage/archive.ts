// Masters and texts under their SHA-256: sha256/<aa>/<sha256>. A file is written to a temporary name, hashed on the way,
// synced, renamed, its folder synced; only then may its address be recorded. The same bytes are stored once, so a
// repetition is harmless.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, open, readdir, rename, rm, stat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Refusal } from '../errors.ts'

export interface StagedFile {
  readonly sha256: string
  readonly bytes: number
  /** Where it lies until it is kept. */
  readonly path: string
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}

const addressPattern = /^sha256\/([0-9a-f]{2})\/([0-9a-f]{64})(?:#page=\d{1,6})?$/

export class Archive {
  readonly #root: string
  readonly #staging: string

  /** @param root folder `media`; staging lies beside it, on the same disk, so that a rename is atomic */
  constructor(root: string) {
    this.#root = root
    this.#staging = join(root, '.staging')
  }

  get root(): string {
    return this.#root
  }

  async prepare(): Promise<void> {
    await mkdir(this.#staging, { recursive: true })
  }

  /** Address (OP_Url) of a content hash. */
  address(sha256: string): string {
    return `sha256/${sha256.slice(0, 2)}/${sha256}`
  }

  /** Path of an address; anything that is not one is refused, so no path leaves the root. */
  path(address: string): string {
    const found = addressPattern.exec(address)
    if (!found || !found[2]?.startsWith(found[1] ?? '-'))
      throw new Refusal('not-found', 'The archive has no such file.')
    return join(this.#root, 'sha256', found[1] as string, found[2])
  }

  /**
   * Writes a stream to the staging area, hashing it.
   * @throws Refusal too-large over maxBytes; nothing stays behind
   */
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

  /** Stages a file of this machine. */
  stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    return this.stage(createReadStream(path, { highWaterMark: 1024 * 1024 }), maxBytes)
  }

  /** Moves a staged file to its place. @returns its address */
  async keep(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    const target = this.path(address)
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

  /** Size and time of a stored file; undefined where it is missing. */
  async facts(address: string): Promise<{ bytes: number; modifiedAt: Date } | undefined> {
    try {
      const facts = await stat(this.path(address))
      return { bytes: facts.size, modifiedAt: facts.mtime }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** A part of a stored file as a stream. */
  read(address: string, range?: { readonly start: number; readonly end: number }): Readable {
    return createReadStream(this.path(address), range)
  }

  /** All bytes of a small file; undefined where it is not there. */
  async readAll(address: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.path(address))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** SHA-256 of what is stored under an address. */
  async digest(address: string): Promise<string> {
    const hash = createHash('sha256')
    for await (const chunk of this.read(address)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  }

  /** Every stored address. */
  async *addresses(): AsyncGenerator<string> {
    for (const folder of await readdir(join(this.#root, 'sha256')).catch(() => []))
      for (const name of await readdir(join(this.#root, 'sha256', folder))) yield `sha256/${folder}/${name}`
  }

  async remove(address: string): Promise<void> {
    await rm(this.path(address), { force: true })
  }

  /** Files that an interrupted upload left, older than ageMs. */
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
