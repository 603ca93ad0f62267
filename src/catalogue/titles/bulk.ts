// Changes of many titles at once: set, add, remove and replace in the record's fields, in columns and in captions. Each title is read under
// its lock and changed from what it is then, so nobody's edit is lost; all change or none.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { type Actor, type Db, setContext } from '../../firebird/database.ts'
import {
  editMods,
  type FieldChange,
  type ModsChange,
  type ModsField,
  modsFieldNames,
} from '../../formats/mods/edit.ts'
import { readMods } from '../../formats/mods/read.ts'
import { type Replacer, replacerOf } from '../../formats/text/replace.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { requireOfAuthor } from '../../people/sessions/index.ts'
import { nextBatch, record as log } from '../../system/log/index.ts'
import { lockNodes, rename } from '../tree/index.ts'
import { manualOf, manualText, recordTitle } from './caption.ts'
import { list, type TitleFilter } from './list.ts'
import * as repository from './repository.ts'
import { replaceMods } from './store.ts'

/** Columns of texts that may be changed in bulk, by their names in the API; a number is set alone. */
export const textColumns = {
  sourceIdent: 250,
  provider: 120,
  signature: 500,
  physicalLocation: 500,
  mediaNumber: 250,
  owner: 500,
  orgForm: 100_000,
  webInfo1: 100_000,
  comment: 100_000,
  presentationUrl: 1000,
  referenceUrl: 1000,
} as const
type Column = keyof typeof textColumns
const columnNames = Object.keys(textColumns) as [Column, ...Column[]]

/** What bulk changes and tables can change. */
export const bulkFields = [
  'caption',
  ...columnNames,
  ...modsFieldNames.map(name => `mods.${name}` as const),
] as const
const Field = z.enum(bulkFields as unknown as [(typeof bulkFields)[number], ...(typeof bulkFields)[number][]])
const Value = z.string().min(1).max(100_000)

export const BulkChange = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('set'), field: Field, value: Value.nullable() }),
    z.strictObject({ action: z.literal('add'), field: Field, value: Value }),
    z.strictObject({ action: z.literal('remove'), field: Field, value: Value }),
    z.strictObject({
      action: z.literal('replace'),
      field: Field,
      find: Value.max(1000),
      with: z.string().max(10_000),
      pattern: z
        .boolean()
        .default(false)
        .meta({ description: '`find` is a regular expression (RE2), `$1` its first group' }),
      ignoreCase: z.boolean().default(false),
    }),
  ])
  .meta({
    id: 'BulkChange',
    description:
      'set: the one value afterwards, null for none. add: one more value, or the only one of a field that is not repeated. remove: takes a value away. replace: in every value.',
  })
export type BulkChange = z.output<typeof BulkChange>

export type Selection = { readonly ids: readonly number[] } | { readonly filter: TitleFilter }

/** Ids of the titles, in the order of ids. @throws Refusal not-found naming ids that are no titles */
export async function selectTitles(db: Db, selection: Selection): Promise<number[]> {
  if ('filter' in selection) {
    const found: number[] = []
    for (let after: { id: number } | undefined; ;) {
      const rows = await list(db, selection.filter, 'id', after, 1000)
      found.push(...rows.map(row => row.id))
      const last = rows.at(-1)
      if (rows.length < 1000 || !last) return found
      after = last
    }
  }
  const wanted = [...new Set(selection.ids)].sort((a, b) => a - b)
  const present = new Set<number>()
  for (let start = 0; start < wanted.length; start += 800)
    for (const row of await db
      .selectFrom('OPR_Content')
      .select('OC_OT_ID as id')
      .where('OC_OT_ID', 'in', wanted.slice(start, start + 800))
      .execute())
      // prettier-ignore
      present.add(row.id)
  const missing = wanted.filter(id => !present.has(id))
  if (missing.length > 0)
    throw new Refusal('not-found', `There ${missing.length === 1 ? 'is no title' : 'are no titles'} ${missing.slice(0, 20).join(', ')}.`, { missing: missing.slice(0, 1000) }) // prettier-ignore
  return wanted
}

export interface Prepared {
  readonly change: BulkChange
  readonly replacer: Replacer | undefined
}

function inText({ change, replacer }: Prepared, before: string | null): string | null {
  switch (change.action) {
    case 'set':
    case 'add':
      return change.value
    case 'remove':
      return before === change.value ? null : before
    case 'replace':
      return before === null ? null : replacer?.replace(before) || null
  }
}

const inRecord = ({ change, replacer }: Prepared): ModsChange => {
  const field = change.field.slice('mods.'.length) as ModsField
  return change.action === 'replace'
    ? { action: 'replace', field, replacer: replacer as Replacer }
    : ({ action: change.action, field, value: change.value } as ModsChange)
}

export interface BulkItem {
  readonly id: number
  readonly caption: string | null
  readonly changes: readonly FieldChange[]
  /** Why nothing was done, where that is not as it should be */
  readonly message: string | null
}

const asList = (text: string | null): string[] => (text === null ? [] : [text])

