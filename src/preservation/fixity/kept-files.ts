// The files that the archive has to keep, in the order of their addresses, a portion at a time: memory does not grow with the archive, and an
// address tells how much of it is done, because hashes are spread evenly.
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { isNotFreed } from '../../catalogue/pages/index.ts'
import type { Kind } from './codes.ts'

export interface KeptFile {
  readonly what: Kind
  readonly address: string
  /** algorithm:hexadecimal */
  readonly expected: string
  readonly nodeId: number | null
}

/** What a run looks at. */
export type Scope =
  | { readonly kind: 'round' | 'all' }
  | { readonly kind: 'title'; readonly id: number; readonly path: string }
  | { readonly kind: 'since'; readonly moment: Date }

const portion = 500

interface Row {
  readonly url: string
  readonly hashsum: string | null
  readonly nodeId: number | null
  readonly what: Kind
}

interface Source {
  readonly what: Kind
  readonly table: string
  readonly prefix: string
  /** When the file was last another one */
  readonly changed: string
  readonly isKept: RawBuilder<unknown>
  /** Files of orders are no node's, and of no domain */
  readonly isOfNoNode?: true
}

const sources: readonly Source[] = [
  {
    what: 'master',
    table: 'OPR_Page',
    prefix: 'OP',
    changed: 'OP_ModificationTimestamp',
    isKept: sql`OP_State in (1, 4)`,
  },
  {
    what: 'master',
    table: 'OPR_PageHistory',
    prefix: 'OPH',
    changed: 'OPH_InsertTS',
    isKept: sql`OPH_State in (1, 4) and ${isNotFreed}`,
  },
  { what: 'text', table: 'OPR_Fulltext', prefix: 'OF', changed: 'OF_UpdateTS', isKept: sql`1 = 1` },
  { what: 'file', table: 'OPR_Attachment', prefix: 'OAT', changed: 'OAT_UpdateTS', isKept: sql`1 = 1` },
  {
    what: 'file',
    table: 'OPR_AttachmentHistory',
    prefix: 'OATH',
    changed: 'OATH_InsertTS',
    isKept: sql`1 = 1`,
  },
  { what: 'text', table: 'OPR_FulltextHistory', prefix: 'OFH', changed: 'OFH_InsertTS', isKept: sql`1 = 1` },
  {
    what: 'file',
    table: 'OPR_OrderFile',
    prefix: 'OOF',
    changed: 'OOF_InsertTS',
    isKept: sql`1 = 1`,
    isOfNoNode: true,
  },
]

async function portionOf(db: Db, source: Source, scope: Scope, after: string): Promise<Row[]> {
  const { what, table, prefix, changed, isKept, isOfNoNode } = source
  const column = (name: string) => sql.raw(`${prefix}_${name}`)
  // a title has few files: they are found by the title and sorted, not looked for along the whole index; the left join states that order
  const isTitle = scope.kind === 'title'
  if (isTitle && isOfNoNode) return []
  const node = isOfNoNode ? sql`cast(null as integer)` : column('OT_ID')
  const url = isTitle ? sql.raw(`${prefix}_Url || ''`) : column('Url')
  const from = isTitle
    ? sql`OPR_Tree t left join ${sql.raw(table)} on ${column('OT_ID')} = t.OT_ID`
    : sql.raw(table)
  const within = isTitle
    ? sql`and t.OT_Path starting with ${scope.path}`
    : scope.kind === 'since'
      ? sql`and ${sql.raw(changed)} >= ${scope.moment}`
      : sql``
  const { rows } = await sql<Omit<Row, 'what'>>`
    select ${column('Url')} as "url", ${column('Hashsum')} as "hashsum", ${node} as "nodeId" from ${from}
    where ${url} > ${after} and ${isKept} ${within} order by ${url} fetch next ${sql.lit(portion)} rows only`.execute(
    db,
  )
  return rows.map(row => ({ ...row, what }))
}

/** Address of a file, without the page in it. */
const fileOf = (url: string): string => url.replace(/#.*$/, '')

/** Sorts behind every page of a file and before the next file. */
const behind = (address: string): string => `${address}#~`

const byUrl = (a: Row, b: Row): number => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0)

/** Each file once. @param after address that is done, with all before it */
export async function* keptFiles(db: Db, scope: Scope, after: string | null): AsyncGenerator<KeptFile> {
  let done = after
  for (;;) {
    const from = done === null ? '' : behind(done)
    const parts: Row[][] = []
    for (const source of sources) parts.push(await portionOf(db, source, scope, from))
    // beyond the end of a full portion its source has rows that are not known yet
    const [bound] = parts
      .filter(part => part.length === portion)
      .map(part => (part.at(-1) as Row).url)
      .sort()
    const rows = parts.flat().filter(row => bound === undefined || row.url <= bound)
    for (const row of rows.sort(byUrl)) {
      const address = fileOf(row.url)
      if (address === done) continue
      done = address
      yield {
        what: row.what,
        address,
        expected: row.hashsum ?? `sha256:${address.slice(-64)}`,
        nodeId: row.nodeId,
      }
    }
    if (bound === undefined) return
  }
}

/** Whether something needs a file still. */
export async function isKept(db: Db, address: string): Promise<boolean> {
  for (const { table, prefix, isKept: kept } of sources) {
    const column = sql.raw(`${prefix}_Url`)
    const { rows } =
      await sql`select first 1 1 as "one" from ${sql.raw(table)} where ${column} >= ${address} and ${column} < ${behind(address)} and ${kept}`.execute(
        db,
      )
    if (rows.length > 0) return true
  }
  return false
}

/** A domain that needs a file, and as what. */
export interface FileDomain {
  readonly address: string
  readonly what: Kind
  /** null: of none, and kept where the installation keeps its files */
  readonly domainId: number | null
}

/** Which domains need the files from one address to another. */
export async function domainsOfFiles(db: Db, first: string, last: string): Promise<FileDomain[]> {
  const found = new Map<string, FileDomain>()
  for (const { what, table, prefix, isKept: kept, isOfNoNode } of sources) {
    const column = (name: string) => sql.raw(`${prefix}_${name}`)
    const domain = isOfNoNode ? sql`cast(null as integer)` : sql`OT_OD_ID`
    const tree = isOfNoNode ? sql`` : sql`inner join OPR_Tree on OT_ID = ${column('OT_ID')} + 0`
    const { rows } = await sql<{ url: string; domainId: number | null }>`
      select ${column('Url')} as "url", ${domain} as "domainId" from ${sql.raw(table)} ${tree}
      where ${column('Url')} >= ${first} and ${column('Url')} < ${behind(last)} and ${kept}`.execute(db)
    for (const { url, domainId } of rows) {
      const address = fileOf(url)
      found.set(`${address} ${what} ${domainId}`, { address, what, domainId })
    }
  }
  return [...found.values()]
}

/** How far an address is in the archive, 0 to 1. */
export const shareOf = (address: string): number =>
  Number.parseInt(address.slice(-64).slice(0, 8), 16) / 2 ** 32
