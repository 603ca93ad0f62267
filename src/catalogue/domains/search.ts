// Search of domains in all that their documents say. Domains are few: they are read whole and compared here, in all languages and without case.
import type { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import * as repository from './repository.ts'
import type { FullDomain } from './repository.ts'
import type { DomainQuery } from './schemas.ts'

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()
const languages = (json: string | null): string[] =>
  Object.values(JSON.parse(json ?? '{}') as Record<string, string>)
const levelOf = (domain: FullDomain): number => (domain.path ?? '').split('||').length
const holds = (texts: readonly (string | null)[], part: string | undefined): boolean =>
  part === undefined || texts.some(text => text !== null && folded(text).includes(folded(part)))

type Query = z.output<typeof DomainQuery>

/** Ids of domains with entries of rights of their own. */
export async function domainsWithEntries(db: Db): Promise<Set<number>> {
  const rows = await db
    .selectFrom('PRV_Acl')
    .select('PA_OD_ID as id')
    .where('PA_OD_ID', 'is not', null)
    .distinct()
    .execute()
  return new Set(rows.map(row => row.id as number))
}

/** @throws Refusal forbidden where a condition is not for who asks, not-found for a domain that is not there */
export async function searchDomains(
  db: Db,
  query: Query,
  principal: Principal,
  find: (name: string) => Promise<{ readonly id: number }>,
): Promise<FullDomain[]> {
  const confidential = (['hasEntries', 'comment'] as const).find(name => query[name] !== undefined)
  if (confidential !== undefined && !access.seesConfidential(principal))
    throw new Refusal('forbidden', `The condition ${confidential} is for those who work here.`)
  const parentId =
    query.parent === undefined ? undefined : query.parent === 'none' ? null : (await find(query.parent)).id
  const within = query.within === undefined ? undefined : (await find(query.within)).id
  const all = await repository.listFull(db)
  const parents = new Set(all.map(domain => domain.parentId))
  const entries = query.hasEntries === undefined ? undefined : await domainsWithEntries(db)
  const is = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value
  return all.filter(
    domain =>
      access.seesDomain(principal, domain.id) &&
      is(parentId, domain.parentId) &&
      (within === undefined || (domain.path ?? '').includes(`|${within}|`)) &&
      is(query.id, domain.id) &&
      is(query.version, domain.version) &&
      is(query.level, levelOf(domain)) &&
      (query.levelTo === undefined || levelOf(domain) <= query.levelTo) &&
      is(query.isSystem, String(domain.system === 1)) &&
      is(query.hasChildren, String(parents.has(domain.id))) &&
      (entries === undefined || is(query.hasEntries, String(entries.has(domain.id)))) &&
      is(query.name, domain.name) &&
      is(query.shortName, domain.shortName ?? '') &&
      is(query.reference, domain.reference ?? '') &&
      is(query.type, domain.type ?? '') &&
      is(query.contactUser, domain.contactUser ?? '') &&
      (query.mapping === undefined ||
        Object.values(JSON.parse(domain.mappings ?? '{}') as object).includes(query.mapping)) &&
      holds([domain.caption, ...languages(domain.captions)], query.caption) &&
      holds(languages(domain.description), query.description) &&
      holds([domain.contact], query.contact) &&
      holds([domain.comment], query.comment) &&
      holds([domain.name, domain.shortName, domain.reference, domain.caption, ...languages(domain.captions), ...languages(domain.description), domain.contact], query.q), // prettier-ignore
  )
}
