import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { ShownPlace } from '../../http/sight.ts'
import { kinds } from './kinds.ts'

/** Ids in one statement; the server takes 1500. */
const chunk = 1000
const chunksOf = (ids: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(ids.length / chunk) }, (_, at) => ids.slice(at * chunk, (at + 1) * chunk))

export interface TitlePlace extends ShownPlace {
  /** The nearest title above, or the node itself */
  readonly title: number | undefined
}

/** Where nodes stand, and to which title they belong. */
export async function placesOf(db: Db, nodes: ReadonlySet<number>): Promise<Map<number, TitlePlace>> {
  const rows = []
  for (const ids of chunksOf([...nodes]))
    rows.push(
      ...(await db
        .selectFrom('OPR_Tree')
        .select(['OT_ID as id', 'OT_Path as path', 'OT_OD_ID as domainId'])
        .select(['OT_State as state', 'OT_DelState as delState'])
        .where('OT_ID', 'in', ids)
        .execute()),
    )
  const above = new Map(
    rows.map(({ id, path }) => [id, [...new Set([...path.split('|').filter(Boolean).map(Number), id])]]),
  )
  const titles = new Set<number>()
  for (const ids of chunksOf([...new Set([...above.values()].flat())]))
    for (const { id } of await db
      .selectFrom('OPR_Content')
      .select('OC_OT_ID as id')
      .where('OC_OT_ID', 'in', ids)
      .execute())
      titles.add(id)
  return new Map(
    rows.map(({ id, path, domainId, state, delState }) => [
      id,
      {
        path,
        domainId,
        isVisible: state === 1 && delState === 0,
        title: above.get(id)?.findLast(each => titles.has(each)),
      },
    ]),
  )
}

export interface Sum {
  readonly day: number
  readonly domainId: number
  readonly title: number
  readonly kind: number
  count: number
}

export const add = (trx: Db, { day, domainId, title, kind, count }: Sum) =>
  sql`merge into SYS_Statistic s
    using (select cast(${day} as integer) D, cast(${domainId} as integer) O, cast(${title} as integer) T,
      cast(${kind} as smallint) K, cast(${count} as integer) N from RDB$DATABASE) n
    on s.SST_Day = n.D and s.SST_OD_ID = n.O and s.SST_OT_ID = n.T and s.SST_Kind = n.K
    when matched then update set SST_Count = s.SST_Count + n.N
    when not matched then insert (SST_Day, SST_OD_ID, SST_OT_ID, SST_Kind, SST_Count) values (n.D, n.O, n.T, n.K, n.N)`.execute(
    trx,
  )

export const insertAccess = (
  trx: Db,
  access: {
    readonly at: Date
    readonly kind: number
    readonly node: number
    readonly title: number | null
    readonly principal: string
    readonly address: string
  },
) =>
  trx
    .insertInto('SYS_Access')
    .values({
      SA_ID: sql<number>`next value for SYS_Access_SEQ`,
      SA_TS: access.at,
      SA_Kind: access.kind,
      SA_OT_ID: access.node,
      SA_OT_Title: access.title,
      SA_Principal: access.principal,
      SA_Address: access.address.slice(0, 45),
    })
    .execute()

/** Removes persons and addresses from what is older. @returns how many lines had one */
export async function anonymise(trx: Db, before: Date): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('SYS_Access')
    .set({ SA_Principal: null, SA_Address: null })
    .where('SA_TS', '<', before)
    .where(eb => eb.or([eb('SA_Principal', 'is not', null), eb('SA_Address', 'is not', null)]))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

export interface AccessFilter {
  readonly node?: number | undefined
  readonly user?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly before?: number | undefined
}

