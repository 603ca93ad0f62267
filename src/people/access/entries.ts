// Entries of rights as a process holds them: all of them, by the level that they hang on. They are few beside the tree.
import { sql } from 'kysely'
import ipaddr from 'ipaddr.js'
import type { Db } from '../../firebird/database.ts'
import type { Verb } from '../../http/sight.ts'

/** Whom an entry is about, as stored in PA_Subject. */
export const subjectKinds = { everyone: 0, user: 1, group: 2, range: 3 } as const

export interface Entry {
  readonly id: number
  readonly nodeId: number | null
  readonly domainId: number | null
  readonly subject: number
  readonly userId: number | null
  readonly groupId: number | null
  readonly range: string | null
  readonly right: Verb
  /** With see-image: the widest image, in pixels */
  readonly width: number | null
  /** 1 allowed, 0 denied */
  readonly grant: number
  readonly from: Date | null
  readonly until: Date | null
  readonly note: string | null
}

/** What hangs on one node or domain. */
export interface Level {
  readonly entries: readonly Entry[]
  /** Inherits nothing from above */
  readonly isPrivate: boolean
}

/** All entries, as of one number of PRV_AclState. */
export interface Snapshot {
  readonly number: number
  readonly nodes: ReadonlyMap<number, Level>
  readonly domains: ReadonlyMap<number, Level>
  /** A domain and those above it, the domain itself first */
  readonly lineage: ReadonlyMap<number, readonly number[]>
  /** Domains by name, short name, reference and id */
  readonly domainIds: ReadonlyMap<string, number>
  /** Moments at which an entry begins or ends, in order, in ms */
  readonly boundaries: readonly number[]
  /** Ranges that entries name, with a test for an address */
  readonly ranges: ReadonlyMap<string, (address: string) => boolean>
}

export async function currentNumber(db: Db): Promise<number> {
  const row = await db
    .selectFrom('PRV_AclState')
    .select('PAS_Number as number')
    .where('PAS_ID', '=', 1)
    .executeTakeFirst()
  return Number(row?.number ?? 0)
}

/** Whether an address lies in a range in CIDR notation; an IPv4 address inside an IPv6 one counts as itself. */
export function inRange(range: string): (address: string) => boolean {
  const [network, bits] = ipaddr.parseCIDR(range)
  return text => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.process(text)
    return address.kind() === network.kind() && address.match(network, bits)
  }
}

const idsOf = (path: string | null): number[] =>
  (path ?? '')
    .split('|')
    .filter(part => part !== '')
    .map(Number)

/** Reads all entries. The number is read first: a change meanwhile is noticed by the next look. */
export async function readSnapshot(db: Db): Promise<Snapshot> {
  const number = await currentNumber(db)
  const { rows: entries } = await sql<Entry>`
    select PA_ID as "id", PA_OT_ID as "nodeId", PA_OD_ID as "domainId", PA_Subject as "subject", PA_PU_ID as "userId", PA_PG_ID as "groupId",
      PA_Range as "range", PA_Right as "right", PA_Width as "width", PA_Grant as "grant", PA_From as "from", PA_Until as "until", PA_Note as "note"
    from PRV_Acl order by PA_ID`.execute(db)
  const privates = await db
    .selectFrom('PRV_AclPrivate')
    .select(['PAP_OT_ID as nodeId', 'PAP_OD_ID as domainId'])
    .execute()
  const domainRows = await db
    .selectFrom('OPR_Domain')
    .select([
      'OD_ID as id',
      'OD_Path as path',
      'OD_Name as name',
      'OD_ShortName as shortName',
      'OD_Reference as reference',
    ])
    .execute()
  const nodes = new Map<number, { entries: Entry[]; isPrivate: boolean }>()
  const domains = new Map<number, { entries: Entry[]; isPrivate: boolean }>()
  const levelOf = (at: { readonly nodeId: number | null; readonly domainId: number | null }) => {
    const [levels, id] = at.nodeId !== null ? [nodes, at.nodeId] : [domains, at.domainId as number]
    let level = levels.get(id)
    if (!level) levels.set(id, (level = { entries: [], isPrivate: false }))
    return level
  }
  for (const entry of entries) levelOf(entry).entries.push(entry)
  for (const row of privates) levelOf(row).isPrivate = true
  const ranges = new Map<string, (address: string) => boolean>()
  for (const { range } of entries) if (range !== null && !ranges.has(range)) ranges.set(range, inRange(range))
  return {
    number,
    nodes,
    domains,
    lineage: new Map(domainRows.map(row => [row.id, idsOf(row.path).reverse()])),
    domainIds: new Map(
      domainRows.flatMap(({ id, name, shortName, reference }) =>
        [reference, shortName, name, String(id)]
          .filter(each => each !== null)
          .map((each): [string, number] => [each, id]),
      ),
    ),
    boundaries: [
      ...new Set(
        entries.flatMap(({ from, until }) => [from, until].filter(at => at !== null).map(at => at.getTime())),
      ),
    ].sort((a, b) => a - b),
    ranges,
  }
}
