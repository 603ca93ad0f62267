// Masters and texts under their SHA-256: sha256/<aa>/<sha256>. A file is written to a temporary name, hashed on the way,
// and gets its place when it is whole (whole-files.ts); only then may its address be recorded. The same bytes are stored once,
// so a repetition is harmless.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { Refusal } from '../errors.ts'
import {
  freeBytes,
  giveFreeName,
  giveName,
  inPlace,
  makeFolders,
  type Place,
  takeIn,
} from '../whole-files.ts'
import type { MasterStore, StagedFile } from './stores.ts'

const addressPattern = /^sha256\/([0-9a-f]{2})\/([0-9a-f]{64})(?:#page=\d{1,6})?$/

/** Masters in the file system. */
export class Archive implements MasterStore {
  readonly #root: string
  readonly #staging: string
  readonly place: Place

  /**
   * @param root folder `media`; staging lies below it, on the same disk, so that a rename is atomic
   * @param option that names the folder it lies in
   */
  constructor(root: string, option = '[path] varLarge') {
    this.place = { option, folder: root }
    this.#root = root
    this.#staging = join(root, '.staging')
  }

  async prepare(): Promise<void> {
    await makeFolders(this.#staging)
  }

  async checkWritable(): Promise<void> {
    await access(this.#staging, constants.W_OK)
  }

  freeBytes(): Promise<number | undefined> {
    return freeBytes(this.#root)
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
    let arrived = 0
    const bytes = await takeIn(source, path, this.place, {
      onChunk: chunk => {
        arrived += chunk.length
        if (arrived > maxBytes)
          throw new Refusal(
            'too-large',
            `The file is larger than ${maxBytes} bytes ([limits] uploadBytes).`,
            { limit: maxBytes },
          )
        hash.update(chunk)
      },
    })
    return { sha256: hash.digest('hex'), bytes, path }
  }

  stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    return this.stage(createReadStream(path, { highWaterMark: 1024 * 1024 }), maxBytes)
  }

  async keep(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    const target = this.#path(address)
    try {
      await inPlace(this.place, async () => {
        await makeFolders(dirname(target))
        // a link, not a rename: an existing file with these bytes stays as it is; one of another size is damaged, and the new bytes are right
        if (!(await giveFreeName(file.path, target)) && (await stat(target)).size !== file.bytes)
          await giveName(file.path, target)
      })
    } finally {
      // a name too many in the staging folder is swept up later
      await rm(file.path, { force: true }).catch(() => {})
    }
    return address
  }

  async replace(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    const target = this.#path(address)
    try {
      await inPlace(this.place, async () => {
        await makeFolders(dirname(target))
        await giveName(file.path, target)
      })
    } finally {
      await rm(file.path, { force: true }).catch(() => {})
    }
    return address
  }

  async isThere(): Promise<boolean> {
    return (await readdir(join(this.#root, 'sha256')).catch(() => [])).length > 0
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
