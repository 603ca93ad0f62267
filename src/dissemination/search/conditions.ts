// What is asked, as a condition of the index: from the words of a search box, and from CQL with the indexes that Visual Library Servers
// have (reference: SRU explain of their installations).
import { type CqlNode, type CqlQuery, readTerm, type SearchClause } from '../../formats/cql/parse.ts'
import { dateRange } from '../../formats/mods/dates.ts'
import { SruError } from '../../formats/sru/write.ts'
import { termsOf as termsIn } from '../../formats/text/fold.ts'
import type { Condition, SortKey, Terms, TitleField } from '../../search-index/query.ts'
import { idIn, tableOf } from '../../codes.ts'

type Field = TitleField | 'fulltext'
export const everywhere: readonly Field[] = [
  'title',
  'person',
  'publisher',
  'place',
  'subject',
  'identifier',
  'other',
  'fulltext',
]

export interface CqlIndex {
  readonly set: 'cql' | 'dc' | 'bib' | 'vl' | 'rec'
  readonly name: string
  readonly title: string
  readonly fields: readonly Field[]
  readonly skipInForm?: boolean
}
export const contextSets = [
  { name: 'cql', uri: 'info:srw/cql-context-set/1/cql-v1.2' },
  { name: 'dc', uri: 'info:srw/cql-context-set/1/dc-v1.1' },
  { name: 'bib', uri: 'info:srw/cql-context-set/1/bib-v1' },
  { name: 'rec', uri: 'info:srw/cql-context-set/2/rec-1.1' },
  { name: 'vl', uri: 'http://visuallibrary.net/cql/vl' },
]
/** Indexes of words; `vl.domain`, `vl.collection`, `dc.date`, `dc.language`, `dc.type` and `rec.identifier` hold values. */
export const cqlIndexes: readonly CqlIndex[] = [
  { set: 'cql', name: 'anywhere', title: 'Überall', fields: everywhere },
  { set: 'cql', name: 'serverChoice', title: 'Überall', fields: everywhere, skipInForm: true },
  { set: 'dc', name: 'title', title: 'Titel', fields: ['title'] },
  { set: 'dc', name: 'creator', title: 'Person', fields: ['person'] },
  { set: 'dc', name: 'contributor', title: 'Beteiligte', fields: ['person'], skipInForm: true },
  { set: 'bib', name: 'personalName', title: 'Personenname', fields: ['person'] },
  { set: 'bib', name: 'corporation', title: 'Körperschaft', fields: ['person'] },
  { set: 'vl', name: 'printer-publisher', title: 'Drucker, Verleger', fields: ['publisher'] },
  { set: 'dc', name: 'publisher', title: 'Verlag', fields: ['publisher'], skipInForm: true },
  { set: 'bib', name: 'originPlace', title: 'Ort', fields: ['place'] },
  { set: 'dc', name: 'subject', title: 'Schlagwort', fields: ['subject'] },
  { set: 'dc', name: 'identifier', title: 'Kennung', fields: ['identifier'] },
  { set: 'dc', name: 'description', title: 'Beschreibung', fields: ['other'], skipInForm: true },
  { set: 'vl', name: 'fulltext', title: 'Volltext', fields: ['fulltext'] },
  { set: 'vl', name: 'reference', title: 'Verweis', fields: ['identifier'], skipInForm: true },
  { set: 'dc', name: 'date', title: 'Jahr', fields: [] },
  { set: 'dc', name: 'language', title: 'Sprache', fields: [] },
  { set: 'dc', name: 'type', title: 'Art', fields: [] },
  { set: 'vl', name: 'genreCode', title: 'Gattung', fields: [], skipInForm: true },
  { set: 'vl', name: 'domain', title: 'Bestand', fields: [], skipInForm: true },
  { set: 'vl', name: 'collection', title: 'Sammlung', fields: [], skipInForm: true },
  { set: 'rec', name: 'identifier', title: 'Nummer', fields: [], skipInForm: true },
  { set: 'cql', name: 'allRecords', title: 'Alle', fields: [], skipInForm: true },
]
/** Names that are also written without their set. */
const bare: Readonly<Record<string, string>> = tableOf({
  corporation: 'bib.corporation',
  structures: 'dc.title',
  reference: 'vl.reference',
  genreCode: 'vl.genreCode',
})

export interface Compilation {
  readonly form: (word: string) => string
  /** Ids of a domain and those below it; undefined where there is none of that name */
  readonly domainIds: (name: string) => readonly number[] | undefined
}

function wordsIn(text: string, form: (word: string) => string, isPrefix: boolean): Terms['words'] {
  const terms = termsIn(text)
  return terms.map((words, at) => ({
    // a prefix is the beginning of a word, not a word: it has no stem
    text: words.map(form).join(' '),
    isPrefix: isPrefix && at === terms.length - 1,
  }))
}

