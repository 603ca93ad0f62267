// Where a file must lie: in the stores of every domain that needs it. A file that two domains share lies in the stores of both, so that each has all
// of its own; what nothing needs stays where it is, if some domain keeps files there.
import { sql } from 'kysely'
import { type DomainStores, storesOfDomains } from '../../catalogue/domains/index.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { domainsOfFiles, type FileDomain, type KeptFile } from './kept-files.ts'

/** Where a file or a pack belongs. */
export interface Belonging {
  /** Names of the stores; none where nothing needs it */
  readonly places: readonly string[]
  /** Domains that need it */
  readonly domains: ReadonlySet<number>
}

const nothing: Belonging = { places: [], domains: new Set() }

/** So many at a time are looked up. */
const portion = 200

export class Places {
  readonly #services: Services
  readonly #areDomainsAsked: boolean
  readonly #byDomain: ReadonlyMap<number, DomainStores>
  /** What is wrong with the domains that name a store that is not there */
  readonly faults: readonly string[]
  /** Stores that some domain keeps its files in, or the configuration names for all */
  readonly ofMasters: ReadonlySet<string>
  readonly ofPacks: ReadonlySet<string>

  private constructor(
    services: Services,
    byDomain: ReadonlyMap<number, DomainStores>,
    areDomainsAsked: boolean,
  ) {
    this.#services = services
    this.#areDomainsAsked = areDomainsAsked
    this.#byDomain = byDomain
    const all = [...byDomain.values()]
    const { stores } = services.config
    this.faults = [...new Set(all.flatMap(each => each.faults))]
    this.ofMasters = this.#within([stores.masters, ...all.flatMap(each => [each.masters, each.texts])])
    this.ofPacks = new Set([stores.packs, ...all.map(each => each.packs)])
  }

  /** @param areDomainsAsked who needs a file is looked up even where all lie in one place */
  static async read(services: Services, areDomainsAsked = false): Promise<Places> {
    return new Places(services, await storesOfDomains(services, services.db), areDomainsAsked)
  }

  /** With the places of second copies. Stores that are not there say nothing. */
  #within(names: Iterable<string>): Set<string> {
    const { stores } = this.#services
    return new Set(
      [...names].filter(name => stores.byName.has(name)).flatMap(name => [...stores.placesOf(name)]),
    )
  }

  /** Whether all domains keep their masters and texts in the same stores: then nothing need be looked up. */
  get isOne(): boolean {
    const { stores, config } = this.#services
    return !this.#areDomainsAsked && this.ofMasters.size === stores.placesOf(config.stores.masters).length
  }

  get #usual(): Belonging {
    const { stores, config } = this.#services
    return { ...nothing, places: stores.placesOf(config.stores.masters) }
  }

  #belonging(rows: readonly FileDomain[]): Belonging {
    const names = rows.flatMap(({ what, domainId }) => {
      if (domainId === null) return [this.#services.config.stores.masters]
      const own = this.#byDomain.get(domainId)
      return own ? [what === 'master' ? own.masters : own.texts] : []
    })
    const domains = new Set(rows.flatMap(({ domainId }) => domainId ?? []))
    return { places: [...this.#within(names)], domains }
  }

  /** Where files belong, by their addresses. @param addresses in order */
  async ofFiles(addresses: readonly string[]): Promise<(address: string) => Belonging> {
    if (this.isOne) return () => this.#usual
    const rows = new Map<string, FileDomain[]>()
    const [first, last] = [addresses[0], addresses.at(-1)]
    if (first !== undefined && last !== undefined)
      for (const row of await domainsOfFiles(this.#services.db, first, last)) {
        const known = rows.get(row.address)
        if (known) known.push(row)
        else rows.set(row.address, [row])
      }
    return address => this.#belonging(rows.get(address) ?? [])
  }

  /** Each file with where it belongs, a portion of them looked up at a time. */
  async *along<F>(
    files: AsyncIterable<F>,
    addressOf: (file: F) => string,
  ): AsyncGenerator<readonly [F, Belonging]> {
    yield* this.#inPortions(files, async part => {
      const belonging = await this.ofFiles(part.map(addressOf))
      return file => belonging(addressOf(file))
    })
  }

  /** The same of few files, which lie all over the archive: what belongs to their own domains. */
  async *alongNodes(files: AsyncIterable<KeptFile>): AsyncGenerator<readonly [KeptFile, Belonging]> {
    yield* this.#inPortions(files, async part => {
      if (this.isOne) return () => this.#usual
      const ids = [...new Set(part.flatMap(({ nodeId }) => nodeId ?? []))]
      const domains = await domainsOfNodes(this.#services.db, ids)
      return ({ what, address, nodeId }) => {
        const domainId = nodeId === null ? null : domains.get(nodeId)
        return domainId === undefined ? nothing : this.#belonging([{ address, what, domainId }])
      }
    })
  }

  /** The same of packs. */
  async *alongPacks<P extends { readonly hash: string }>(
    packs: AsyncIterable<P>,
  ): AsyncGenerator<readonly [P, Belonging]> {
    yield* this.#inPortions(packs, async part => {
      const domains = await domainsOfPacks(
        this.#services.db,
        part.map(({ hash }) => hash),
      )
      return ({ hash }) => this.#belongingOfPack(domains.get(hash))
    })
  }

  #belongingOfPack(domains: ReadonlySet<number> | undefined): Belonging {
    if (!domains) return nothing
    const { config, stores } = this.#services
    const places = [...domains].map(id => {
      const name = this.#byDomain.get(id)?.packs
      // as new packs do (images/packs)
      return name !== undefined && stores.packsByName.has(name) ? name : config.stores.packs
    })
    return { places: [...new Set(places)], domains }
  }

  async *#inPortions<T>(
    all: AsyncIterable<T>,
    look: (part: readonly T[]) => Promise<(one: T) => Belonging>,
  ): AsyncGenerator<readonly [T, Belonging]> {
    let part: T[] = []
    const looked = async () => {
      const belonging = await look(part)
      const pairs = part.map(one => [one, belonging(one)] as const)
      part = []
      return pairs
    }
    for await (const one of all) if (part.push(one) === portion) yield* await looked()
    if (part.length > 0) yield* await looked()
  }
}

async function domainsOfNodes(db: Db, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('OPR_Tree')
    .select(['OT_ID as id', 'OT_OD_ID as domainId'])
    .where('OT_ID', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, domainId }) => [id, domainId]))
}

/** Domains of the pages that packs belong to, by the hash of the pack. */
async function domainsOfPacks(db: Db, hashes: readonly string[]): Promise<Map<string, Set<number>>> {
  const { rows } = await sql<{ hash: string; domainId: number }>`
    select OPK_Recipe as "hash", OT_OD_ID as "domainId" from OPR_Pack inner join OPR_Tree on OT_ID = OPK_OT_ID
    where OPK_Recipe in (${sql.join(hashes)})
    union select OPK_Unmarked, OT_OD_ID from OPR_Pack inner join OPR_Tree on OT_ID = OPK_OT_ID
    where OPK_Unmarked in (${sql.join(hashes)})`.execute(db)
  const found = new Map<string, Set<number>>()
  for (const { hash, domainId } of rows) found.set(hash, (found.get(hash) ?? new Set()).add(domainId))
  return found
}
