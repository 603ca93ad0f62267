// Masters and texts under their SHA-256: sha256/<aa>/<sha256>. A file is written to a temporary name, hashed on the way,
// and gets its place when it is whole (whole-files.ts); only then may its address be recorded. The same bytes are stored once,
// so a repetition is harmless.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import {
  freeBytes,
  giveFreeName,
  giveName,
  inPlace,
  isPlaceFault,
  makeFolders,
  type Place,
} from '../whole-files.ts'
import { addressOf, hashOf } from './addresses.ts'
import { Staging } from './staging.ts'
import type { Mounted } from './mounted.ts'
import type { Leftover, MasterStore, StagedFile } from './stores.ts'

/** Masters in the file system. */
export class Archive implements MasterStore {
  readonly #root: string
  readonly #staging: Staging
  readonly #mounted: Mounted | undefined
  readonly name: string
  readonly called: string
  readonly place: Place

  /**
   * @param root folder `media`; staging lies below it, on the same disk, so that a rename is atomic
   * @param option that names the folder it lies in
   * @param mounted refuses while the disk is away
   */
  constructor(root: string, option = '[path] varLarge', name = 'local', mounted?: Mounted) {
    this.#mounted = mounted
    this.name = name
    this.called = `the folder of ${option}`
    this.place = { option, folder: root }
    this.#root = root
    this.#staging = new Staging(join(root, '.staging'), this.place)
  }

  /** A disk that is away is told by whoever needs it; the service starts without. */
  async prepare(): Promise<void> {
    try {
      await this.#ready()
    } catch (error) {
      if (!this.#mounted || !isPlaceFault(error)) throw error
    }
  }

  /** Makes the folder that files arrive in. @throws Refusal unavailable where the disk is away */
  async #ready(): Promise<void> {
    await this.#mounted?.()
    await (this.#mounted ? inPlace(this.place, () => this.#staging.prepare()) : this.#staging.prepare())
  }

  async checkWritable(): Promise<void> {
    if (this.#mounted) await this.#ready()
    await this.#staging.checkWritable()
  }

  /** What is missing may be on a disk that is away. @returns undefined @throws what else the system says */
  async #missing(error: unknown): Promise<undefined> {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await this.#mounted?.()
    return undefined
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

  async stage(source: Readable | AsyncIterable<Buffer>, maxBytes: number): Promise<StagedFile> {
    if (this.#mounted) await this.#ready()
    return await this.#staging.stage(source, maxBytes)
  }

  async stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    if (this.#mounted) await this.#ready()
    return await this.#staging.stageFile(path, maxBytes)
  }

  async keep(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    const target = this.#path(address)
    try {
      await this.#mounted?.()
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
      await this.#mounted?.()
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
    await this.#mounted?.()
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
      return await this.#missing(error)
    }
  }

  read(address: string, range?: { readonly start: number; readonly end: number }): Readable {
    const path = this.#path(address)
    return this.#mounted
      ? Readable.from(this.#reading(path, range), { objectMode: false })
      : createReadStream(path, range)
  }

  async *#reading(path: string, range?: { readonly start: number; readonly end: number }) {
    try {
      for await (const chunk of createReadStream(path, range)) yield chunk as Buffer
    } catch (error) {
      await this.#missing(error)
      throw error
    }
  }

  async readAll(address: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#path(address))
    } catch (error) {
      return await this.#missing(error)
    }
  }

  async digest(address: string): Promise<string> {
    const hash = createHash('sha256')
    for await (const chunk of this.read(address)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  }

  async *addresses(): AsyncGenerator<string> {
    await this.#mounted?.()
    for (const folder of (await readdir(join(this.#root, 'sha256')).catch((): string[] => [])).sort())
      for (const name of (await readdir(join(this.#root, 'sha256', folder))).sort())
        yield `sha256/${folder}/${name}`
  }

  async remove(address: string): Promise<void> {
    await this.#mounted?.()
    await rm(this.#path(address), { force: true })
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    await this.#mounted?.()
    return await this.#staging.leftovers(ageMs)
  }
}
