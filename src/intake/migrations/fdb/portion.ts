// Some titles of theirs with all that belongs to them but the titles below: what is read at once, and stored in one transaction.
import { type Columns, defaultsOf, otherThan, prefixOf, type Row, shared, type Taken } from './columns.ts'
import { documented, type Source } from './source.ts'

/** Tables of versions, with the prefix that they have here and that of what they are versions of. */
export const histories = [
  ['OPR_TreeHistory', 'OTH', 'OT'],
  ['OPR_ContentHistory', 'OCH', 'OC'],
  ['OPR_ContentXmlHistory', 'OCXH', 'OC'],
  ['OPR_Comment', 'OCM', 'OC'],
  ['OPR_PageHistory', 'OPH', 'OP'],
] as const

export interface TakenHistory {
  readonly table: (typeof histories)[number][0]
  readonly prefix: string
  readonly prefixThere: string
  readonly taken: readonly Taken[]
  /** Prefix of what they are versions of */
  readonly ofTable: (typeof histories)[number][2]
  /** Columns here that theirs does not have */
  readonly columns: readonly string[]
  readonly defaults: Readonly<Record<string, unknown>>
}

/** Follow from other columns here, or name places that are theirs alone. */
const own: readonly string[] = ['OT_Path', 'OT_Batch', 'OT_InsertBatch', 'OT_Version', 'OC_ID', 'OC_OT_MetaParent', 'OC_MpMode', 'OC_PageCache', 'OC_PagesShown', 'OC_TextState', 'OC_TextShown', 'OP_ID', 'OP_OIP_ID', 'OP_Webcache', 'OP_WebcacheSize', 'OP_IccState'] // prettier-ignore

export interface Reading {
  readonly tree: readonly Taken[]
  readonly content: readonly Taken[]
  readonly page: readonly Taken[]
  readonly histories: readonly TakenHistory[]
}

export function readingOf(theirs: Columns, ours: Columns): Reading {
  const columns = (table: string, prefix: string) =>
    shared(theirs, ours, table, prefix).filter(({ to }) => !own.includes(to))
  return {
    tree: columns('OPR_Tree', 'OT'),
    content: columns('OPR_Content', 'OC'),
    page: columns('OPR_Page', 'OP'),
    histories: histories.flatMap(([table, prefix, ofTable]) => {
      const prefixThere = prefixOf(theirs, table)
      if (prefixThere === undefined) return []
      const taken = shared(theirs, ours, table, prefix, prefixThere)
      const defaults = defaultsOf(ours, table, taken)
      return [
        { table, prefix, ofTable, prefixThere, taken, columns: otherThan(ours, table, taken), defaults },
      ]
    }),
  }
}

const systemTables = /^(OPR_(TREE|CONTENT|PAGE|DOMAIN)|TMP_\w+)$/

/** What is in the backup and is not brought over, as sentences. */
export async function notTaken(
  source: Source,
  { tree, content, page, histories: versions }: Reading,
): Promise<string[]> {
  const notes: string[] = []
  const known = new Map<string, readonly Taken[]>([['OPR_TREE', tree], ['OPR_CONTENT', content], ['OPR_PAGE', page], ...versions.map(({ table, taken }) => [table.toUpperCase(), taken] as const)]) // prettier-ignore
  for (const [table, columns] of source.columns) {
    const taken = known.get(table)
    if (taken) {
      const left = [...columns.keys()].filter(
        name =>
          !taken.some(({ from }) => from === name) && !own.some(column => column.toUpperCase() === name),
      )
      if (left.length > 0) notes.push(`Not taken: the columns ${left.join(', ')} of ${table}.`)
    } else if (!systemTables.test(table)) {
      const [row] = await source.all(`select count(*) as "count" from "${table}"`)
      if (Number(row?.['count']) > 0)
        notes.push(`Not taken: ${String(row?.['count'])} rows of ${table}, whose meaning is not documented.`)
    }
  }
  return notes
}

export interface Unit {
  readonly root: number
  /** The root first, each node behind its parent */
  readonly nodes: readonly Row[]
}

export interface Portion {
  readonly units: readonly Unit[]
  /** By OT_ID */
  readonly content: ReadonlyMap<number, Row>
  readonly pages: ReadonlyMap<number, Row>
  /** Of each history, in their order */
  readonly histories: readonly { readonly history: TakenHistory; readonly rows: readonly Row[] }[]
}

/** The row of a page, where the node is one. */
export function pagesOf(portion: Portion, node: Row): Row[] {
  const row = portion.pages.get(node['OT_ID'] as number)
  return row ? [row] : []
}

/** The tops of portions: titles, and what stands at the top of a domain. Titles above come first. */
export const rootsText = `select OT_ID from OPR_Tree t where OT_OT_Link is null and OT_RCV_Datatype <> ${documented.domain}
  and (OT_RCV_Datatype = ${documented.title} or OT_OT_Parent is null or exists (select 1 from OPR_Tree p where p.OT_ID = t.OT_OT_Parent and p.OT_RCV_Datatype = ${documented.domain}))
  order by char_length(OT_Path) - char_length(replace(OT_Path, '|', '')), OT_ID`

const byNode = (rows: readonly Row[], key: string): Map<number, Row> =>
  new Map(rows.map(row => [row[key] as number, row]))

export async function readPortion(
  source: Source,
  reading: Reading,
  roots: readonly number[],
): Promise<Portion> {
  const owner = new Map<number, number>()
  const nodes = new Map<number, Row[]>(roots.map(id => [id, []]))
  let level = await source.rowsOf('OPR_Tree', 'OT_ID', reading.tree, roots)
  for (const row of level) owner.set(row['OT_ID'] as number, row['OT_ID'] as number)
  while (level.length > 0) {
    for (const row of level) nodes.get(owner.get(row['OT_ID'] as number) as number)?.push(row)
    level = await source.rowsOf(
      'OPR_Tree',
      'OT_OT_Parent',
      reading.tree,
      level.map(row => row['OT_ID'] as number),
      `where OT_OT_Link is null and OT_RCV_Datatype not in (${documented.title}, ${documented.domain}) order by OT_OT_Parent, OT_Sort, OT_ID`,
    )
    for (const row of level)
      owner.set(row['OT_ID'] as number, owner.get(row['OT_OT_Parent'] as number) as number)
  }
  const ids = [...owner.keys()]
  return {
    units: [...nodes].map(([root, rows]) => ({ root, nodes: rows })),
    content: byNode(await source.rowsOf('OPR_Content', 'OC_OT_ID', reading.content, ids), 'OC_OT_ID'),
    pages: byNode(await source.rowsOf('OPR_Page', 'OP_OT_ID', reading.page, ids), 'OP_OT_ID'),
    histories: await versionsOf(source, reading, ids),
  }
}

async function versionsOf(
  source: Source,
  reading: Reading,
  ids: readonly number[],
): Promise<Portion['histories']> {
  const found: { history: TakenHistory; rows: Row[] }[] = []
  for (const history of reading.histories) {
    const { table, prefixThere, taken } = history
    const columns = source.columns.get(table.toUpperCase())
    const order =
      [`${prefixThere}_ID`, `${prefixThere}_INSERTTS`].find(name => columns?.has(name)) ??
      `${prefixThere}_OT_ID`
    found.push({
      history,
      rows: await source.rowsOf(table, `${prefixThere}_OT_ID`, taken, ids, `order by ${order}`),
    })
  }
  return found
}
