// Access packs in the file system: packs/<aa>/<hash>.tif. A pack is written to a temporary name beside its place, renamed when
// it is complete and synced, and never changed; a changed page has another pack.
import { access, constants, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { giveName, inPlace, makeFolders, type Place } from '../whole-files.ts'
import type { Leftover, PackStore } from './stores.ts'

const hashPattern = /^[0-9a-f]{64}$/

export class FilePacks implements PackStore {
  readonly #root: string
  readonly #place: Place
  readonly name: string

  /** @param option that names the folder it lies in */
  constructor(root: string, option = '[path] varLarge', name = 'local') {
    this.name = name
    this.#place = { option, folder: root }
    this.#root = root
  }

  async prepare(): Promise<void> {
    await makeFolders(this.#root)
  }

  async checkWritable(): Promise<void> {
    await access(this.#root, constants.W_OK)
  }

  async at(hash: string): Promise<string | undefined> {
    const path = this.#path(hash)
    return (await stat(path).catch(() => undefined)) ? path : undefined
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
    await inPlace(this.#place, () => makeFolders(dirname(path)))
    return `${path}.${randomUUID()}.part`
  }

  async keep(temporary: string, hash: string): Promise<void> {
    await inPlace(this.#place, () => giveName(temporary, this.#path(hash)))
  }

  async remove(hash: string): Promise<void> {
    await rm(this.#path(hash), { force: true })
  }

  async *hashes(): AsyncGenerator<{ hash: string; bytes: number; modifiedAt: Date }> {
    for (const folder of await readdir(this.#root).catch(() => []))
      for (const name of await readdir(join(this.#root, folder)).catch(() => [])) {
        const hash = /^([0-9a-f]{64})\.tif$/.exec(name)?.[1]
        if (hash === undefined) continue
        const facts = await stat(join(this.#root, folder, name)).catch(() => undefined)
        if (facts) yield { hash, bytes: facts.size, modifiedAt: facts.mtime }
      }
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
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
