// A table of titles that comes back: what differs from what is there is a change. A row whose title was changed meanwhile is refused, and stops
// none of the others; all changes of a table are one operation.
import { z } from 'zod'
import type { TypeSystem } from '../../config/types.ts'
import { Refusal } from '../../errors.ts'
import { type Actor, type Db, setContext } from '../../firebird/database.ts'
import { decodeTable, readCsv } from '../../formats/table/csv.ts'
import { readSmallZip } from '../../formats/table/small-zip.ts'
import { unguarded } from '../../formats/table/write.ts'
import { readXlsx } from '../../formats/table/xlsx.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { requireOfAuthor } from '../../people/sessions/index.ts'
import { nextBatch, record as log } from '../../system/log/index.ts'
import { lockNodes } from '../tree/index.ts'
import { BulkChange, type BulkItem, changeOne, prepare } from './bulk.ts'
import * as repository from './repository.ts'
import { cellsOf, changesOfRow, tableColumns, titleRows } from './table.ts'

export interface TableRow {
  readonly number: number
  readonly cells: ReadonlyMap<string, string>
  /** Why it is not what is seen in the sheet: nothing of it is taken for a change */
  readonly fault?: string | undefined
}
export interface SentTable {
  readonly rows: readonly TableRow[]
  /** Headings of no known meaning */
  readonly unknown: readonly string[]
}

/** @throws Refusal not-processable where it is no table of titles */
export function readTitleTable(bytes: Buffer, isWorkbook: boolean, maxBytes: number): SentTable {
  const [head, ...rows] = isWorkbook
    ? readXlsx(readSmallZip(bytes, 'The workbook', maxBytes))
    : readCsv(decodeTable(bytes))
  const names = (head?.fields ?? []).map(name => name.trim())
  for (const needed of ['id', 'version'])
    if (!names.includes(needed))
      throw new Refusal(
        'not-processable',
        `The table has no column ‘${needed}’; begin with one of GET /api/v1/titles/export.`,
      )
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at)
  if (twice !== undefined) throw new Refusal('not-processable', `The table has two columns ‘${twice}’.`)
  return {
    unknown: names.filter(name => name !== '' && !tableColumns.includes(name)),
    rows: rows.map(({ number, fields, fault }) => ({
      number,
      fault,
      cells: new Map(
        names.flatMap((name, at): [string, string][] =>
          tableColumns.includes(name)
            ? [[name, isWorkbook ? (fields[at] ?? '') : unguarded(fields[at] ?? '')]]
            : [],
        ),
      ),
    })),
  }
}

/** A row that is a change, as a job keeps it. */
export interface RowChange {
  readonly row: number
  readonly id: number
  readonly version: number
  readonly changes: readonly BulkChange[]
}
export interface RowItem extends BulkItem {
  readonly row: number
  readonly isRefused: boolean
}

const refused = (row: number, id: number, caption: string | null, message: string): RowItem => ({
  row,
  id,
  caption,
  changes: [],
  message,
  isRefused: true,
})

const staleSentence = (id: number, version: number, is: number): string =>
  `Title ${id} was changed since: the row is of version ${version}, and it has ${is} now. Export it again.`

const Changes = z.array(BulkChange)
const portion = 200

