// The stores as the configuration names them. What speaks to object stores is loaded where one is named: an installation without them pays nothing.
import { join } from 'node:path'
import { Archive } from './archive.ts'
import { FilePacks } from './packs.ts'
import { LocalCopies } from './local-copies.ts'
import type { S3Settings } from './s3/client.ts'
import { Refusal } from '../errors.ts'
import { markStore, mountedStore } from './mounted.ts'
import { SeveralMasters, whereaboutsOf } from './several-masters.ts'
import { SeveralPacks, whereaboutsOfPacks } from './several-packs.ts'
import type { MasterStore, PackStore } from './stores.ts'

type Named = S3Settings & {
  readonly kind: 's3' | 'file'
  readonly folder: string
}

/** What the configuration says of stores. */
export interface StoreConfig {
  readonly path: { readonly varLarge: string; readonly varFast: string }
  readonly stores: {
    readonly masters: string
    readonly mastersCopy: string
    readonly packs: string
    readonly cacheMegabytes: number
  }
  readonly storesByName: ReadonlyMap<string, Named>
}

export interface OpenStores {
  readonly masters: MasterStore
  readonly packs: PackStore
  /** The single stores, by their names */
  readonly byName: ReadonlyMap<string, MasterStore>
  readonly packsByName: ReadonlyMap<string, PackStore>
  /** Names of the stores that a file must be in which goes to one of them: that one, and that of its second copy. */
  placesOf(name: string): readonly string[]
  /** All stores as one, whose new files go to some of them. @param names that of new files first */
  mastersIn(names: readonly string[]): MasterStore
  packsIn(name: string): PackStore
  /** Local copies of what lies in object stores; undefined where there are none */
  readonly copies: LocalCopies | undefined
  close(): void
}

/** Opens stores and their folders on this machine; object stores themselves are not asked yet: the service starts without them and says so. */
export async function openStores({ path, stores, storesByName }: StoreConfig): Promise<OpenStores> {
  const byName = new Map<string, MasterStore>([['local', new Archive(join(path.varLarge, 'media'))]])
  const packsByName = new Map<string, PackStore>([['local', new FilePacks(join(path.varLarge, 'packs'))]])
  const objectStores: { close(): void }[] = []
  let copies: LocalCopies | undefined
  for (const [name, settings] of storesByName) {
    if (settings.kind === 'file') {
      const [option, mounted] = [`[store.${name}]`, mountedStore(name, settings.folder)]
      byName.set(name, new Archive(join(settings.folder, 'media'), option, name, mounted))
      packsByName.set(name, new FilePacks(join(settings.folder, 'packs'), option, name, mounted))
      continue
    }
    const { openS3 } = await import('./s3/open.ts')
    const folder = join(path.varFast, 'stores')
    copies ??= new LocalCopies(join(folder, 'copies'), stores.cacheMegabytes * 1024 * 1024)
    const opened = openS3(settings, copies, folder)
    objectStores.push(opened)
    byName.set(name, opened.masters)
    packsByName.set(name, opened.packs)
  }
  const isOne = byName.size === 1
  /** Where a second copy of what goes to a store lies: what goes to the store of copies has its second one where others have their first */
  const placesOf = (name: string): readonly string[] =>
    stores.mastersCopy === ''
      ? [name]
      : [name, name === stores.mastersCopy ? stores.masters : stores.mastersCopy]
  const storeOf = <S>(of: ReadonlyMap<string, S>, name: string): S => {
    const store = of.get(name)
    if (store) return store
    throw new Refusal('unavailable', `There is no store ‘${name}’ ([store.${name}]).`)
  }
  const inOrder = <S>(of: ReadonlyMap<string, S>, names: readonly string[]): S[] => {
    const first = names.map(name => storeOf(of, name))
    return [...first, ...[...of.values()].filter(store => !first.includes(store))]
  }
  const usual = placesOf(stores.masters)
  const where = whereaboutsOf(inOrder(byName, usual))
  const masters = isOne
    ? storeOf(byName, stores.masters)
    : new SeveralMasters(
        usual.map(name => storeOf(byName, name)),
        where,
      )
  await masters.prepare()
  const wherePacks = whereaboutsOfPacks(inOrder(packsByName, [stores.packs]))
  const packsIn = (name: string): PackStore =>
    isOne ? storeOf(packsByName, name) : new SeveralPacks(storeOf(packsByName, name), wherePacks)
  const packs = packsIn(stores.packs)
  await packs.prepare()
  return {
    masters,
    packs,
    byName,
    packsByName,
    placesOf,
    mastersIn: names =>
      isOne && names.every(name => byName.has(name))
        ? masters
        : new SeveralMasters(
            names.map(name => storeOf(byName, name)),
            where,
            true,
          ),
    packsIn,
    copies,
    close: () => objectStores.forEach(store => store.close()),
  }
}

/** Makes the folder of a store of kind file. @throws Refusal not-found, bad-request for a store that is none; insufficient-storage, unavailable */
export async function makeStore(
  { storesByName }: Pick<StoreConfig, 'storesByName'>,
  name: string,
): Promise<string> {
  const store = storesByName.get(name)
  if (!store) throw new Refusal('not-found', `There is no [store.${name}] in server.ini.`)
  if (store.kind !== 'file')
    throw new Refusal('bad-request', `[store.${name}] is an object store: its bucket is made there.`)
  await markStore(name, store.folder)
  return store.folder
}
