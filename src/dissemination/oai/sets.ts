// Sets: domains, each below the one it stands in, and genreSet. A record of a domain is also in the sets of the domains above.
import { OaiError } from '../../formats/oai-pmh/request.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { type Domain, genreSet, listDomains } from '../../catalogue/domains/index.ts'

export interface OaiSet {
  readonly spec: string
  readonly name: string
}

/** setSpec allows few characters (OAI-PMH §2.6). */
const specOf = (domain: Domain): string =>
  (domain.shortName ?? domain.name).replace(/[^A-Za-z0-9\-_.!~*'()]/g, '_')

export class Sets {
  readonly #services: Services
  readonly #domains: ReadonlyMap<number, Domain>
  readonly #within: readonly number[] | undefined
  readonly #isSeen: (id: number) => boolean

  private constructor(
    services: Services,
    domains: readonly Domain[],
    within: Domain | undefined,
    isSeen: (id: number) => boolean,
  ) {
    this.#services = services
    this.#isSeen = isSeen
    this.#domains = new Map(domains.map(domain => [domain.id, domain]))
    this.#within = within && this.#below(within)
  }

  /** @param within the domain that the repository is limited to */
  static async read(
    services: Services,
    db: Db,
    principal: Principal,
    within: Domain | undefined,
  ): Promise<Sets> {
    const isSeen = (id: number): boolean => access.seesDomain(principal, id)
    return new Sets(services, await listDomains(db, undefined), within, isSeen)
  }

  #below(domain: Domain): number[] {
    return [...this.#domains.values()]
      .filter(each => (each.path ?? '').startsWith(domain.path ?? ''))
      .map(each => each.id)
  }

  #spec(domain: Domain): string {
    const ids = (domain.path ?? '')
      .split('|')
      .filter(part => part !== '')
      .map(Number)
    return ids
      .map(id => this.#domains.get(id))
      .filter(each => each !== undefined)
      .map(specOf)
      .join(':')
  }

  get all(): OaiSet[] {
    const domains = [...this.#domains.values()].filter(
      ({ id }) => (this.#within?.includes(id) ?? true) && this.#isSeen(id),
    )
    return [
      ...domains.map(domain => ({ spec: this.#spec(domain), name: domain.caption })),
      { spec: genreSet, name: 'Gattungen' },
      ...this.#services.types.all
        .filter(type => type.datatype === 'title')
        .map(type => ({ spec: `${genreSet}:${type.name}`, name: type.de })),
    ]
  }

  /** The sets that a record is in by itself; those above are understood. */
  of(record: { readonly domainId: number | null; readonly type: number }): string[] {
    const domain = record.domainId === null ? undefined : this.#domains.get(record.domainId)
    const type = this.#services.types.ofNumbers(this.#services.types.code('title'), record.type)
    return [...(domain ? [this.#spec(domain)] : []), ...(type ? [`${genreSet}:${type.name}`] : [])]
  }

  /** Which records a set holds. @throws OaiError noRecordsMatch for a set that is not there */
  filter(spec: string | undefined): { domainIds?: readonly number[]; type?: number } {
    const within = this.#within ? { domainIds: this.#within } : {}
    if (spec === undefined || spec === genreSet) return within
    if (spec.startsWith(`${genreSet}:`)) {
      const type = this.#services.types.find('title', spec.slice(genreSet.length + 1))
      if (!type) throw new OaiError('noRecordsMatch', `There is no set ‘${spec}’.`)
      return { ...within, type: type.number }
    }
    const domain = [...this.#domains.values()].find(
      each => this.#spec(each) === spec && this.#isSeen(each.id),
    )
    const ids = domain && this.#below(domain).filter(id => this.#within?.includes(id) ?? true)
    if (!ids || ids.length === 0) throw new OaiError('noRecordsMatch', `There is no set ‘${spec}’.`)
    return { domainIds: ids }
  }
}
