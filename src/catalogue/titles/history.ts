// Versions of a title. Triggers keep the state that each change replaced, in one of three tables by what changed; here
// they are one list, with the difference each change made, and a way back.
import { sql } from 'kysely'
import { idIn } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { readMods } from '../../formats/mods/read.ts'
import { patchOf } from '../../formats/text/difference.ts'
import { type ContentFields, columnOf } from './repository.ts'
import * as repository from './repository.ts'
import { type Message, replaceMods } from './store.ts'

export type Kind = 'mods' | 'fields' | 'comments'

export interface Entry {
  readonly n: string
  readonly kind: Kind
  readonly batch: number | null
  readonly actor: string | null
  readonly application: string | null
  readonly reason: string | null
  readonly at: Date
}

/** Per kind: table, prefix, and the columns it keeps: API name -> column without prefix. */
export const kinds = {
  mods: { table: 'OPR_ContentXmlHistory', prefix: 'OCXH', fields: { xml: 'XML', xmlOrigin: 'XmlOrigin' } },
  comments: {
    table: 'OPR_Comment',
    prefix: 'OCM',
    fields: { comment: 'Comment', orgForm: 'OrgForm', webInfo1: 'WebInfo1' },
  },
  fields: {
    table: 'OPR_ContentHistory',
    prefix: 'OCH',
    fields: {
      delivererId: 'OT_Deliverer',
      titlepageId: 'OT_Titlepage',
      titlepageMode: 'OT_TitlepageMode',
      sourceIdent: 'SourceIdent',
      provider: 'Provider',
      signature: 'Signature',
      physicalLocation: 'PhysicalLocation',
      mediaNumber: 'MediaNumber',
      owner: 'Owner',
      pageCount: 'PageCount',
      orderDate: 'SC_OrderDate',
      deliveryDate: 'SC_DeliveryDate',
      maxAccessCount: 'MaxAccessCount',
      readingDirection: 'ReadingDirection',
      presentationUrl: 'PresentationUrl',
      referenceUrl: 'ReferenceUrl',
      oaiIdent: 'OaiIdent',
      eMail: 'EMail',
      generateIdentifier: 'GenerateIdentifier',
    },
  },
} as const

const source = (kind: Kind) => kinds[kind]
const column = (kind: Kind, name: string) => sql.ref(`${source(kind).prefix}_${name}`.toUpperCase())

function select(kind: Kind, db: Db, condition: ReturnType<typeof sql>) {
  const name = (part: string) => column(kind, part)
  return sql<
    Omit<Entry, 'n' | 'kind'> & { id: number }
  >`select ${name('ID')} as "id", ${name('Batch')} as "batch", ${name('Actor')} as "actor", ${name('Application')} as "application",
    ${name('Reason')} as "reason", ${name('InsertTS')} as "at" from ${sql.table(source(kind).table.toUpperCase())} where ${condition} order by ${name('ID')} desc`.execute(
    db,
  )
}

/** All versions, newest first. */
export async function entries(db: Db, titleId: number): Promise<Entry[]> {
  const all: Entry[] = []
  for (const kind of Object.keys(kinds) as Kind[]) {
    const { rows } = await select(kind, db, sql`${column(kind, 'OT_ID')} = ${titleId}`)
    for (const { id, ...row } of rows) all.push({ n: `${kind}-${id}`, kind, ...row })
  }
  return all.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.n < b.n ? 1 : -1))
}

type State = Record<string, unknown>

async function stateOf(
  db: Db,
  kind: Kind,
  condition: ReturnType<typeof sql>,
  ascending: boolean,
): Promise<State | undefined> {
  const fields = Object.entries(source(kind).fields).map(
    ([name, part]) => sql`${column(kind, part)} as ${sql.ref(name)}`,
  )
  const { rows } =
    await sql<State>`select ${sql.join(fields)} from ${sql.table(source(kind).table.toUpperCase())} where ${condition}
    order by ${column(kind, 'ID')} ${ascending ? sql`asc` : sql`desc`} fetch next 1 rows only`.execute(db)
  return rows[0]
}

async function currentState(db: Db, kind: Kind, titleId: number): Promise<State> {
  const fields = Object.keys(source(kind).fields).map(
    name => sql`${sql.ref(columnOf[name as keyof typeof columnOf].toUpperCase())} as ${sql.ref(name)}`,
  )
  const { rows } =
    await sql<State>`select ${sql.join(fields)} from OPR_Content where OC_OT_ID = ${titleId}`.execute(db)
  return rows[0] ?? {}
}

export interface VersionDetails {
  readonly entry: Entry
  readonly state: State
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[]
  readonly diff: string | undefined
}

/** A column's value as text, so that dates and numbers compare by what they say. */
const written = (value: unknown): string =>
  value instanceof Date
    ? value.toISOString()
    : value === null || value === undefined
      ? ''
      : `${value as string | number}`

const parse = (n: string): { kind: Kind; id: number } => {
  const [kind, id] = n.split('-')
  return { kind: kind as Kind, id: idIn(id) ?? 0 }
}

/** What a change replaced and what it put there. @throws Refusal not-found */
export async function version(db: Db, titleId: number, n: string): Promise<VersionDetails> {
  const { kind, id } = parse(n)
  const here = sql`${column(kind, 'OT_ID')} = ${titleId} and ${column(kind, 'ID')} = ${id}`
  const { rows } = await select(kind, db, here)
  const [row] = rows
  const state = await stateOf(db, kind, here, true)
  if (!row || !state) throw new Refusal('not-found', `Title ${titleId} has no version ${n}.`)
  const after =
    (await stateOf(
      db,
      kind,
      sql`${column(kind, 'OT_ID')} = ${titleId} and ${column(kind, 'ID')} > ${id}`,
      true,
    )) ?? (await currentState(db, kind, titleId))
  const { id: _, ...facts } = row
  const changes = Object.keys(state)
    .filter(field => written(state[field]) !== written(after[field]))
    .map(field => ({ field, before: state[field] ?? null, after: after[field] ?? null }))
  const diff = kind === 'mods' ? patchOf(written(state['xml']), written(after['xml'])) : undefined
  return { entry: { n, kind, ...facts }, state, changes, diff }
}

/** Puts a replaced state back; that is itself a change with its version. */
export async function restore(
  trx: Db,
  services: Services,
  title: repository.Title,
  n: string,
): Promise<Message[]> {
  const { entry, state } = await version(trx, title.id, n)
  if (entry.kind !== 'mods') {
    await repository.update(trx, title.id, state as ContentFields)
    return []
  }
  const xml = state['xml'] as string | null
  if (xml === null)
    throw new Refusal(
      'conflict',
      `Version ${n} of title ${title.id} is the state without a record; it cannot be restored.`,
    )
  const [record] = readMods(xml, { name: `Version ${n}` })
  return record ? await replaceMods(trx, services, title, record, 'edited') : []
}

/** Fields of OPR_Content that changed after a time, for the sentence of a 412. */
export async function changedSince(db: Db, titleId: number, since: Date): Promise<string[]> {
  const names: string[] = []
  for (const kind of Object.keys(kinds) as Kind[]) {
    const before = await stateOf(
      db,
      kind,
      sql`${column(kind, 'OT_ID')} = ${titleId} and ${column(kind, 'InsertTS')} > ${since}`,
      true,
    )
    if (!before) continue
    const now = await currentState(db, kind, titleId)
    names.push(...Object.keys(before).filter(field => written(before[field]) !== written(now[field])))
  }
  return names.map(name => (name === 'xml' ? 'mods' : name))
}
