// Finds the files that a document names. Addresses are never fetched: a file is looked for where it is named relative to the
// document, then as <USE>/<name>, then by its unique name (decision 14); always below the folder of the document.
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, extname, join, resolve, sep } from 'node:path'
import type { FileReference } from '../plans/index.ts'

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** A name without what an address may carry behind it. */
const nameOf = (href: string): string => {
  const path = href.replace(/[?#].*$/, '')
  try {
    return basename(decodeURIComponent(path))
  } catch {
    return basename(path)
  }
}

const bareName = (name: string): string => name.slice(0, name.length - extname(name).length)
/** A scan and its text often differ in nothing but the extension. */
const isOf = (media: FileReference['media'], path: string): boolean =>
  media === 'file'
    ? !/^\.(xml|tiff?|jpe?g|png|jp2|webp|gif)$/i.test(extname(path))
    : /^\.xml$/i.test(extname(path)) === (media === 'text')

export class FileFinder {
  readonly #root: string
  /** Name, and name without extension -> paths */
  #names: Map<string, string[]> | undefined

  constructor(folder: string) {
    this.#root = realpathSync(folder)
  }

  /** The path of a named file, or undefined where it is not there. */
  find(reference: FileReference): string | undefined {
    const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(reference.href)
    if (!isAddress) {
      const direct = this.#inside(resolve(this.#root, this.#decoded(reference.href.replace(/^file:/i, ''))))
      if (direct) return direct
    }
    const named = reference.name === undefined ? undefined : this.#named(reference, nameOf(reference.name))
    return named ?? this.#named(reference, nameOf(reference.href))
  }

  #named(reference: FileReference, name: string): string | undefined {
    if (name === '' || name === '.' || name === '..') return undefined
    return this.#inUse(reference, name) ?? this.#unique(reference, name)
  }

  #decoded(href: string): string {
    try {
      return decodeURIComponent(href)
    } catch {
      return href
    }
  }

  /** The path, if it is a file and lies, its links followed, below the root. */
  #inside(path: string): string | undefined {
    if (!isFile(path)) return undefined
    const real = realpathSync(path)
    return real.startsWith(this.#root + sep) ? real : undefined
  }

  #inUse({ use, media }: FileReference, name: string): string | undefined {
    if (!/^[\w.-]+$/.test(use) || use.startsWith('.')) return undefined
    const folder = join(this.#root, use)
    const exact = this.#inside(join(folder, name))
    if (exact) return exact
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined
    const found = readdirSync(folder).filter(entry => bareName(entry) === name && isOf(media, entry))
    return found.length === 1 ? this.#inside(join(folder, found[0] as string)) : undefined
  }

  #unique({ media }: FileReference, name: string): string | undefined {
    const index = (this.#names ??= this.#index())
    const found = index.get(name)?.filter(path => basename(path) === name || isOf(media, path))
    return found?.length === 1 ? this.#inside(found[0] as string) : undefined
  }

  #index(): Map<string, string[]> {
    const names = new Map<string, string[]>()
    const add = (name: string, path: string) => names.set(name, [...(names.get(name) ?? []), path])
    for (const entry of readdirSync(this.#root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      add(entry.name, path)
      const bare = bareName(entry.name)
      if (bare !== entry.name) add(bare, path)
    }
    return names
  }
}
