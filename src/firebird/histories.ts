// The histories: what a row was before each change, whoever made it. One description writes their tables and triggers into two files of
// sql/ (`npm run docs`), with the types of the columns they keep, so lengths cannot come apart. The second has those of tables that a
// file behind the first one makes.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.ts'
import { histories, type History } from './history-list.ts'

export const historyFiles = ['070-histories.sql', '230-later-histories.sql'] as const

interface Column {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
}

/** The columns of a table as the text of its file in sql/ writes them. */
function columnsOf(table: string, source: string): Map<string, Column> {
  const body = new RegExp(`create table ${table} \\(\\n([\\s\\S]*?)\\n\\)`).exec(source)?.[1] ?? ''
  const columns = new Map<string, Column>()
  for (const [, name, rest] of body.matchAll(/^ {2}([A-Z]\w*_\w+) (.*)$/gm)) {
    const type = /^(.*?)(?: default | not null| constraint |,?$)/.exec(rest as string)?.[1] as string
    columns.set(name as string, {
      name: name as string,
      type,
      isNullable: !/not null/.test(rest as string),
    })
  }
  return columns
}

/** A row that was absent has no moment of its insertion; the rest of what is NOT NULL is told of it, too. */
const isAlwaysKept = (column: Column): boolean => !column.isNullable && !column.name.endsWith('_InsertTS')

const prefixOf = (columns: ReadonlyMap<string, Column>): string =>
  ([...columns.keys()][0] as string).split('_')[0] as string

/** The change itself is noted in these; a column of the row by the same name is kept as Old… */
const context = [
  ['Batch', 'D_ID', `cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer)`],
  ['Actor', 'D_NAME', `rdb$get_context('USER_TRANSACTION', 'ACTOR')`],
  ['Application', 'D_NAME', `rdb$get_context('USER_TRANSACTION', 'APPLICATION')`],
  ['Reason', 'D_NAME', `rdb$get_context('USER_TRANSACTION', 'REASON')`],
] as const

const keptAs = (part: string): string => (/^(Insert)?(Batch|TS)$/.test(part) ? `Old${part}` : part)

/** Comma-separated behind `start`, in lines that fit the page. */
function wrap(start: string, items: readonly string[]): string {
  const indent = ' '.repeat(8)
  const lines: string[] = []
  let line = start
  for (const [at, item] of items.entries()) {
    const text = at === items.length - 1 ? item : `${item},`
    if (`${line} ${text}`.length > 138) {
      lines.push(line)
      line = `${indent}${text}`
    } else line = at === 0 ? `${line}${text}` : `${line} ${text}`
  }
  return [...lines, line].join('\n')
}

interface Kept {
  readonly name: string
  readonly column: Column
}

function keptColumns(history: History, columns: ReadonlyMap<string, Column>): Kept[] {
  const prefix = prefixOf(columns)
  const kept = new Map<string, Kept>()
  for (const part of [...history.keys, ...history.watched, ...(history.beside ?? [])]) {
    const isOwnKey = part === 'ID' || part === `${prefix}_ID`
    const column = columns.get(isOwnKey ? `${prefix}_ID` : `${prefix}_${part}`)
    if (!column) throw new Error(`${history.of} has no column ${prefix}_${part}.`)
    const name = `${history.prefix}_${isOwnKey ? `${prefix}_ID` : keptAs(part)}`
    kept.set(name, { name, column })
  }
  return [...kept.values()]
}

