import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import type { Scope } from '../../search-index/query.ts'
import { listDomains } from '../../catalogue/domains/index.ts'
import type { SearchService } from './service.ts'

/** Every domain's name with its id and those of the domains below it. */
async function all(db: Db): Promise<Map<string, number[]>> {
  const domains = await listDomains(db, undefined)
  return new Map(
    domains.map(domain => [
      domain.name,
      domains.filter(each => (each.path ?? '').startsWith(domain.path ?? '|')).map(each => each.id),
    ]),
  )
}

/** A domain and those below it; undefined where there is none of that name. */
export const domainsBelow = Object.assign(
  async (db: Db, name: string): Promise<number[] | undefined> => (await all(db)).get(name),
  { all },
)

/**
 * What the index is to leave out for a principal: titles that they may not see, those whose texts they may not read, and what was withdrawn
 * a moment ago, so that numbers do not tell of it.
 */
export async function withheldFrom(
  search: SearchService,
  principal: Principal,
): Promise<Pick<Scope, 'unseen' | 'unread'>> {
  const sight = access.sight(principal)
  const unseen = sight.exceptions('see')
  const withdrawn = await search.withdrawn()
  return {
    unseen:
      withdrawn.length === 0
        ? unseen
        : {
            key: `${unseen?.key ?? ''}-${withdrawn.join()}`,
            domainIds: unseen?.domainIds ?? [],
            nodes: [...(unseen?.nodes ?? []), ...withdrawn.map(id => [id, false] as const)],
          },
    unread: sight.exceptions('text'),
  }
}
