// Titles as rows of a table that comes back changed: each column is a field that bulk changes know; id and version say what a row is about.
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { fieldValues, modsFieldNames } from '../../formats/mods/edit.ts'
import { isWithheld } from '../../formats/table/write.ts'
import { type BulkChange, bulkFields, textColumns } from './bulk.ts'
import { list, type TitleFilter, type TitleSort } from './list.ts'
import type { Title } from './repository.ts'

/** Said for people; a table does not change them. */
const toldColumns = ['type', 'state', 'pages'] as const
export const tableColumns: readonly string[] = ['id', 'version', ...toldColumns, ...bulkFields]

/** Values of a field that is repeated stand in lines of their cell. */
const asCell = (values: readonly string[]): string => values.join('\n')
const asValues = (cell: string): string[] => [
  ...new Set(
    cell
      .split(/\r?\n/)
      .map(line => line.trim())
      .filter(line => line !== ''),
  ),
]

export interface TitleRow {
  readonly title: Title
  readonly comments: Readonly<Record<string, string | null>>
  readonly xml: string | null
}

/** Columns and records of titles; those that are not there are left out. */
export async function titleRows(db: Db, titles: readonly Title[]): Promise<TitleRow[]> {
  if (titles.length === 0) return []
  const found = await db
    .selectFrom('OPR_Content')
    .select([
      'OC_OT_ID as id',
      'OC_XML as xml',
      'OC_Comment as comment',
      'OC_OrgForm as orgForm',
      'OC_WebInfo1 as webInfo1',
    ])
    .where(
      'OC_OT_ID',
      'in',
      titles.map(title => title.id),
    ) // prettier-ignore
    .execute()
  const byId = new Map(found.map(({ id, xml, ...comments }) => [id, { xml, comments }]))
  return titles.flatMap(title => {
    const rest = byId.get(title.id)
    return rest ? [{ title, ...rest }] : []
  })
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Each field as its cell shows it. */
export function cellsOf(types: TypeSystem, { title, comments, xml }: TitleRow): Map<string, string> {
  const mods = xml === null ? undefined : fieldValues(xml)
  const values: Record<string, unknown> = { ...title, ...comments }
  return new Map<string, string>([
    ['id', String(title.id)],
    ['version', String(title.version)],
    ['type', types.ofNumbers(title.datatype, title.type)?.name ?? ''],
    ['state', title.state === 1 ? 'released' : 'hidden'],
    ['pages', String(title.pageCache)],
    ['caption', title.caption ?? ''],
    ...Object.keys(textColumns).map((name): [string, string] => [name, textOf(values[name])]),
    ...modsFieldNames.map((name): [string, string] => [`mods.${name}`, asCell(mods?.[name] ?? [])]),
  ])
}

const portion = 200

/** All titles of a filter as rows, a portion at a time. */
export async function* tableRows(
  db: Db,
  types: TypeSystem,
  filter: TitleFilter,
  sort: TitleSort,
  sees: ((title: Title) => boolean) | undefined,
): AsyncGenerator<readonly string[]> {
  yield tableColumns
  for (let after: Title | undefined; ;) {
    const titles = await list(db, filter, sort, after, portion)
    for (const row of await titleRows(db, sees ? titles.filter(sees) : titles)) {
      const cells = cellsOf(types, row)
      yield tableColumns.map(name => cells.get(name) ?? '')
    }
    const last = titles.at(-1)
    if (!last || titles.length < portion) return
    after = last
  }
}

/** What a cell says that differs from what is there, as changes. */
function changesOfCell(name: string, before: string, after: string): BulkChange[] {
  const field = name as BulkChange['field']
  if (!name.startsWith('mods.')) return [{ action: 'set', field, value: after.trim() === '' ? null : after }]
  const [had, wanted] = [asValues(before), asValues(after)]
  const gone = had.filter(value => !wanted.includes(value))
  const added = wanted.filter(value => !had.includes(value))
  // one value for another keeps its element with what that says beside
  if (had.length <= 1 && wanted.length <= 1) return [{ action: 'set', field, value: wanted[0] ?? null }]
  return [
    ...gone.map((value): BulkChange => ({ action: 'remove', field, value })),
    ...added.map((value): BulkChange => ({ action: 'add', field, value })),
  ]
}

const isTold = (name: string): boolean => (toldColumns as readonly string[]).includes(name)
const same = (a: string, b: string): boolean =>
  a.replaceAll('\r\n', '\n').trim() === b.replaceAll('\r\n', '\n').trim()

export interface CellChanges {
  readonly changes: readonly BulkChange[]
  /** Columns that a table does not change, and that differ */
  readonly told: readonly string[]
}

/** @param cells of a row by the names of their columns */
export function changesOfRow(
  cells: ReadonlyMap<string, string>,
  current: ReadonlyMap<string, string>,
): CellChanges {
  const changes: BulkChange[] = []
  const told: string[] = []
  for (const [name, after] of cells) {
    const before = current.get(name)
    if (before === undefined || name === 'id' || name === 'version' || isWithheld(after)) continue
    if (same(before, after)) continue
    if (isTold(name)) told.push(name)
    else changes.push(...changesOfCell(name, before, after))
  }
  return { changes, told }
}