function renderTable(history: History, kept: readonly Kept[], keyCount: number): string {
  const { table, prefix } = history
  const lines = [
    `${prefix}_ID D_ID not null constraint PK_${table.toUpperCase()} primary key`,
    ...kept.map(({ name, column }) => `${name} ${column.type}${isAlwaysKept(column) ? ' not null' : ''}`),
    ...(history.deletions ? [`${prefix}_Absent D_FLAG default 0 not null`] : []),
    ...context.map(([name, type]) => `${prefix}_${name} ${type}`),
    `${prefix}_InsertTS D_TS default current_timestamp not null`,
  ]
  const indexes = kept
    .slice(0, keyCount)
    .map(
      ({ name }, at) =>
        `create index ${table.toUpperCase()}_${at === 0 ? 'NODE' : 'ROW'} on ${table} (${name}, ${prefix}_ID);`,
    )
  return [
    `create sequence ${table}_SEQ;`,
    `create table ${table} (\n  ${lines.join(',\n  ')}\n);`,
    ...indexes,
    `create index ${table.toUpperCase()}_BATCH on ${table} (${prefix}_Batch);`,
    `comment on table ${table} is '${history.comment}';`,
    `comment on column ${table}.${prefix}_Batch is 'Operation that made the change';`,
    ...Object.entries(history.comments ?? {}).map(
      ([part, sentence]) => `comment on column ${table}.${prefix}_${part} is '${sentence}';`,
    ),
  ].join('\n')
}

function renderInsert(history: History, names: readonly string[], values: readonly string[]): string {
  const { table, prefix } = history
  const columns = [`${prefix}_ID`, ...names, ...context.map(([name]) => `${prefix}_${name}`)]
  const all = [`next value for ${table}_SEQ`, ...values, ...context.map(([, , value]) => value)]
  return `${wrap(`    insert into ${table} (`, columns)})\n${wrap('      values (', all)});`
}

function renderTriggers(
  history: History,
  kept: readonly Kept[],
  columns: ReadonlyMap<string, Column>,
): string {
  const { table, of, prefix } = history
  const own = prefixOf(columns)
  const changed = history.watched.map(part => {
    const column = columns.get(`${own}_${part}`) as Column
    return `new.${column.name} ${column.isNullable ? 'is distinct from' : '<>'} old.${column.name}`
  })
  const conditions = [
    ...(history.deletions ? ['deleting'] : []),
    ...changed,
    ...(history.or ? [`(${history.or})`] : []),
  ]
  const events = history.deletions ? 'update or delete' : 'update'
  const version = renderInsert(
    history,
    kept.map(({ name }) => name),
    kept.map(({ column }) => `old.${column.name}`),
  )
  const trigger = `create trigger ${table.toUpperCase()}_${history.deletions ? 'AUD' : 'AU'} for ${of} active after ${events} position 5 as
begin
  if (${conditions.join('\n      or ')}) then
${version}
end^`
  if (!history.deletions) return trigger
  const described = kept.filter(({ column }) => isAlwaysKept(column))
  const absent = renderInsert(
    history,
    [...described.map(({ name }) => name), `${prefix}_Absent`],
    [...described.map(({ column }) => `new.${column.name}`), '1'],
  )
  return `${trigger}

create trigger ${table.toUpperCase()}_AI for ${of} active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
${absent}
end^`
}

/** The texts of the files by their names. */
export function renderHistories(folder = join(root, 'sql')): Map<string, string> {
  const [first, second] = historyFiles
  const sources = readdirSync(folder)
    .filter(name => name.endsWith('.sql') && !(historyFiles as readonly string[]).includes(name))
    .map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  const made = new Map(
    historyFiles.map(name => [name as string, { tables: [] as string[], triggers: [] as string[] }]),
  )
  for (const history of histories) {
    const source = sources.find(({ text }) => text.includes(`create table ${history.of} (`))
    if (!source) throw new Error(`sql/ has no table ${history.of}.`)
    const columns = columnsOf(history.of, source.text)
    const kept = keptColumns(history, columns)
    const file = made.get(source.name < first ? first : second)
    file?.tables.push(renderTable(history, kept, history.keys.length))
    file?.triggers.push(renderTriggers(history, kept, columns))
  }
  return new Map([...made].map(([name, { tables, triggers }]) => [name, renderFile(tables, triggers)]))
}

const renderFile = (tables: readonly string[], triggers: readonly string[]): string =>
  `-- Written by \`npm run docs\` from src/firebird/histories.ts; do not edit.
-- What a row was before each change, whoever made it, with who, by what program, why, and as part of which operation.

${tables.join('\n\n')}

set term ^;
${triggers.join('\n\n')}
set term ;^
`
