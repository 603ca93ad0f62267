// Tags that domains give to all that stands in them: set on a domain, inherited by the domains below up to one that inherits none.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'

export interface DomainTags {
  readonly id: number
  readonly name: string
  /** Ids of the domain and those above it, the nearest first */
  readonly lineage: readonly number[]
  /** Its own tags and those that it inherits, the nearest first */
  /** The domain and those above it whose transitions hold in it */
  readonly transitionsFrom: readonly number[]
  readonly effective: readonly { readonly tagId: number; readonly domainId: number }[]
}

/** Of all domains, which are few. */
export async function domainTags(db: Db): Promise<DomainTags[]> {
  const domains = await db
    .selectFrom('OPR_Domain')
    .select([
      'OD_ID as id',
      'OD_Name as name',
      'OD_OD_Parent as parentId',
      'OD_PrivateTags as isPrivate',
      'OD_PrivateTransitions as isOwn',
    ])
    .execute()
  const set = await db
    .selectFrom('OPR_DomainTag')
    .select(['ODT_OD_ID as domainId', 'ODT_OTG_ID as tagId'])
    .orderBy('ODT_OTG_ID')
    .execute()
  const byId = new Map(domains.map(domain => [domain.id, domain]))
  return domains.map(domain => {
    const lineage: number[] = []
    const effective: { tagId: number; domainId: number }[] = []
    const transitionsFrom: number[] = []
    let reaches = true
    let holds = true
    for (let at: typeof domain | undefined = domain; at; at = byId.get(at.parentId ?? 0)) {
      const { id } = at
      lineage.push(id)
      if (reaches) effective.push(...set.filter(row => row.domainId === id))
      reaches &&= at.isPrivate === 0
      if (holds) transitionsFrom.push(id)
      holds &&= at.isOwn === 0
    }
    return { id: domain.id, name: domain.name, lineage, transitionsFrom, effective }
  })
}

/** Tags of all domains as they were before a transaction changed what domains give. */
const before = new WeakMap<Db, readonly DomainTags[]>()

/** To be called before what domains give is changed: whoever asks before the commit learns what became of it. */
export async function rememberTags(trx: Db): Promise<void> {
  if (!before.has(trx)) before.set(trx, await domainTags(trx))
}

export interface GivenTags {
  readonly domainId: number
  /** Ids of tags that all in the domain carries since, and no longer */
  readonly added: readonly number[]
  readonly removed: readonly number[]
  /** Those of before */
  readonly had: readonly number[]
}

/** What a transaction changed of the tags that domains give, in the domains that were there before. */
export function givenTags(trx: Db, now: readonly DomainTags[]): GivenTags[] {
  const idsOf = (domain: DomainTags) => [...new Set(domain.effective.map(({ tagId }) => tagId))]
  return (before.get(trx) ?? []).flatMap(domain => {
    const after = now.find(each => each.id === domain.id)
    if (!after) return []
    const [had, has] = [idsOf(domain), idsOf(after)]
    const added = has.filter(id => !had.includes(id))
    const removed = had.filter(id => !has.includes(id))
    return added.length + removed.length === 0 ? [] : [{ domainId: domain.id, added, removed, had }]
  })
}

export interface ShownTags {
  readonly tags: string[]
  readonly compiledTags: { readonly name: string; readonly domainId: number }[]
}

/** Tags by their names for the documents of domains; without `all` those that readers see. */
export async function namedTags(db: Db, all: boolean): Promise<(domainId: number) => ShownTags> {
  const tags = await db
    .selectFrom('OPR_Tag')
    .select(['OTG_ID as id', 'OTG_Name as name', 'OTG_Public as isPublic'])
    .execute()
  const names = new Map(tags.filter(tag => all || tag.isPublic === 1).map(tag => [tag.id, tag.name]))
  const domains = names.size === 0 ? [] : await domainTags(db)
  return domainId => {
    const compiledTags = (domains.find(domain => domain.id === domainId)?.effective ?? []).flatMap(
      ({ tagId, domainId: from }) => {
        const name = names.get(tagId)
        return name === undefined ? [] : [{ name, domainId: from }]
      },
    )
    return { tags: compiledTags.filter(tag => tag.domainId === domainId).map(tag => tag.name), compiledTags }
  }
}

/** Gives a domain these tags and no others of its own. @throws Refusal not-found naming a tag, conflict where it belongs to another domain */
export async function setDomainTags(
  trx: Db,
  domain: { readonly id: number; readonly name: string; readonly path: string | null },
  names: readonly string[],
): Promise<void> {
  const above = (domain.path ?? '').split('|').filter(Boolean).map(Number)
  const wanted = new Set<number>()
  for (const name of names) {
    const tag = await trx
      .selectFrom('OPR_Tag')
      .select(['OTG_ID as id', 'OTG_OD_ID as domainId'])
      .where('OTG_Name', '=', name)
      .executeTakeFirst()
    if (!tag) throw new Refusal('not-found', `There is no tag ‘${name}’.`)
    if (tag.domainId !== null && !above.includes(tag.domainId))
      throw new Refusal(
        'conflict',
        `The tag ‘${name}’ belongs to another domain and those below it, not to ‘${domain.name}’.`,
      )
    wanted.add(tag.id)
  }
  const rows = await trx
    .selectFrom('OPR_DomainTag')
    .select('ODT_OTG_ID as id')
    .where('ODT_OD_ID', '=', domain.id)
    .execute()
  const had = new Set(rows.map(row => row.id))
  for (const id of had)
    if (!wanted.has(id))
      await trx
        .deleteFrom('OPR_DomainTag')
        .where('ODT_OD_ID', '=', domain.id)
        .where('ODT_OTG_ID', '=', id)
        .execute()
  for (const id of wanted)
    if (!had.has(id))
      await trx.insertInto('OPR_DomainTag').values({ ODT_OD_ID: domain.id, ODT_OTG_ID: id }).execute()
}

export interface ShownTransition {
  readonly name: string
  /** Null: holds everywhere */
  readonly domainId: number | null
}

/** Names of the transitions that hold in each domain, with the domain that each is defined in. */
export async function namedTransitions(db: Db): Promise<(domainId: number) => ShownTransition[]> {
  const rows = await db
    .selectFrom('OPR_Transition')
    .select(['OTN_Name as name', 'OTN_OD_ID as domainId'])
    .orderBy('OTN_Name')
    .execute()
  const domains = rows.length === 0 ? [] : await domainTags(db)
  return domainId => {
    const from = domains.find(domain => domain.id === domainId)?.transitionsFrom ?? []
    return rows.filter(row => row.domainId === null || from.includes(row.domainId))
  }
}
