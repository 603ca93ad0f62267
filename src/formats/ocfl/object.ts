// OCFL objects as they are described: inventories, their sidecars, and where objects lie in a storage root. Pure: what lies on the disk is the
// business of others.
// @see https://ocfl.io/1.1/spec/
// @see https://ocfl.github.io/extensions/0004-hashed-n-tuple-storage-layout.html
import { createHash } from 'node:crypto'

/** Declarations of a storage root and of an object: name of the file and what it holds (§3.1, §3.3). */
export const rootDeclaration = { name: '0=ocfl_1.1', text: 'ocfl_1.1\n' } as const
export const objectDeclaration = { name: '0=ocfl_object_1.1', text: 'ocfl_object_1.1\n' } as const

export const layout = {
  extensionName: '0004-hashed-n-tuple-storage-layout',
  digestAlgorithm: 'sha256',
  tupleSize: 3,
  numberOfTuples: 3,
  shortObjectRoot: false,
} as const
export const layoutDescription =
  'Folders of three characters each of the SHA-256 of an object’s id, three deep'

/** Where an object lies below the storage root. */
export function placeOf(id: string): string {
  const digest = createHash(layout.digestAlgorithm).update(id).digest('hex')
  const tuples = Array.from({ length: layout.numberOfTuples }, (_, at) =>
    digest.slice(at * layout.tupleSize, (at + 1) * layout.tupleSize),
  )
  return [...tuples, digest].join('/')
}

/** Paths by the digest of what lies there. */
type ByDigest = Record<string, string[]>

export interface Version {
  readonly created: string
  readonly message: string
  readonly user: { readonly name: string; readonly address?: string }
  /** Logical paths by SHA-512 */
  readonly state: Readonly<ByDigest>
}

export interface Inventory {
  readonly id: string
  readonly type: 'https://ocfl.io/1.1/spec/#inventory'
  readonly digestAlgorithm: 'sha512'
  readonly head: string
  /** Content paths by SHA-512 */
  readonly manifest: Readonly<ByDigest>
  readonly versions: Readonly<Record<string, Version>>
  /** The same content by the digests that came with it */
  readonly fixity: { readonly sha256: Readonly<ByDigest> }
}

/** A file of a version. */
export interface VersionFile {
  /** Logical path */
  readonly path: string
  readonly sha256: string
}

/** The versions of an object as they are put together: content is stored once, in the version that brings it first. */
export class ObjectVersions {
  readonly #id: string
  /** By SHA-256 */
  readonly #stored = new Map<string, { readonly sha512: string; readonly path: string }>()
  readonly #versions: Version[] = []

  constructor(id: string) {
    this.#id = id
  }

  /** v1 and so on: of the version that is put together now */
  get head(): string {
    return `v${this.#versions.length + 1}`
  }

  /** Where content of this version is to be stored; undefined where an earlier one, or an earlier file of this one, has it. */
  contentPath({ path, sha256 }: VersionFile): string | undefined {
    return this.#stored.has(sha256) ? undefined : `${this.head}/content/${path}`
  }

  stored(sha256: string, sha512: string, path: string): void {
    this.#stored.set(sha256, { sha512, path })
  }

  /** Ends the version. @returns the inventory as it is from now on */
  end(files: readonly VersionFile[], { created, message, user }: Omit<Version, 'state'>): Inventory {
    const state: ByDigest = {}
    for (const { path, sha256 } of files) {
      const content = this.#stored.get(sha256)
      if (!content) throw new Error(`${path} is in no version of ${this.#id}`)
      ;(state[content.sha512] ??= []).push(path)
    }
    const { head } = this
    this.#versions.push({ created, message, user, state })
    return {
      id: this.#id,
      type: 'https://ocfl.io/1.1/spec/#inventory',
      digestAlgorithm: 'sha512',
      head,
      manifest: Object.fromEntries([...this.#stored.values()].map(({ sha512, path }) => [sha512, [path]])),
      versions: Object.fromEntries(this.#versions.map((version, at) => [`v${at + 1}`, version])),
      fixity: {
        sha256: Object.fromEntries([...this.#stored].map(([sha256, { path }]) => [sha256, [path]])),
      },
    }
  }
}

/** An inventory and the sidecar that holds its digest (§3.7), as files of a folder. */
export function inventoryFiles(inventory: Inventory): { readonly name: string; readonly text: string }[] {
  const text = `${JSON.stringify(inventory, undefined, 1)}\n`
  const digest = createHash('sha512').update(text).digest('hex')
  return [
    { name: 'inventory.json', text },
    { name: 'inventory.json.sha512', text: `${digest} inventory.json\n` },
  ]
}
