// The histories: what a row was before each change, whoever made it. One description writes their tables and triggers into
// sql/070-histories.sql (`npm run docs`), with the types of the columns they keep, so lengths cannot come apart.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.ts'

export const historiesFile = '070-histories.sql'

interface History {
  readonly of: string
  readonly table: string
  readonly prefix: string
  readonly comment: string
  /** Columns by which rows are found again: the node, and the row where a node has several */
  readonly keys: readonly string[]
  /** A change of one of these leaves a version */
  readonly watched: readonly string[]
  /** Kept with each version, without leaving one */
  readonly beside?: readonly string[]
  /** A further condition under which a version is left */
  readonly or?: string
  /** Deleted rows leave a version; rows that an undo puts there again leave one that says they were absent */
  readonly deletions?: true
  /** Sentences on columns of the history, by the part of the name behind the prefix */
  readonly comments?: Readonly<Record<string, string>>
}

const parts = (names: string): readonly string[] => names.split(' ')

export const histories: readonly History[] = [
  {
    of: 'OPR_Tree',
    table: 'OPR_TreeHistory',
    prefix: 'OTH',
    comment: 'What a node was before each change.',
    keys: ['ID'],
    watched: parts('OT_Parent Caption Sort RCV_Type State DelState'),
    beside: parts('Batch OD_ID Version'),
    // below the top a node's domain follows from its parent
    or: 'new.OT_OD_ID <> old.OT_OD_ID and new.OT_OT_Parent is null',
    comments: { Version: 'OT_Version of the state kept here', OldBatch: 'OT_Batch of the state kept here' },
  },
  {
    of: 'OPR_Content',
    table: 'OPR_ContentHistory',
    prefix: 'OCH',
    comment: 'What the plain columns of a title were before each change.',
    keys: ['OT_ID'],
    watched: parts(
      'OT_Deliverer OT_Titlepage OT_TitlepageMode SourceIdent Provider Signature ' +
        'PhysicalLocation MediaNumber Owner PageCount SC_OrderDate SC_DeliveryDate ReleaseDate ' +
        'MaxAccessCount PresentationUrl ReferenceUrl OaiIdent EMail GenerateIdentifier Manual',
    ),
  },
  {
    of: 'OPR_Content',
    table: 'OPR_ContentXmlHistory',
    prefix: 'OCXH',
    comment: 'What the MODS of a title was before each change.',
    keys: ['OT_ID'],
    watched: parts('XML XmlOrigin'),
  },
  {
    of: 'OPR_Content',
    table: 'OPR_Comment',
    prefix: 'OCM',
    comment: 'What the comments of a title were before each change.',
    keys: ['OT_ID'],
    watched: parts('Comment OrgForm WebInfo1'),
  },
  {
    of: 'OPR_Page',
    table: 'OPR_PageHistory',
    prefix: 'OPH',
    comment: 'What a page was before each change of its description or its master.',
    keys: ['OT_ID'],
    watched: parts(
      'Ident Comment ModificationTimestamp PaginationCaption PaginationType PaginationValue ' +
        'Hashsum Url State',
    ),
    beside: parts('OIP_ID ImgWidth ImgHeight ImgDateTime ImgPageName Filesize'),
  },
  {
    of: 'OPR_Fulltext',
    table: 'OPR_FulltextHistory',
    prefix: 'OFH',
    comment: 'What a text of a page was before each change.',
    keys: ['OT_ID', 'OF_ID'],
    watched: parts('Hashsum BoxState OT_ID'),
    beside: parts('Kind Text Url Format Language Confidence Engine Width Height InsertBatch InsertTS'),
    deletions: true,
    comments: {
      Kind: '0 OCR, 1 wiki text, 2 born digital',
      Text: 'Plain text, so that undo needs no file',
      OldInsertTS: 'OF_InsertTS of the state kept here',
      Absent: '1 = there was no such text: an undo put it there again',
    },
  },
  {
    of: 'OPR_Identifier',
    table: 'OPR_IdentifierHistory',
    prefix: 'OIH',
    comment: 'What an identifier was before each change, and those that were taken off.',
    keys: ['OT_ID', 'OI_ID'],
    watched: parts('OT_ID Scheme Value Source RegisteredTS'),
    beside: parts('OD_ID InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'OI_InsertTS of the state kept here',
      Absent: '1 = there was no such identifier: an undo put it there again',
    },
  },
  {
    of: 'OPR_NodeTag',
    table: 'OPR_NodeTagHistory',
    prefix: 'ONTH',
    comment: 'Tags that were taken off a node.',
    keys: ['OT_ID', 'ONT_ID'],
    watched: parts('OT_ID OTG_ID'),
    beside: parts('InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'ONT_InsertTS of the state kept here',
      Absent: '1 = the tag was not set: an undo set it again',
    },
  },
  {
    of: 'OPR_Note',
    table: 'OPR_NoteHistory',
    prefix: 'ONOH',
    comment: 'What a note was before each change, and those that were removed.',
    keys: ['OT_ID', 'ONO_ID'],
    watched: parts('OT_ID Kind Text State PU_ID X Y W H Answers'),
    beside: parts('Origin Author InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'ONO_InsertTS of the state kept here',
      Absent: '1 = there was no such note: an undo put it there again',
    },
  },
  {
    of: 'PRV_User',
    table: 'PRV_UserHistory',
    prefix: 'PUH',
    comment: 'What a user was before each change; emptied when the user is deleted.',
    keys: ['ID'],
    watched: parts(
      'Kind Name Login EMail ConfirmTS PublicEMail Affiliation Orcid Url Contact Topics Active DeleteTS',
    ),
  },
]

interface Column {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
}

/** The columns of a table as sql/ writes them. */
function columnsOf(table: string, sources: readonly string[]): Map<string, Column> {
  for (const source of sources) {
    const body = new RegExp(`create table ${table} \\(\\n([\\s\\S]*?)\\n\\)`).exec(source)?.[1]
    if (body === undefined) continue
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
  throw new Error(`sql/ has no table ${table}.`)
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

/** The text of sql/070-histories.sql. */
export function renderHistories(folder = join(root, 'sql')): string {
  const sources = readdirSync(folder)
    .filter(name => name.endsWith('.sql') && name !== historiesFile)
    .map(name => readFileSync(join(folder, name), 'utf8'))
  const tables: string[] = []
  const triggers: string[] = []
  for (const history of histories) {
    const columns = columnsOf(history.of, sources)
    const kept = keptColumns(history, columns)
    tables.push(renderTable(history, kept, history.keys.length))
    triggers.push(renderTriggers(history, kept, columns))
  }
  return `-- Written by \`npm run docs\` from src/firebird/histories.ts; do not edit.
-- What a row was before each change, whoever made it, with who, by what program, why, and as part of which operation.

${tables.join('\n\n')}

set term ^;
${triggers.join('\n\n')}
set term ;^
`
}
