// Masters and texts under their SHA-256: sha256/<aa>/<sha256>. A file is written to a temporary name, hashed on the way,
// and gets its place when it is whole (whole-files.ts); only then may its address be recorded. The same bytes are stored once,
// so a repetition is harmless.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { freeBytes, giveFreeName, giveName, inPlace, makeFolders, type Place } from '../whole-files.ts'
import { addressOf, hashOf } from './addresses.ts'
import { Staging } from './staging.ts'
import type { Leftover, MasterStore, StagedFile } from './stores.ts'

/** Masters in the file system. */
export class Archive implements MasterStore {
  readonly #root: string
  readonly #staging: Staging
  readonly name: string
  readonly called: string
  readonly place: Place

  /**
   * @param root folder `media`; staging lies below it, on the same disk, so that a rename is atomic
   * @param option that names the folder it lies in
   */
  constructor(root: string, option = '[path] varLarge', name = 'local') {
    this.name = name
    this.called = `the folder of ${option}`
    this.place = { option, folder: root }
    this.#root = root
    this.#staging = new Staging(join(root, '.staging'), this.place)
  }

  prepare(): Promise<void> {
    return this.#staging.prepare()
  }

  checkWritable(): Promise<void> {
    return this.#staging.checkWritable()
  }

  freeBytes(): Promise<number | undefined> {
    return freeBytes(this.#root)
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

  async local(address: string): Promise<string> {
    return this.#path(address)
  }

  async at(address: string): Promise<string | undefined> {
    return (await this.facts(address)) ? this.#path(address) : undefined
  }

  #path(address: string): string {
    const sha256 = hashOf(address)
    return join(this.#root, 'sha256', sha256.slice(0, 2), sha256)
  }

  stage(source: Readable | AsyncIterable<Buffer>, maxBytes: number): Promise<StagedFile> {
    return this.#staging.stage(source, maxBytes)
  }

  stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    return this.#staging.stageFile(path, maxBytes)
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
    for (const folder of (await readdir(join(this.#root, 'sha256')).catch((): string[] => [])).sort())
      for (const name of (await readdir(join(this.#root, 'sha256', folder))).sort())
        yield `sha256/${folder}/${name}`
  }

  async remove(address: string): Promise<void> {
    await rm(this.#path(address), { force: true })
  }

  leftovers(ageMs: number): Promise<Leftover[]> {
    return this.#staging.leftovers(ageMs)
  }
}
