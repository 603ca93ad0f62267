// Access packs in the file system: packs/<aa>/<hash>.tif. A pack is written to a temporary name beside its place, renamed when
// it is complete and synced, and never changed; a changed page has another pack.
import { access, constants, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { giveName, inPlace, makeFolders, type Place } from '../whole-files.ts'
import type { Mounted } from './mounted.ts'
import type { Leftover, PackStore } from './stores.ts'

const hashPattern = /^[0-9a-f]{64}$/

export class FilePacks implements PackStore {
  readonly #root: string
  readonly #place: Place
  readonly #mounted: Mounted | undefined
  readonly name: string

  /**
   * @param option that names the folder it lies in
   * @param mounted refuses while the disk is away
   */
  constructor(root: string, option = '[path] varLarge', name = 'local', mounted?: Mounted) {
    this.#mounted = mounted
    this.name = name
    this.#place = { option, folder: root }
    this.#root = root
  }

  async prepare(): Promise<void> {
    // of a store on a disk of its own the first pack makes it
    if (!this.#mounted) await makeFolders(this.#root)
  }

  async checkWritable(): Promise<void> {
    if (this.#mounted) {
      await this.#mounted()
      await inPlace(this.#place, () => makeFolders(this.#root))
    }
    await access(this.#root, constants.W_OK)
  }

  async at(hash: string): Promise<string | undefined> {
    const path = this.#path(hash)
    if (await stat(path).catch(() => undefined)) return path
    await this.#mounted?.()
    return undefined
  }

  async isKept(hash: string): Promise<boolean> {
    return (await this.at(hash)) !== undefined
  }

  async local(hash: string): Promise<string> {
    return this.#path(hash)
  }

  #path(hash: string): string {
    if (!hashPattern.test(hash)) throw new Error(`‘${hash}’ is no pack.`)
    return join(this.#root, hash.slice(0, 2), `${hash}.tif`)
  }

  async temporary(hash: string): Promise<string> {
    const path = this.#path(hash)
    await this.#mounted?.()
    await inPlace(this.#place, () => makeFolders(dirname(path)))
    return `${path}.${randomUUID()}.part`
  }

  async keep(temporary: string, hash: string): Promise<void> {
    await inPlace(this.#place, () => giveName(temporary, this.#path(hash)))
  }

  async remove(hash: string): Promise<void> {
    await this.#mounted?.()
    await inPlace(this.#place, () => rm(this.#path(hash), { force: true }))
  }

  async *hashes(): AsyncGenerator<{ hash: string; bytes: number; modifiedAt: Date }> {
    await this.#mounted?.()
    for (const folder of await readdir(this.#root).catch(() => []))
      for (const name of await readdir(join(this.#root, folder)).catch(() => [])) {
        const hash = /^([0-9a-f]{64})\.tif$/.exec(name)?.[1]
        if (hash === undefined) continue
        const facts = await stat(join(this.#root, folder, name)).catch(() => undefined)
        if (facts) yield { hash, bytes: facts.size, modifiedAt: facts.mtime }
      }
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    await this.#mounted?.()
    const found: Leftover[] = []
    for (const folder of await readdir(this.#root).catch(() => []))
      for (const name of await readdir(join(this.#root, folder)).catch(() => [])) {
        if (!name.includes('.part')) continue
        const path = join(this.#root, folder, name)
        const facts = await stat(path).catch(() => undefined)
        if (facts && Date.now() - facts.mtimeMs > ageMs)
          found.push({ name, remove: () => rm(path, { force: true }) })
      }
    return found
  }
}
