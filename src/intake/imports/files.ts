// Finds the files that a document names. Addresses are never fetched: a file is looked for where it is named relative to the
// document, then as <USE>/<name>, then by its unique name (decision 14); always below the folder of the document.
// What is not there by its exact name is looked for once more by names that are written alike, and the report says so.
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, extname, join, relative, resolve, sep } from 'node:path'
import type { Message } from '../../catalogue/titles/index.ts'
import { difference, type FileReference, folded } from '../plans/index.ts'

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

function decoded(href: string): string {
  try {
    return decodeURIComponent(href)
  } catch {
    return href
  }
}

/** A name without what an address may carry behind it. */
export const nameOf = (href: string): string => basename(decoded(href.replace(/[?#].*$/, '')))
const withSlashes = (href: string): string => decoded(href).replaceAll('\\', '/')

const bareName = (name: string): string => name.slice(0, name.length - extname(name).length)
/** A scan and its text often differ in nothing but the extension. */
const isOf = (media: FileReference['media'], path: string): boolean =>
  media === 'file'
    ? !/^\.(xml|tiff?|jpe?g|png|jp2|webp|gif)$/i.test(extname(path))
    : /^\.xml$/i.test(extname(path)) === (media === 'text')

/** Of a file, with and without its extension. */
const namesOf = (path: string): string[] => [...new Set([basename(path), bareName(basename(path))])]

const isAddress = (href: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(href)

/** Paths by names that several may have. */
type Index = ReadonlyMap<string, readonly string[]>

export class FileFinder {
  readonly #root: string
  #paths: readonly string[] | undefined
  /** By name, and by name without extension */
  #names: Index | undefined
  /** By the same, and by the place below the root, as what they are alike to */
  #alike: { readonly names: Index; readonly places: Index } | undefined
  readonly #takenAlike = new Map<string, string>()
  readonly #ambiguous = new Map<string, readonly string[]>()

  constructor(folder: string) {
    this.#root = realpathSync(folder)
  }

  /** The path of a named file, or undefined where it is not there. */
  find(reference: FileReference): string | undefined {
    return this.#exactly(reference) ?? this.#alikeTo(reference)
  }

  /** What was found by a name that is only alike, and what was not taken because several are. */
  notes(): Message[] {
    const notes = [...this.#ambiguous].map(([href, paths]): Message => ({
      level: 'warning',
      code: 'name-ambiguous',
      sentence: `The file ${href} was not taken: ${paths.length} files may be meant by it (${paths.slice(0, 5).join(', ')}).`,
      place: href,
    }))
    const [first] = this.#takenAlike
    if (first === undefined) return notes
    const count = this.#takenAlike.size
    const names = `${first[0]} is ${first[1]}${count === 1 ? '' : ', and so on'}`
    return [
      {
        level: 'info',
        code: 'name-alike',
        sentence: `${count} ${count === 1 ? 'file is' : 'files are'} named otherwise in the document, by ${difference(...first) || 'their folder'}: ${names}.`,
      },
      ...notes,
    ]
  }

  #exactly(reference: FileReference): string | undefined {
    if (!isAddress(reference.href)) {
      const direct = this.#inside(resolve(this.#root, decoded(reference.href.replace(/^file:/i, ''))))
      if (direct) return direct
    }
    const named = reference.name === undefined ? undefined : this.#named(reference, nameOf(reference.name))
    return named ?? this.#named(reference, nameOf(reference.href))
  }

  #named(reference: FileReference, name: string): string | undefined {
    if (name === '' || name === '.' || name === '..') return undefined
    return this.#inUse(reference, name) ?? this.#unique(reference, name)
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
    this.#names ??= this.#index(namesOf)
    const found = this.#names.get(name)?.filter(path => basename(path) === name || isOf(media, path))
    return found?.length === 1 ? this.#inside(found[0] as string) : undefined
  }

  /** The second try; an ambiguous answer ends it, because a guess would put a scan on a page of another. */
  #alikeTo({ href, name, use, media }: FileReference): string | undefined {
    const placeOf = (path: string): string => relative(this.#root, path)
    const { names, places } = (this.#alike ??= {
      names: this.#index(path => namesOf(path).map(folded)),
      places: this.#index(path => [folded(placeOf(path))]),
    })
    const named = isAddress(href) ? undefined : withSlashes(href.replace(/^file:/i, ''))
    const tries: (readonly string[] | undefined)[] = [
      named === undefined ? undefined : places.get(folded(placeOf(resolve(this.#root, named)))),
      ...[name, href].flatMap(text => {
        if (text === undefined) return []
        const called = folded(nameOf(withSlashes(text)))
        return [
          places.get(folded(`${use}/${called}`)),
          names.get(called)?.filter(path => folded(basename(path)) === called || isOf(media, path)),
        ]
      }),
    ]
    const found = tries.find(paths => paths !== undefined && paths.length > 0) ?? []
    const [only] = found
    if (only === undefined) return undefined
    if (found.length > 1) {
      this.#ambiguous.set(href, found.map(placeOf))
      return undefined
    }
    const path = this.#inside(only)
    if (path !== undefined) this.#takenAlike.set(href, placeOf(path))
    return path
  }

  #index(keysOf: (path: string) => readonly string[]): Index {
    this.#paths ??= readdirSync(this.#root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
    const index = new Map<string, string[]>()
    for (const path of this.#paths)
      for (const key of keysOf(path)) {
        const paths = index.get(key)
        if (paths) paths.push(path)
        else index.set(key, [path])
      }
    return index
  }
}
