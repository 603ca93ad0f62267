// Which stores a domain keeps its files in. No row names a store: this says where new files go and where a move brings what is there; what is read
// is found wherever it lies.
import { type DomainLevel, effectiveDomainConfig, type EffectiveValue } from '../../config/domain-options.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { MasterStore } from '../../storage/stores.ts'
import { configuration } from './configuration.ts'
import * as repository from './repository.ts'

/** What a domain has stores for: texts are those of further files, too */
export const storedKinds = ['masters', 'texts', 'packs'] as const
export type StoredKind = (typeof storedKinds)[number]

/** Names of stores, and what is wrong with them, as sentences. */
export type DomainStores = Readonly<Record<StoredKind, string>> & { readonly faults: readonly string[] }

type Needed = Pick<Services, 'config' | 'stores'>

/** Options that name a store, and what is wrong where there is none of that name. */
export function storeFault(
  { stores }: Pick<Services, 'stores'>,
  key: string,
  value: string,
): string | undefined {
  if (!storedKinds.some(kind => key === `stores.${kind}`) || value === '' || stores.byName.has(value))
    return undefined
  return `there is no [store.${value}] in server.ini; known are ${[...stores.byName.keys()].join(', ')}.`
}

/** Every domain with the levels of its configuration, its own last; from as few statements as there are kinds of rows. */
async function levelsOfDomains(db: Db): Promise<Map<number, readonly DomainLevel[]>> {
  const domains = await repository.list(db, undefined)
  const byId = new Map(domains.map(domain => [domain.id, domain]))
  const overlays = await repository.overlaysOf(
    db,
    storedKinds.map(kind => `stores.${kind}`),
  )
  return new Map(
    domains.map(domain => [
      domain.id,
      repository
        .idsOf(domain)
        .flatMap(id => byId.get(id) ?? [])
        .map(({ id, name, type }) => ({
          name,
          type,
          overlay: overlays.get(id) ?? new Map<string, string>(),
        })),
    ]),
  )
}

const storesAt = (services: Needed, levels: readonly DomainLevel[]): DomainStores =>
  storesBy(services, levels.at(-1)?.name ?? '', effectiveDomainConfig(levels, services.config.path.domain))

/** Every domain with its stores, by its id. */
export async function storesOfDomains(services: Needed, db: Db): Promise<Map<number, DomainStores>> {
  const levels = await levelsOfDomains(db)
  return new Map([...levels].map(([id, each]) => [id, storesAt(services, each)]))
}

/**
 * The stores of a domain of which some rows are still to come: what is here says, then what comes below it.
 * @param chain the domain last, those above it before
 */
export async function storesOfComing(
  services: Services,
  chain: readonly (DomainLevel & { readonly id: number })[],
): Promise<DomainStores> {
  const here = await levelsOfDomains(services.db)
  const last = chain.findLastIndex(({ id }) => here.has(id))
  return storesAt(services, [...(here.get(chain[last]?.id ?? 0) ?? []), ...chain.slice(last + 1)])
}

function storesBy(services: Needed, name: string, options: readonly EffectiveValue[]): DomainStores {
  const faults: string[] = []
  const said = (kind: StoredKind): string => {
    const key = `stores.${kind}`
    const found = options.find(each => each.key === key)
    const value = String(found?.value ?? '')
    const fault = storeFault(services, key, value)
    if (fault !== undefined) faults.push(`Domain ${name}, option ${key} (${found?.origin}): ${fault}`)
    return value
  }
  const { stores } = services.config
  const masters = said('masters') || stores.masters
  return { masters, texts: said('texts') || masters, packs: said('packs') || stores.packs, faults }
}

/** Settings are asked for with every file of a delivery: they are kept for a moment. */
const keptMs = 1000

interface Kept {
  readonly until: number
  readonly found: Promise<DomainStores>
}
const kept = new WeakMap<object, Map<number, Kept>>()

/** Options of domains have changed here. */
export const forgetStores = ({ stores }: Pick<Services, 'stores'>): void => void kept.delete(stores)

function storesOf(services: Services, domainId: number): Promise<DomainStores> {
  const known = kept.get(services.stores) ?? new Map<number, Kept>()
  kept.set(services.stores, known)
  const last = known.get(domainId)
  if (last && last.until > Date.now()) return last.found
  const found = readStores(services, domainId)
  known.set(domainId, { until: Date.now() + keptMs, found })
  found.catch(() => known.delete(domainId))
  return found
}

async function readStores(services: Services, domainId: number): Promise<DomainStores> {
  const domain = await repository.find(services.db, domainId)
  const options = domain ? await configuration(services, services.db, domain) : []
  return storesBy(services, domain?.name ?? '', options)
}

/**
 * The archive with the stores of a domain as the place of new files.
 * @param domainId undefined where there is none yet
 * @throws Refusal unavailable where the domain names a store that is not there
 */
export async function archiveFor(
  services: Services,
  domainId: number | undefined,
  kind: 'masters' | 'texts',
): Promise<MasterStore> {
  const { stores, archive } = services
  if (domainId === undefined) return archive
  const own = await storesOf(services, domainId)
  if (!stores.byName.has(own[kind]))
    throw new Refusal('unavailable', `${own.faults.join(' ')} Nothing was stored.`)
  return own[kind] === services.config.stores.masters ? archive : stores.mastersIn(stores.placesOf(own[kind]))
}
