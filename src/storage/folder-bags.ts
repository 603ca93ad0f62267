// Bags as folders of a folder. One is written under a name that is none, and gets its own by one step when it is whole and synced.
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { inPlace, makeFolders, type Place, syncFolder, takeIn } from '../whole-files.ts'
import type { Bag, BagDraft, BagEntry, BagStore } from './bags.ts'
import type { Leftover } from './stores.ts'

/** Any folder with a bag in it. */
export class FolderBag implements Bag {
  folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  get name(): string {
    return basename(this.folder)
  }

  get called(): string {
    return this.folder
  }

  async isThere(): Promise<boolean> {
    return (await lstat(this.folder).catch(() => undefined))?.isDirectory() ?? false
  }

  async *entries(below = ''): AsyncGenerator<BagEntry> {
    for (const entry of await readdir(join(this.folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) yield* this.entries(path)
      else yield { path, bytes: (await lstat(join(this.folder, path))).size, isFile: entry.isFile() }
    }
  }

  read(path: string): AsyncIterable<Buffer> {
    return createReadStream(join(this.folder, path), { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>
  }
}

class FolderDraft extends FolderBag implements BagDraft {
  readonly #place: Place
  readonly #name: string
  readonly #folders = new Set<string>()

  constructor(place: Place, name: string) {
    super(join(place.folder, `.${randomUUID()}.part`))
    this.#place = place
    this.#name = name
  }

  override get name(): string {
    return this.#name
  }

  async begin(): Promise<void> {
    await inPlace(this.#place, async () => {
      await makeFolders(this.#place.folder, 0o750)
      await mkdir(this.folder, { mode: 0o750 })
    })
    this.#folders.add(this.folder)
  }

  async write(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const target = join(this.folder, path)
    if (!this.#folders.has(dirname(target))) {
      await inPlace(this.#place, () => makeFolders(dirname(target), 0o750))
      this.#folders.add(dirname(target))
    }
    await takeIn(source, target, this.#place)
  }

  async seal(): Promise<void> {
    for (const folder of this.#folders) await inPlace(this.#place, () => syncFolder(folder))
  }

  async keep(): Promise<void> {
    const target = join(this.#place.folder, this.#name)
    await inPlace(this.#place, async () => {
      await rename(this.folder, target)
      this.folder = target
      await syncFolder(this.#place.folder)
    })
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

export class FolderBags implements BagStore {
  readonly #place: Place
  readonly called: string

  constructor(folder: string, option: string) {
    this.#place = { option, folder: resolve(folder) }
    this.called = `the folder of ${option}`
  }

  async begin(name: string): Promise<BagDraft> {
    const draft = new FolderDraft(this.#place, name)
    await draft.begin()
    return draft
  }

  bag(name: string): FolderBag {
    return new FolderBag(join(this.#place.folder, name))
  }

  has(bag: Bag): boolean {
    return bag instanceof FolderBag && dirname(resolve(bag.folder)) === this.#place.folder
  }

  async *names(beginning = ''): AsyncGenerator<string> {
    const entries = await readdir(this.#place.folder, { withFileTypes: true }).catch(() => [])
    for (const { name } of entries
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.') && entry.name.startsWith(beginning))
      .sort((a, b) => (a.name < b.name ? -1 : 1)))
      yield name
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    const found: Leftover[] = []
    for (const name of await readdir(this.#place.folder).catch(() => [])) {
      if (!/^\.[0-9a-f-]{36}\.part$/.test(name)) continue
      const path = join(this.#place.folder, name)
      if (Date.now() - (await touchedAt(path)) > ageMs)
        found.push({ name, remove: () => rm(path, { recursive: true, force: true }) })
    }
    return found
  }
}

/** When something in a folder was written last. */
async function touchedAt(folder: string): Promise<number> {
  let last = 0
  const paths = await readdir(folder, { recursive: true }).catch(() => [])
  for (const path of ['', ...paths])
    last = Math.max(last, (await lstat(join(folder, path)).catch(() => undefined))?.mtimeMs ?? 0)
  return last
}
