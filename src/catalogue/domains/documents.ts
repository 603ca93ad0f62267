// Domains as they leave.
import { createHash } from 'node:crypto'
import type { Db } from '../../firebird/database.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import { etagOf } from '../../http/etag.ts'
import type { Principal } from '../../http/principal.ts'
import { verbs } from '../../http/sight.ts'
import { access } from '../../people/access/index.ts'
import type * as repository from './repository.ts'
import { namedTags, namedTransitions, type ShownTags, type ShownTransition } from './tags.ts'

const parsed = (text: string | null): never => JSON.parse(text ?? 'null') as never

/** Rights that a domain's document names for the caller. */
const domainRights = ['tree:read', 'domain:write', 'import', 'meta:write', 'release', 'bin'] as const

export function documentOf(domain: repository.Domain, hasChildren: boolean) {
  const path = domain.path ?? `|${domain.id}|`
  return {
    id: domain.id,
    name: domain.name,
    shortName: domain.shortName,
    reference: domain.reference,
    caption: domain.caption,
    type: domain.type,
    level: path.split('||').length,
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
    relationships: { parent: toOne('domain', domain.parentId) },
    meta: metaOf(domain),
  }
}

interface Named {
  readonly tags: (domainId: number) => ShownTags
  /** Undefined for readers */
  readonly transitions: ((domainId: number) => ShownTransition[]) | undefined
}

/** Names of tags and transitions, as far as a principal sees them. */
export async function namedFor(db: Db, principal: Principal): Promise<Named> {
  const all = access.seesConfidential(principal)
  return { tags: await namedTags(db, all), transitions: all ? await namedTransitions(db) : undefined }
}

export function fullDocument(
  domain: repository.FullDomain,
  hasChildren: boolean,
  principal: Principal,
  named: Named,
) {
  return {
    ...documentOf(domain, hasChildren),
    description: parsed(domain.description),
    contact: domain.contact,
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
  const given = createHash('sha256')
    .update(JSON.stringify([domain.compiledTags, domain.compiledTransitions]))
    .digest('base64url')
    .slice(0, 12)
  const letter = access.seesConfidential(principal) ? 'o' : ''
  return etagOf(domain.meta.version as number, `${letter}-${given}`)
}
