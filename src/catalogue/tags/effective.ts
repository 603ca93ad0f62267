// Which tags something carries: its own, and those of its domain and the domains above, up to one that inherits none.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { type DomainTags, domainTags } from '../domains/index.ts'
import * as repository from './repository.ts'
import type { Tag } from './repository.ts'

/** Conditions about what readers do not see are for those who work on it. */
export const seesAllTags = (principal: Principal): boolean => access.can(principal, 'log:read')

/** @throws Refusal not-found, also for a tag that is not shown to who asks */
export async function getTag(db: Db, name: string, principal?: Principal): Promise<Tag> {
  const tag = await repository.find(db, name.slice(0, 60))
  if (!tag || (principal && tag.public === 0 && !seesAllTags(principal)))
    throw new Refusal('not-found', `There is no tag ‘${name}’.`)
  return tag
}

/** Domains in which a tag can be set; undefined: in all. */
export const domainsOf = (tag: Tag, domains: readonly DomainTags[]): number[] | undefined =>
  tag.domainId === null
    ? undefined
    : domains.filter(domain => domain.lineage.includes(tag.domainId as number)).map(domain => domain.id)

/** What carries a tag, as a condition on OPR_Tree and as the domains that give it. */
export interface Tagged {
  readonly tagId: number
  /** Domains whose nodes all carry it */
  readonly domainIds: readonly number[]
  /** Domains outside of which it counts for nothing; undefined: none */
  readonly within: readonly number[] | undefined
}

/** @throws Refusal not-found naming the tag */
export async function taggedWith(db: Db, name: string, principal: Principal): Promise<Tagged> {
  const tag = await getTag(db, name, principal)
  const domains = await domainTags(db)
  return {
    tagId: tag.id,
    domainIds: domains
      .filter(domain => domain.effective.some(each => each.tagId === tag.id))
      .map(domain => domain.id),
    within: domainsOf(tag, domains),
  }
}

const among = (domainIds: readonly number[]) => sql`OT_OD_ID + 0 in (${sql.join(domainIds)})`

/** The condition on a row of OPR_Tree. */
export function isTagged({ tagId, domainIds, within }: Tagged) {
  const own = sql<boolean>`exists (select 1 from OPR_NodeTag where ONT_OT_ID = OT_ID and ONT_OTG_ID = ${tagId})`
  const here = within === undefined ? own : within.length === 0 ? sql<boolean>`1 = 0` : sql<boolean>`(${own} and ${among(within)})` // prettier-ignore
  return domainIds.length === 0 ? here : sql<boolean>`(${here} or ${among(domainIds)})`
}

const mostTitles = 10_000

/** Titles that carry a tag themselves: what an index of titles is asked with. @throws Refusal too-large */
export async function titlesTagged(db: Db, { tagId, within }: Tagged): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select first ${sql.lit(mostTitles + 1)} ONT_OT_ID as "id" from OPR_NodeTag
    join OPR_Tree on OT_ID = ONT_OT_ID where ONT_OTG_ID = ${tagId} and OT_RCV_Datatype + 0 = 1
    ${within === undefined ? sql`` : within.length === 0 ? sql`and 1 = 0` : sql`and ${among(within)}`} order by ONT_OT_ID`.execute(db) // prettier-ignore
  if (rows.length > mostTitles)
    throw new Refusal(
      'too-large',
      `More than ${mostTitles} titles carry this tag; a search cannot be narrowed to it. The list of titles can.`,
      { limit: mostTitles },
    )
  return rows.map(row => row.id)
}

export interface EffectiveTag {
  readonly tag: Tag
  /** Where it is set; several where it is set twice, the nearest first */
  readonly from: readonly ({ readonly node: number } | { readonly domain: number })[]
}

/** Tags of a node, or of a domain (without a node), by their names. */
export async function effectiveTags(
  db: Db,
  at: { readonly nodeId?: number; readonly domainId: number },
): Promise<EffectiveTag[]> {
  const domains = await domainTags(db)
  const own = at.nodeId === undefined ? [] : await repository.ofNode(db, at.nodeId)
  const found = new Map<number, EffectiveTag['from'][number][]>()
  for (const tagId of own) found.set(tagId, [{ node: at.nodeId as number }])
  for (const { tagId, domainId } of domains.find(domain => domain.id === at.domainId)?.effective ?? [])
    found.set(tagId, [...(found.get(tagId) ?? []), { domain: domainId }])
  return (await repository.all(db))
    .filter(tag => domainsOf(tag, domains)?.includes(at.domainId) ?? true)
    .flatMap(tag => {
      const from = found.get(tag.id)
      return from ? [{ tag, from }] : []
    })
}