/** Newest first. @param filter.node a node, or a title with all that belonged to it */
export async function listAccesses(db: Db, filter: AccessFilter, limit: number) {
  const { node, user, from, to, before } = filter
  let query = db
    .selectFrom('SYS_Access')
    .select(['SA_ID as id', 'SA_TS as at', 'SA_Kind as kind', 'SA_OT_ID as node', 'SA_OT_Title as title'])
    .select(['SA_Principal as principal', 'SA_Address as address'])
    .orderBy('SA_ID', 'desc')
    .limit(limit)
  if (node !== undefined)
    query = query.where(eb => eb.or([eb('SA_OT_ID', '=', node), eb('SA_OT_Title', '=', node)]))
  if (user !== undefined) query = query.where('SA_Principal', '=', user)
  if (from) query = query.where('SA_TS', '>=', from)
  if (to) query = query.where('SA_TS', '<', to)
  if (before !== undefined) query = query.where('SA_ID', '<', before)
  return await query.execute()
}

export const groupings = ['day', 'month', 'title', 'domain'] as const
export interface StatisticFilter {
  readonly from: number
  readonly to: number
  readonly by: (typeof groupings)[number]
  /** Path of a domain: it and those below it */
  readonly below?: string | undefined
  readonly title?: number | undefined
}

/** The path of a domain, told by its id or name. */
export async function domainPath(db: Db, domain: string): Promise<string | undefined> {
  const found = db.selectFrom('OPR_Domain').select('OD_Path as path')
  const row = await (
    /^\d{1,9}$/.test(domain) ? found.where('OD_ID', '=', Number(domain)) : found.where('OD_Name', '=', domain)
  ).executeTakeFirst()
  return row?.path ?? undefined
}

/** Sums by day or month in their order, by title or domain with the most used first. */
export async function sums(db: Db, filter: StatisticFilter, limit: number) {
  const key = {
    day: sql`SST_Day`,
    month: sql`SST_Day / 100`,
    title: sql`SST_OT_ID`,
    domain: sql`SST_OD_ID`,
  }[filter.by]
  const of = (name: (typeof kinds.names)[number]) =>
    sql`sum(iif(SST_Kind = ${sql.lit(kinds.of(name))}, SST_Count, 0))`
  const isByTime = filter.by === 'day' || filter.by === 'month'
  const { rows } = await sql<{
    key: number
    views: number
    pages: number
    downloads: number
    masters: number
  }>`select first ${sql.lit(limit)} ${key} as "key", ${of('view')} as "views", ${of('page')} as "pages",
      ${of('download')} as "downloads", ${of('master')} as "masters"
    from SYS_Statistic where SST_Day between ${filter.from} and ${filter.to}
      ${filter.below === undefined ? sql`` : sql`and SST_OD_ID in (select OD_ID from OPR_Domain where OD_Path starting with ${filter.below})`}
      ${filter.title === undefined ? sql`` : sql`and SST_OT_ID = ${filter.title}`}
    group by 1 order by ${isByTime ? sql`1` : sql`sum(SST_Count) desc, 1`}`.execute(db)
  const labels = isByTime
    ? new Map<number, string>()
    : await labelsOf(
        db,
        filter.by === 'title',
        rows.map(row => row.key),
      )
  return rows.map(row => ({
    key: isByTime
      ? String(row.key).replace(/^(\d{4})(\d\d)(\d\d)?$/, (_, y, m, d) => [y, m, d].filter(Boolean).join('-'))
      : String(row.key),
    label: labels.get(row.key) ?? null,
    views: Number(row.views),
    pages: Number(row.pages),
    downloads: Number(row.downloads),
    masters: Number(row.masters),
  }))
}

async function labelsOf(db: Db, isTitle: boolean, ids: readonly number[]): Promise<Map<number, string>> {
  const labels = new Map<number, string>()
  for (const some of chunksOf(ids))
    for (const { id, caption } of isTitle
      ? await db
          .selectFrom('OPR_Tree')
          .select(['OT_ID as id', 'OT_Caption as caption'])
          .where('OT_ID', 'in', some)
          .execute()
      : await db
          .selectFrom('OPR_Domain')
          .select(['OD_ID as id', 'OD_Caption as caption'])
          .where('OD_ID', 'in', some)
          .execute())
      if (caption !== null) labels.set(id, caption)
  return labels
}