/** Words of a search box: all must be there; "…" for a phrase, * at the end of a beginning, - before what must not be there. */
export function conditionOfText(
  text: string,
  fields: readonly Field[],
  form: (word: string) => string,
): Condition {
  let condition: Condition | undefined
  for (const [, minus, phrase, word] of text.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)) {
    const isPrefix = (word ?? '').endsWith('*')
    const words = wordsIn(phrase ?? word ?? '', form, isPrefix)
    if (words.length === 0) continue
    const part: Condition = { kind: 'terms', fields, terms: { match: 'phrase', words } }
    if (minus !== '') condition = { kind: 'not', left: condition ?? { kind: 'everything' }, right: part }
    else condition = condition ? { kind: 'and', left: condition, right: part } : part
  }
  return condition ?? { kind: 'nothing' }
}

/** All words of a condition that look into texts, to count and mark pages by. */
export function textTerms(condition: Condition): Terms | undefined {
  const collect = (node: Condition): Terms[] => {
    if (node.kind === 'terms') return node.fields.includes('fulltext') ? [node.terms] : []
    if (node.kind === 'and' || node.kind === 'or') return [...collect(node.left), ...collect(node.right)]
    return node.kind === 'not' ? collect(node.left) : []
  }
  const all = collect(condition)
  if (all.length <= 1) return all[0]
  // several: pages with any of them; phrases fall into their words
  return { match: 'any', words: all.flatMap(terms => terms.words) }
}

function termsOf(clause: SearchClause, form: (word: string) => string): Terms {
  const { text, isPrefix, isMasked, isAnchored } = readTerm(clause.term)
  if (isAnchored)
    throw new SruError(
      31,
      '^',
      'Terms are not anchored to the beginning or end of what they are looked for in.',
    )
  if (isMasked) throw new SruError(28, clause.term, 'A mask may stand at the end of a term alone.')
  const words = wordsIn(text, form, isPrefix)
  if (words.length === 0) throw new SruError(27, clause.term, 'The term holds no word.')
  const { name } = clause.relation
  if (name === '=' || name === 'adj' || name === 'exact' || name === '==' || name === 'scr')
    return { match: 'phrase', words }
  if (name === 'all') return { match: 'all', words }
  if (name === 'any') return { match: 'any', words }
  throw new SruError(19, name, `The relation ‘${name}’ is not supported here.`)
}

function dates(clause: SearchClause): Condition {
  const { text } = readTerm(clause.term)
  const [first, second] = text.includes(' ')
    ? text.trim().split(/\s+/)
    : text.split(/(?<=[\d*])-(?=[\d*])/).length === 2
      ? text.split('-')
      : [text, undefined]
  const day = (part: string | undefined) => (part === undefined || part === '*' ? undefined : dateRange(part))
  const from = day(first)
  const to = second === undefined ? from : day(second)
  if (
    (first !== '*' && from?.from === undefined) ||
    (second !== undefined && second !== '*' && to?.to === undefined)
  )
    throw new SruError(36, clause.term, `‘${clause.term}’ is no date.`)
  switch (clause.relation.name) {
    case '=':
    case '==':
    case 'exact':
    case 'within':
    case 'any':
    case 'all':
    case 'adj':
      return { kind: 'date', from: from?.from, to: to?.to } // prettier-ignore
    case '>=':
      return { kind: 'date', from: from?.from, to: undefined }
    case '>':
      return { kind: 'date', from: from?.to === undefined ? undefined : `${from.to}~`, to: undefined }
    case '<=':
      return { kind: 'date', from: undefined, to: from?.to }
    case '<':
      return {
        kind: 'and',
        left: { kind: 'date', from: undefined, to: from?.from },
        right: {
          kind: 'not',
          left: { kind: 'everything' },
          right: { kind: 'date', from: from?.from, to: undefined },
        },
      }
    default:
      throw new SruError(
        19,
        clause.relation.name,
        `The relation ‘${clause.relation.name}’ is not supported for dates.`,
      )
  }
}

const prefixes: ReadonlyMap<string, string> = new Map(contextSets.map(({ name, uri }) => [uri, name]))

class Compiler {
  readonly #compilation: Compilation
  readonly #prefixes = new Map<string, string>(contextSets.map(({ name }) => [name, name]))

  constructor(compilation: Compilation) {
    this.#compilation = compilation
  }

