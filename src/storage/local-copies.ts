// Copies of what lies in another store, on a disk of this machine, for whoever reads files: up to a number of bytes, the least recently used
// away first. A copy gets its name when it is whole and synced. Several processes may share the folder: its true state is what lies there.
import { randomUUID } from 'node:crypto'
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Leftover } from './stores.ts'
import { giveName, inPlace, makeFolders, type Place } from '../whole-files.ts'

/** A copy that was used so lately may be in use: it stays, as long as all copies take no more than twice the limit. */
const spareMs = 10 * 60_000
/** Beyond that, whatever was not asked for within this time goes. */
const spareAtLeastMs = 60_000
/** What a killed process left unfinished */
const staleMs = 3_600_000
/** How often the use of a copy is written to its times */
const touchEveryMs = 30_000

export class LocalCopies {
  readonly place: Place
  readonly #limitBytes: number
  readonly #fetching = new Map<string, Promise<string>>()
  readonly #touched = new Map<string, number>()
  /** Bytes that were there at the last look, and what this process has added since */
  #seen: number | undefined
  #added = 0
  #tidying: Promise<void> | undefined

  constructor(folder: string, limitBytes: number, option = '[path] varFast') {
    this.place = { option, folder }
    this.#limitBytes = limitBytes
  }

  async prepare(): Promise<void> {
    await makeFolders(this.place.folder)
  }

  /** As far as this process knows; 0 before its first look. */
  get bytes(): number {
    return (this.#seen ?? 0) + this.#added
  }

  /** Where a copy lies, or would. */
  path(name: string): string {
    return join(this.place.folder, name.slice(0, 2), name)
  }

  /** A copy that is there. */
  async find(name: string): Promise<string | undefined> {
    const path = this.path(name)
    if (!(await stat(path).catch(() => undefined))) return undefined
    const now = Date.now()
    if (now - (this.#touched.get(name) ?? 0) > touchEveryMs) {
      this.#touched.delete(name)
      this.#touched.set(name, now)
      if (this.#touched.size > 10_000) this.#touched.delete(this.#touched.keys().next().value as string)
      await utimes(path, new Date(now), new Date(now)).catch(() => {}) // taken away meanwhile, or not ours: costs only order
    }
    return path
  }

  /** A name on the same disk, for a file that becomes a copy. */
  async temporary(name: string): Promise<string> {
    const path = this.path(name)
    await inPlace(this.place, () => makeFolders(dirname(path)))
    return `${path}.${randomUUID()}.part`
  }

  /**
   * The copy of a name, fetched where it is not there; who asks meanwhile waits for the same.
   * @param fetch writes all of it to a file and syncs that
   */
  async get(name: string, fetch: (path: string) => Promise<void>): Promise<string> {
    const known = await this.find(name)
    if (known !== undefined) return known
    let fetching = this.#fetching.get(name)
    if (!fetching) {
      fetching = this.#fetch(name, fetch).finally(() => this.#fetching.delete(name))
      this.#fetching.set(name, fetching)
    }
    return await fetching
  }

  async #fetch(name: string, fetch: (path: string) => Promise<void>): Promise<string> {
    const temporary = await this.temporary(name)
    try {
      await fetch(temporary)
      return await this.adopt(temporary, name)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {})
      throw error
    }
  }

  /** Makes a whole, synced file of the same disk a copy. */
  async adopt(temporary: string, name: string): Promise<string> {
    const path = this.path(name)
    const { size } = await stat(temporary)
    await inPlace(this.place, async () => {
      await makeFolders(dirname(path))
      const now = new Date()
      await utimes(temporary, now, now)
      await giveName(temporary, path)
    })
    this.#added += size
    await this.#makeRoom()
    return path
  }

  async drop(name: string): Promise<void> {
    await rm(this.path(name), { force: true })
  }

  async #makeRoom(): Promise<void> {
    // others add, too: what this process knows is good for a twentieth of the limit
    const isDue =
      this.#seen === undefined ||
      this.#seen + this.#added > this.#limitBytes ||
      this.#added > this.#limitBytes / 20
    if (!isDue) return
    this.#tidying ??= this.tidy().finally(() => (this.#tidying = undefined))
    await this.#tidying
  }

  /** Looks at what lies there and takes away what is too much, the least recently used first. */
  async tidy(): Promise<void> {
    this.#added = 0
    const now = Date.now()
    const found: { path: string; bytes: number; usedAt: number }[] = []
    let bytes = 0
    for (const folder of await readdir(this.place.folder).catch(() => []))
      for (const name of await readdir(join(this.place.folder, folder)).catch(() => [])) {
        const path = join(this.place.folder, folder, name)
        const facts = await stat(path).catch(() => undefined)
        if (!facts) continue
        if (name.endsWith('.part')) {
          if (now - facts.mtimeMs > staleMs) await rm(path, { force: true })
          continue
        }
        found.push({ path, bytes: facts.size, usedAt: facts.mtimeMs })
        bytes += facts.size
      }
    if (bytes > this.#limitBytes)
      for (const copy of found.sort((a, b) => a.usedAt - b.usedAt)) {
        // a tenth below the limit, so that not every new copy looks at all again
        if (bytes <= this.#limitBytes * 0.9) break
        const spare = bytes > 2 * this.#limitBytes ? spareAtLeastMs : spareMs
        if (now - copy.usedAt < spare) break
        await rm(copy.path, { force: true })
        bytes -= copy.bytes
      }
    this.#seen = bytes
  }

  /** What interrupted fetches and ingests left, older than ageMs. */
  async leftovers(ageMs: number): Promise<Leftover[]> {
    const found: Leftover[] = []
    for (const folder of await readdir(this.place.folder).catch(() => []))
      for (const name of await readdir(join(this.place.folder, folder)).catch(() => [])) {
        if (!name.endsWith('.part')) continue
        const path = join(this.place.folder, folder, name)
        const facts = await stat(path).catch(() => undefined)
        if (facts && Date.now() - facts.mtimeMs > ageMs)
          found.push({ name, remove: () => rm(path, { force: true }) })
      }
    return found
  }

  /** Bytes and number of the copies. */
  async size(): Promise<{ files: number; bytes: number }> {
    let [files, bytes] = [0, 0]
    for (const folder of await readdir(this.place.folder).catch(() => []))
      for (const name of await readdir(join(this.place.folder, folder)).catch(() => [])) {
        const facts = name.endsWith('.part')
          ? undefined
          : await stat(join(this.place.folder, folder, name)).catch(() => undefined)
        if (!facts) continue
        files++
        bytes += facts.size
      }
    return { files, bytes }
  }
}
