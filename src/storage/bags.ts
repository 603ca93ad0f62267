// Where capsules are delivered to: bags in a folder (folder-bags.ts), or in an object store (s3/bags.ts). New ones go to one place; what lies in another
// one is found there. No row names a place.
import { join } from 'node:path'
import { FolderBags } from './folder-bags.ts'
import type { S3Settings } from './s3/client.ts'
import type { Leftover } from './stores.ts'

export interface BagEntry {
  readonly path: string
  readonly bytes: number
  /** Links and devices are not */
  readonly isFile: boolean
}

/** A bag as it is read. */
export interface Bag {
  readonly name: string
  /** As sentences name it */
  readonly called: string
  isThere(): Promise<boolean>
  /** All that is in it */
  entries(): AsyncGenerator<BagEntry>
  /** @throws ENOENT where there is no such file; EIO; Refusal unavailable */
  read(path: string): AsyncIterable<Buffer>
}

/** A bag that is being written: it is nobody's until it is kept. */
export interface BagDraft extends Bag {
  write(path: string, source: AsyncIterable<Uint8Array>): Promise<void>
  /** All that was written is there for good; then it may be read again. */
  seal(): Promise<void>
  /** Gives it its place among the others. */
  keep(): Promise<void>
  /** Takes away what was written, kept or not. */
  discard(): Promise<void>
}

export interface BagStore {
  /** As sentences name it */
  readonly called: string
  /** @param name that it shall have; another one where a name cannot be taken in one step */
  begin(name: string): Promise<BagDraft>
  bag(name: string): Bag
  /** Whether a bag is one of these. */
  has(bag: Bag): boolean
  /** Names of the bags that are whole, in order. @param beginning of the names */
  names(beginning?: string): AsyncGenerator<string>
  /** What interrupted deliveries left, untouched for ageMs */
  leftovers(ageMs: number): Promise<Leftover[]>
}

export interface BagStores {
  /** Where new ones go; undefined where no place is named */
  readonly target: BagStore | undefined
  /** The target first */
  readonly all: readonly BagStore[]
  /** The bag of a name, where there is one. @throws Refusal unavailable */
  find(name: string): Promise<Bag | undefined>
  close(): void
}

interface BagConfig {
  readonly capsules: { readonly folder: string; readonly store: string }
  readonly storesByName: ReadonlyMap<
    string,
    S3Settings & { readonly kind: 's3' | 'file'; readonly folder: string }
  >
}

/** Opens the places that [capsules] names; they are not asked yet. */
export async function openBagStores({ capsules, storesByName }: BagConfig): Promise<BagStores> {
  const all: BagStore[] = []
  let close = () => {}
  const named = storesByName.get(capsules.store)
  if (named?.kind === 'file')
    all.push(new FolderBags(join(named.folder, 'capsules'), `[store.${capsules.store}]`))
  if (named?.kind === 's3') {
    const { openS3Bags } = await import('./s3/bags.ts')
    const opened = openS3Bags(named)
    all.push(opened.bags)
    close = opened.close
  }
  if (capsules.folder !== '') all.push(new FolderBags(capsules.folder, '[capsules] folder'))
  const find = async (name: string) => {
    for (const store of all) {
      const bag = store.bag(name)
      if (await bag.isThere()) return bag
    }
    return undefined
  }
  return { target: all[0], all, find, close }
}