  node(node: CqlNode): Condition {
    if (node.kind === 'prefix') {
      const set = prefixes.get(node.uri)
      if (set === undefined) throw new SruError(15, node.uri, 'This context set is not known.')
      this.#prefixes.set(node.prefix ?? '', set)
      return this.node(node.inner)
    }
    if (node.kind === 'boolean') {
      if (node.operator === 'prox') throw new SruError(39, 'prox', 'Proximity is not supported.')
      if (node.modifiers.length > 0)
        throw new SruError(46, node.modifiers[0]?.name ?? '', 'Booleans take no modifiers here.')
      return { kind: node.operator, left: this.node(node.left), right: this.node(node.right) }
    }
    return this.#clause(node)
  }

  /** set.name, whatever prefix and case it was written with. */
  #index(written: string): CqlIndex {
    const [prefix, name] = written.includes('.')
      ? (written.split(/\.(.*)/s) as [string, string])
      : [undefined, written]
    const set = prefix === undefined ? this.#prefixes.get('') : this.#prefixes.get(prefix)
    const full = set !== undefined ? `${set}.${name}` : (bare[written] ?? written)
    const found = cqlIndexes.find(
      index =>
        `${index.set}.${index.name}`.toLowerCase() === full.toLowerCase() ||
        (prefix === undefined && set === undefined && index.name.toLowerCase() === written.toLowerCase()),
    )
    if (!found) throw new SruError(16, written, `There is no index ‘${written}’.`)
    return found
  }

  #clause(clause: SearchClause): Condition {
    const index = this.#index(clause.index)
    const unknown = clause.relation.modifiers.find(
      ({ name }) =>
        ![
          'relevant',
          'stem',
          'ignorecase',
          'ignoreaccents',
          'masked',
          'word',
          'string',
          'isodate',
          'number',
        ].includes(name.replace(/^cql\./, '')),
    )
    if (unknown)
      throw new SruError(20, unknown.name, `The relation modifier ‘${unknown.name}’ is not supported.`)
    const { text } = readTerm(clause.term)
    const full = `${index.set}.${index.name}`
    if (full === 'dc.date') return dates(clause)
    if (index.fields.length > 0) {
      const terms = termsOf(clause, this.#compilation.form)
      return { kind: 'terms', fields: index.fields, terms }
    }
    if (!['=', '==', 'exact', 'any', 'all'].includes(clause.relation.name))
      throw new SruError(
        19,
        clause.relation.name,
        `The relation ‘${clause.relation.name}’ is not supported for values.`,
      )
    if (text === '') throw new SruError(27, '', 'The term is empty.')
    const values = clause.relation.name === 'any' ? text.split(/\s+/) : [text]
    if (full === 'cql.allRecords') return { kind: text === '1' ? 'everything' : 'nothing' }
    if (full === 'vl.domain' || full === 'vl.collection') {
      const ids = values.flatMap(value => this.#compilation.domainIds(value) ?? [])
      return ids.length === 0 ? { kind: 'nothing' } : { kind: 'value', field: 'domain', values: ids }
    }
    if (full === 'rec.identifier') {
      const ids = values.map(value => idIn(/\d{1,10}$/.exec(value)?.[0]) ?? -1)
      return { kind: 'value', field: 'id', values: ids }
    }
    return { kind: 'value', field: full === 'dc.language' ? 'language' : 'type', values }
  }
}

/** @throws SruError with the diagnostic of what is not supported */
export const conditionOfCql = (query: CqlQuery, compilation: Compilation): Condition =>
  new Compiler(compilation).node(query.root)

const sortKeys: Readonly<Record<string, SortKey>> = tableOf({
  relevance: 'relevance', 'dc.title': 'title', title: 'title', 'bib.personalname': 'person', 'dc.creator': 'person', 'bib.originplace': 'place',
  'vl.printer-publisher': 'publisher', 'dc.publisher': 'publisher', 'dc.date': 'date', date: 'date', 'vl.release': 'release',
}) // prettier-ignore

/** Whether titles are sorted by an index. */
export const isSortIndex = ({ set, name }: CqlIndex): boolean =>
  sortKeys[`${set}.${name}`.toLowerCase()] !== undefined
/** The field whose words an index lists; undefined where they would be those of several, or values. */
export const scanFieldOf = ({ fields }: CqlIndex): Field | undefined =>
  fields.length === 1 ? fields[0] : undefined

/** Sort keys of CQL (`dc.date/sort.descending`) and as Visual Library Servers write them (`dc.date/desc`). @throws SruError 80, 86 */
export function sortOfCql(keys: CqlQuery['sort']): { key: SortKey; descending: boolean }[] {
  return keys.map(({ index, modifiers }) => {
    const key = sortKeys[index.toLowerCase()]
    if (!key) throw new SruError(86, index, `Titles are not sorted by ‘${index}’.`)
    return {
      key,
      descending: modifiers.some(({ name }) => ['desc', 'sort.descending', 'descending'].includes(name)),
    }
  })
}
