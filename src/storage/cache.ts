// Rendered images on disk, with a size limit that survives restarts. A file appears by rename, so a broken one is
// never served; the least recently used go first.
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolders, placeFile } from '../whole-files.ts'

interface Entry {
  readonly path: string
  bytes: number
  usedAt: number
}

export class DerivativeCache {
  readonly #root: string
  readonly #limitBytes: number
  readonly #entries = new Map<string, Entry>()
  #bytes = 0
  #evicting: Promise<void> | undefined

  constructor(root: string, limitBytes: number) {
    this.#root = root
    this.#limitBytes = limitBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Learns what an earlier run left; half-written files are removed. */
  async prepare(): Promise<void> {
    await makeFolders(this.#root)
    for (const folder of await readdir(this.#root)) {
      for (const name of await readdir(join(this.#root, folder)).catch(() => [])) {
        const path = join(this.#root, folder, name)
        if (name.endsWith('.part')) {
          await rm(path, { force: true })
          continue
        }
        const facts = await stat(path)
        this.#entries.set(name, { path, bytes: facts.size, usedAt: facts.atimeMs })
        this.#bytes += facts.size
      }
    }
    await this.#evict()
  }

  #name(key: string): string {
    return createHash('sha256').update(key).digest('hex')
  }

  async get(key: string): Promise<Buffer | undefined> {
    const name = this.#name(key)
    const entry = this.#entries.get(name)
    if (!entry) return undefined
    try {
      const bytes = await readFile(entry.path)
      entry.usedAt = Date.now()
      void utimes(entry.path, new Date(), new Date()).catch(() => {}) // a missing touch costs only order
      return bytes
    } catch {
      this.#forget(name)
      return undefined
    }
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    if (bytes.length > this.#limitBytes) return
    const name = this.#name(key)
    const folder = join(this.#root, name.slice(0, 2))
    const path = join(folder, name)
    await makeFolders(folder)
    // synced: after a power failure a name must not stand for bytes that never reached the disk
    try {
      await placeFile(path, bytes)
    } catch (error) {
      // it may have its name already, and would take room that nobody knows of
      await rm(path, { force: true }).catch(() => {})
      this.#forget(name)
      throw error
    }
    this.#forget(name)
    this.#entries.set(name, { path, bytes: bytes.length, usedAt: Date.now() })
    this.#bytes += bytes.length
    this.#evicting ??= this.#evict().finally(() => (this.#evicting = undefined))
    await this.#evicting
  }

  /** Removes what was not used for so long, then the least recently used until so many bytes are left. @returns files removed */
  async purge(limits: { readonly olderThanMs?: number; readonly toBytes?: number }): Promise<number> {
    const now = Date.now()
    let removed = 0
    for (const [name, entry] of [...this.#entries].sort((a, b) => a[1].usedAt - b[1].usedAt)) {
      const isOld = limits.olderThanMs !== undefined && now - entry.usedAt > limits.olderThanMs
      const isTooMuch = limits.toBytes !== undefined && this.#bytes > limits.toBytes
      if (!isOld && !isTooMuch) continue
      await this.#remove(name, entry)
      removed++
    }
    return removed
  }

  get files(): number {
    return this.#entries.size
  }

  #forget(name: string): void {
    this.#bytes -= this.#entries.get(name)?.bytes ?? 0
    this.#entries.delete(name)
  }

  async #evict(): Promise<void> {
    if (this.#bytes <= this.#limitBytes) return
    const oldest = [...this.#entries].sort((a, b) => a[1].usedAt - b[1].usedAt)
    for (const [name, entry] of oldest) {
      // a tenth below the limit, so that not every new file sorts again
      if (this.#bytes <= this.#limitBytes * 0.9) return
      await this.#remove(name, entry)
    }
  }

  /** Known as long as it takes room: a file that cannot be removed is tried again with the next. */
  async #remove(name: string, entry: Entry): Promise<void> {
    await rm(entry.path, { force: true })
    // put anew meanwhile, it stays what it is
    if (this.#entries.get(name) === entry) this.#forget(name)
  }
}
