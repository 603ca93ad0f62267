// What lies in each store, and what new files go there.
import { storesOfDomains } from '../../catalogue/domains/index.ts'
import type { Services } from '../../http/module.ts'
import { isPlaceFault } from '../../whole-files.ts'

export interface StoreContents {
  readonly name: string
  readonly files: number
  readonly packs: number
  /** Why nobody can tell, as a sentence: the store is away */
  readonly trouble: string | undefined
  /** What new files go there */
  readonly roles: readonly string[]
}

export async function storeContents(services: Services): Promise<StoreContents[]> {
  const { stores, db } = services
  const [first, ...copies] = stores.masters.places.map(({ name }) => name)
  const domains = [...(await storesOfDomains(services, db)).values()]
  const contents: StoreContents[] = []
  for (const [name, store] of stores.byName) {
    let [files, packs] = [0, 0]
    let trouble: string | undefined
    try {
      for await (const _ of store.addresses()) files++
      for await (const _ of stores.packsByName.get(name)?.hashes() ?? []) packs++
    } catch (error) {
      if (!isPlaceFault(error)) throw error
      trouble = (error as Error).message
    }
    const isUsual = name === first || name === stores.packs.name
    const own = domains.filter(each => [each.masters, each.texts, each.packs].includes(name)).length
    const roles = [
      ...(name === first ? ['masters'] : copies.includes(name) ? ['second copy of masters'] : []),
      ...(name === stores.packs.name ? ['packs'] : []),
      ...(!isUsual && own > 0 ? [`files of ${own} domain${own === 1 ? '' : 's'}`] : []),
    ]
    contents.push({ name, files, packs, trouble, roles })
  }
  return contents
}