/** Changes a title that is locked, or tells what would change. */
export async function changeOne(
  trx: Db,
  services: Services,
  title: repository.Title,
  prepared: readonly Prepared[],
  dryRun: boolean,
): Promise<BulkItem> {
  const made: FieldChange[] = []
  const note = (field: string, before: string | null, after: string | null) => {
    if (before !== after) made.push({ field, before: asList(before), after: asList(after) })
  }
  const manual = manualOf(title)
  const comments = await repository.comments(trx, title.id)
  const stored = await repository.mods(trx, title.id)
  const columns: Record<string, string | null> = {}
  let caption = title.caption
  for (const part of prepared) {
    const { field } = part.change
    if (field.startsWith('mods.')) continue
    if (field === 'caption') {
      const isBack = part.change.action === 'set' && part.change.value === null
      caption = isBack ? ((await recordTitle(trx, title.id)) ?? caption) : inText(part, caption)
      if (isBack) manual.delete('caption')
      else if (caption !== title.caption) manual.add('caption')
      continue
    }
    const before = columns[field] ?? ({ ...title, ...comments } as Record<string, unknown>)[field]
    const after = inText(part, (before as string | null) ?? null)
    if (after !== null && after.length > textColumns[field as Column])
      throw new Refusal('not-processable', `Title ${title.id}: ${field} would have ${after.length} characters; at most ${textColumns[field as Column]} are possible.`) // prettier-ignore
    if (after !== ((before as string | null) ?? null)) columns[field] = after
  }
  for (const [field, after] of Object.entries(columns)) {
    note(
      field,
      (({ ...title, ...comments } as Record<string, unknown>)[field] as string | null) ?? null,
      after,
    )
    manual.add(field)
  }
  const record = prepared.filter(({ change }) => change.field.startsWith('mods.')).map(inRecord)
  const edited = record.length > 0 && stored?.xml ? editMods(stored.xml, record) : undefined
  const [after] =
    edited && edited.changes.length > 0
      ? readMods(edited.xml, { name: `The record of title ${title.id}` })
      : []
  made.push(...(edited?.changes ?? []).map(change => ({ ...change, field: `mods.${change.field}` })))
  if (after && caption === title.caption) {
    // a caption by hand does not follow the record, but a word put right in its title is put right here, too
    const same = prepared.filter(({ change }) => change.field === 'mods.title' && change.action === 'replace')
    caption = manual.has('caption')
      ? same.reduce((text: string | null, part) => inText(part, text), caption)
      : (after.mods.title ?? caption)
  }
  note('caption', title.caption, caption)
  if (!dryRun && made.length > 0) {
    if (after) await replaceMods(trx, services, title, after, 'edited')
    await repository.update(trx, title.id, { ...columns, manual: manualText(manual) || null })
    if (caption !== title.caption) await rename(trx, title.id, caption)
  }
  const lacksRecord = record.length > 0 && !stored?.xml
  return {
    id: title.id,
    caption,
    changes: made,
    message: lacksRecord ? `Title ${title.id} has no record that could be changed.` : null,
  }
}

export const prepare = (changes: readonly BulkChange[]): Prepared[] =>
  changes.map(change => ({
    change,
    replacer:
      change.action === 'replace'
        ? replacerOf({
            find: change.find,
            with: change.with,
            isPattern: change.pattern,
            ignoreCase: change.ignoreCase,
          })
        : undefined,
  }))

export interface BulkOutcome {
  readonly items: readonly BulkItem[]
  readonly selected: number
  readonly changed: number
}

const shownItems = 1000

/** Changes titles, or tells what would change. */
export async function changeMany(
  trx: Db,
  services: Services,
  ids: readonly number[],
  changes: readonly BulkChange[],
  { dryRun, actor }: { readonly dryRun: boolean; readonly actor: Actor },
): Promise<BulkOutcome & { batch: number | null }> {
  const prepared = prepare(changes)
  let batch: number | null = null
  if (!dryRun) {
    batch = await nextBatch(trx)
    await setContext(trx, { actor, batch })
    await lockNodes(trx, ids)
  }
  const items: BulkItem[] = []
  let changed = 0
  for (const id of ids) {
    const title = await repository.find(trx, id)
    if (!title) continue
    const item = await changeOne(trx, services, title, prepared, dryRun)
    if (item.changes.length > 0) changed++
    if ((item.changes.length > 0 || item.message !== null) && items.length < shownItems) items.push(item)
  }
  if (!dryRun)
    await log(trx, {
      entity: 'title',
      entityId: ids.length === 1 ? ids[0] : undefined,
      action: 'change-many',
      actor,
      data: { changes, selected: ids.length, changed },
    })
  return { items, selected: ids.length, changed, batch }
}

/** The change as a job: the same transaction, in the worker. */
export const bulkJob: JobHandler<Services> = async (services, context) => {
  const { ids, changes, actor } = context.job.payload as {
    ids: number[]
    changes: BulkChange[]
    actor: Actor
  }
  await context.progress(0, ids.length)
  return await services.database.inTransaction({ actor }, async trx => {
    const { items: _, ...outcome } = await changeMany(trx, services, ids, changes, { dryRun: false, actor })
    await requireOfAuthor(services, trx, actor.name, 'meta:write')
    await context.end(trx, outcome)
    return outcome
  })
}