/** What each row changes, and which are refused. */
export async function compareRows(
  db: Db,
  types: TypeSystem,
  rows: readonly TableRow[],
): Promise<{ readonly changes: RowChange[]; readonly items: RowItem[] }> {
  const changes: RowChange[] = []
  const items: RowItem[] = []
  const seen = new Map<number, number>()
  for (let start = 0; start < rows.length; start += portion) {
    const some = rows.slice(start, start + portion)
    const numbers = some.map(({ cells }) => Number(cells.get('id')?.trim()))
    const titles = await repository.findMany(
      db,
      [...new Set(numbers)].filter(id => Number.isInteger(id) && id > 0 && id <= 2147483647),
    )
    const current = new Map((await titleRows(db, titles)).map(row => [row.title.id, row]))
    some.forEach(({ number, cells, fault }, at) => {
      const id = numbers[at] as number
      const found = current.get(id)
      const first = seen.get(id)
      const version = Number(cells.get('version')?.trim() || Number.NaN)
      if (!found || found.title.delState !== 0)
        items.push(
          refused(
            number,
            Number.isInteger(id) ? id : 0,
            null,
            `There is no title ‘${cells.get('id') ?? ''}’.`,
          ),
        )
      else if (fault !== undefined) items.push(refused(number, id, found.title.caption, fault))
      else if (first !== undefined)
        items.push(refused(number, id, found.title.caption, `Title ${id} stands in row ${first} already.`))
      else if (!Number.isInteger(version))
        items.push(
          refused(number, id, found.title.caption, `The version ‘${cells.get('version') ?? ''}’ is none.`),
        )
      else {
        seen.set(id, number)
        const { changes: wanted, told } = changesOfRow(cells, cellsOf(types, found))
        if (told.length > 0)
          items.push(refused(number, id, found.title.caption, `A table does not change ${told.join(', ')}.`))
        else if (wanted.length > 0 && version !== found.title.version)
          items.push(
            refused(number, id, found.title.caption, staleSentence(id, version, found.title.version)),
          )
        else if (wanted.length > 0) {
          const checked = Changes.safeParse(wanted)
          if (checked.success) changes.push({ row: number, id, version, changes: checked.data })
          else items.push(refused(number, id, found.title.caption, z.prettifyError(checked.error)))
        }
      }
    })
  }
  return { changes, items }
}

export interface TableOutcome {
  readonly items: readonly RowItem[]
  readonly changed: number
  readonly refused: number
  readonly batch: number | null
}

/** Changes the titles of rows, or tells what would change; a title that was changed since is left out by name. */
export async function changeRows(
  trx: Db,
  services: Services,
  rows: readonly RowChange[],
  { dryRun, actor }: { readonly dryRun: boolean; readonly actor: Actor },
): Promise<TableOutcome> {
  let batch: number | null = null
  if (!dryRun && rows.length > 0) {
    batch = await nextBatch(trx)
    await setContext(trx, { actor, batch })
    await lockNodes(trx, rows.map(({ id }) => id)) // prettier-ignore
  }
  const items: RowItem[] = []
  for (const { row, id, version, changes } of rows) {
    const title = await repository.find(trx, id)
    if (!title || title.version !== version)
      items.push(refused(row, id, title?.caption ?? null, staleSentence(id, version, title?.version ?? 0)))
    else {
      try {
        items.push({
          row,
          isRefused: false,
          ...(await changeOne(trx, services, title, prepare(changes), dryRun)),
        })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        items.push(refused(row, id, title.caption, error.message))
      }
    }
  }
  const changed = items.filter(item => item.changes.length > 0).length
  if (!dryRun && rows.length > 0)
    await log(trx, {
      entity: 'title',
      entityId: undefined,
      action: 'change-many',
      actor,
      data: { table: true, selected: rows.length, changed },
    })
  return { items, changed, refused: items.filter(item => item.isRefused).length, batch }
}

/** The change as a job: the same transaction, in the worker; rows that were refused before stand in its result, too. */
export const tableJob: JobHandler<Services> = async (services, context) => {
  const { rows, items, actor } = context.job.payload as { rows: RowChange[]; items: RowItem[]; actor: Actor }
  await context.progress(0, rows.length)
  return await services.database.inTransaction({ actor }, async trx => {
    const done = await changeRows(trx, services, rows, { dryRun: false, actor })
    await requireOfAuthor(services, trx, actor.name, 'meta:write')
    const refusals = [...items, ...done.items.filter(item => item.isRefused)]
    const outcome = {
      changed: done.changed,
      refused: refusals.length,
      batch: done.batch,
      messages: refusals.slice(0, 1000).map(({ row, message }) => `Row ${row}: ${message ?? ''}`),
    }
    await context.end(trx, outcome)
    return outcome
  })
}
