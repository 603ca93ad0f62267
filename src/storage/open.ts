// The stores as the configuration names them. What speaks to object stores is loaded where one is named: an installation without them pays nothing.
import { join } from 'node:path'
import { Archive } from './archive.ts'
import { FilePacks } from './packs.ts'
import { LocalCopies } from './local-copies.ts'
import type { S3Settings } from './s3/client.ts'
import { SeveralMasters } from './several-masters.ts'
import { SeveralPacks } from './several-packs.ts'
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
      byName.set(name, new Archive(join(settings.folder, 'media'), `[store.${name}]`, name))
      packsByName.set(name, new FilePacks(join(settings.folder, 'packs'), `[store.${name}]`, name))
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
  const target = byName.get(stores.masters) as MasterStore
  const masters = isOne
    ? target
    : new SeveralMasters(target, [...byName.values()], byName.get(stores.mastersCopy))
  await masters.prepare()
  const packTarget = packsByName.get(stores.packs) as PackStore
  const packs = isOne ? packTarget : new SeveralPacks(packTarget, [...packsByName.values()])
  await packs.prepare()
  return {
    masters,
    packs,
    byName,
    packsByName,
    copies,
    close: () => objectStores.forEach(store => store.close()),
  }
}
