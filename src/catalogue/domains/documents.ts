// Domains as they leave.
import type { Db } from '../../firebird/database.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import { etagBeside } from '../../http/etag.ts'
import type { Principal } from '../../http/principal.ts'
import { verbs } from '../../http/sight.ts'
import { access } from '../../people/access/index.ts'
import * as repository from './repository.ts'
import { Mappings } from './schemas.ts'
import { domainsWithEntries } from './search.ts'
import { namedTags, namedTransitions, type ShownTags, type ShownTransition } from './tags.ts'

const parsed = (text: string | null): never => JSON.parse(text ?? 'null') as never

/** Rights that a domain's document names for the caller. */
const domainRights = ['tree:read', 'domain:write', 'import', 'meta:write', 'release', 'bin'] as const

const levelOf = (domain: repository.Domain): number => (domain.path ?? '').split('||').length
const mappingsOf = (domain: repository.Domain): Mappings =>
  Mappings.parse(JSON.parse(domain.mappings ?? '{}'))

/** @param upwards the domain and those above it, the nearest first */
function compiledMappings(upwards: readonly repository.Domain[]) {
  const compiled = (name: keyof Mappings) => {
    for (const domain of upwards) {
      const value = mappingsOf(domain)[name]
      if (value !== 'parent') return { value, domainId: domain.id }
    }
    return { value: 'objecttype', domainId: null }
  }
  return {
    imageExport: compiled('imageExport'),
    imageImport: compiled('imageImport'),
    dublinCoreExport: compiled('dublinCoreExport'),
  }
}

const shortest = (domain: repository.Domain) => ({
  id: domain.id,
  name: domain.name,
  parentId: domain.parentId,
  caption: domain.caption,
  captions: parsed(domain.captions),
})

export const shortDocument = (domain: repository.Domain, named: Named) => ({
  ...shortest(domain),
  shortPath: named.shortPath(domain),
})
export const shortSearchDocument = (domain: repository.Domain, named: Named) => ({
  ...shortDocument(domain, named),
  level: levelOf(domain),
  version: domain.version,
})
export const searchDocument = (domain: repository.FullDomain, hasChildren: boolean, named: Named) => ({
  ...documentOf(domain, hasChildren),
  description: parsed(domain.description),
  contact: domain.contact,
  shortPath: named.shortPath(domain),
  ...(named.hasEntries ? { hasEntries: named.hasEntries(domain.id) } : {}),
})

function documentOf(domain: repository.Domain, hasChildren: boolean) {
  const path = domain.path ?? `|${domain.id}|`
  return {
    id: domain.id,
    name: domain.name,
    shortName: domain.shortName,
    reference: domain.reference,
    caption: domain.caption,
    type: domain.type,
    captions: parsed(domain.captions),
    contactUser: domain.contactUser,
    mappings: mappingsOf(domain),
    level: levelOf(domain),
    path,
    hasChildren,
    isSystem: domain.system === 1,
    sort: domain.sort,
    links: {
      self: `/api/v1/domains/${domain.name}`,
      config: `/api/v1/domains/${domain.name}/config`,
      tree: `/api/v1/tree?domain=${domain.id}`,
      children: `/api/v1/domains?parent=${domain.id}`,
    },
    relationships: {
      parent: toOne('domain', domain.parentId),
      contact: toOne('user', domain.contactUser),
    },
    meta: metaOf(domain),
  }
}

interface Named {
  readonly tags: (domainId: number) => ShownTags
  /** Undefined for readers */
  readonly transitions: ((domainId: number) => ShownTransition[]) | undefined
  readonly hasEntries: ((domainId: number) => boolean) | undefined
  readonly mappings: (
    domain: repository.Domain,
  ) => Record<keyof Mappings, { value: string; domainId: number | null }>
  readonly shortPath: (domain: repository.Domain) => ReturnType<typeof shortest>[]
}

/** What stands in other rows: names of tags and transitions, the domains above, as far as a principal sees them. */
export async function namedFor(db: Db, principal: Principal): Promise<Named> {
  const all = access.seesConfidential(principal)
  const domains = new Map((await repository.list(db, undefined)).map(domain => [domain.id, domain]))
  const lineage = (domain: repository.Domain) =>
    (domain.path ?? '')
      .split('|')
      .map(part => domains.get(Number(part)))
      .filter(each => each !== undefined)
  const entries = all ? await domainsWithEntries(db) : undefined
  return {
    tags: await namedTags(db, all),
    transitions: all ? await namedTransitions(db) : undefined,
    hasEntries: entries && (id => entries.has(id)),
    mappings: domain => compiledMappings(lineage(domain).reverse()),
    shortPath: domain =>
      lineage(domain)
        .filter(each => access.seesDomain(principal, each.id))
        .map(shortest),
  }
}

export function fullDocument(
  domain: repository.FullDomain,
  hasChildren: boolean,
  principal: Principal,
  named: Named,
) {
  return {
    ...searchDocument(domain, hasChildren, named),
    standardMasks: parsed(domain.standardMasks),
    ...(named.transitions ? { comment: domain.comment } : {}),
    compiledMappings: named.mappings(domain),
    customData: parsed(domain.customData),
    watermark: parsed(domain.watermark),
    imageFooter: parsed(domain.imageFooter),
    ...named.tags(domain.id),
    ...(named.transitions ? { compiledTransitions: named.transitions(domain.id) } : {}),
    privateTransitions: domain.privateTransitions === 1,
    privateTags: domain.privateTags === 1,
    rights: domainRights.filter(right => access.can(principal, right)),
    allowed: verbs.filter(verb =>
      access.sight(principal).can(verb, { path: '', domainId: domain.id, isVisible: true }),
    ),
  }
}

/** Beside its version: what the domains above give changes without it. */
export function tagOf(domain: ReturnType<typeof fullDocument>, principal: Principal): string {
  const letter = access.seesConfidential(principal) ? 'o' : ''
  return etagBeside(domain.meta.version as number, letter, [
    domain.compiledTags,
    domain.compiledTransitions,
    domain.compiledMappings,
    domain.shortPath,
    domain.hasEntries,
  ])
}
