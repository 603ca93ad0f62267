// The Contextual Query Language, version 1.2, whole: prefixes, relations and booleans with modifiers, sortBy, masking and anchors. What an
// index or a relation means is decided where the query is asked.
// @see https://www.loc.gov/standards/sru/cql/spec.html

export interface Modifier {
  readonly name: string
  readonly comparison: string | undefined
  readonly value: string | undefined
}
export interface SearchClause {
  readonly kind: 'clause'
  /** cql.serverChoice where none is written */
  readonly index: string
  readonly relation: { readonly name: string; readonly modifiers: readonly Modifier[] }
  /** As written, without quotes; \ still stands before what it takes the meaning from */
  readonly term: string
  /** 1-based, of the term */
  readonly position: number
}
export interface BooleanClause {
  readonly kind: 'boolean'
  readonly operator: 'and' | 'or' | 'not' | 'prox'
  readonly modifiers: readonly Modifier[]
  readonly left: CqlNode
  readonly right: CqlNode
  readonly position: number
}
export interface PrefixClause {
  readonly kind: 'prefix'
  readonly prefix: string | undefined
  readonly uri: string
  readonly inner: CqlNode
}
export type CqlNode = SearchClause | BooleanClause | PrefixClause
export interface CqlQuery {
  readonly root: CqlNode
  readonly sort: readonly { readonly index: string; readonly modifiers: readonly Modifier[] }[]
}

export class CqlError extends Error {
  /** 1-based character of the query */
  readonly position: number
  constructor(message: string, position: number) {
    super(`${message} (character ${position})`)
    this.position = position
  }
}

interface Token {
  readonly kind: 'word' | 'string' | 'symbol' | 'end'
  readonly text: string
  readonly position: number
}

const symbols = ['==', '<>', '<=', '>=', '=', '<', '>', '(', ')', '/']
const comparisons = new Set(['=', '==', '<>', '<', '>', '<=', '>='])
const booleans = new Set(['and', 'or', 'not', 'prox'])
const mostClauses = 200

function tokensOf(query: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < query.length) {
    const rest = query.slice(at)
    const space = /^\s+/.exec(rest)
    if (space) {
      at += space[0].length
      continue
    }
    const position = at + 1
    if (rest.startsWith('"')) {
      const string = /^"((?:\\[\s\S]|[^"\\])*)"/.exec(rest)
      if (!string) throw new CqlError('A quoted term does not end', position)
      tokens.push({ kind: 'string', text: string[1] as string, position })
      at += string[0].length
      continue
    }
    const symbol = symbols.find(each => rest.startsWith(each))
    if (symbol) {
      tokens.push({ kind: 'symbol', text: symbol, position })
      at += symbol.length
      continue
    }
    const word = /^(?:\\[\s\S]|[^\s()=<>"/\\])+/.exec(rest)
    if (!word) throw new CqlError(`‘${rest[0]}’ is not understood`, position)
    tokens.push({ kind: 'word', text: word[0], position })
    at += word[0].length
  }
  tokens.push({ kind: 'end', text: '', position: query.length + 1 })
  return tokens
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #clauses = 0

  constructor(query: string) {
    this.#tokens = tokensOf(query)
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token
  }
  #next(): Token {
    const token = this.#token
    if (token.kind !== 'end') this.#at++
    return token
  }
  #is(...texts: string[]): boolean {
    return this.#token.kind === 'symbol' && texts.includes(this.#token.text)
  }
  #isKeyword(...words: string[]): boolean {
    return this.#token.kind === 'word' && words.includes(this.#token.text.toLowerCase())
  }
  #word(what: string): Token {
    const token = this.#next()
    if (token.kind !== 'word' && token.kind !== 'string')
      throw new CqlError(`${what} is missing`, token.position)
    return token
  }

  query(): CqlQuery {
    const root = this.#scoped(0)
    const sort: { index: string; modifiers: Modifier[] }[] = []
    if (this.#isKeyword('sortby')) {
      this.#next()
      do sort.push({ index: this.#word('A sort key').text, modifiers: this.#modifiers() })
      while (this.#token.kind === 'word' || this.#token.kind === 'string')
    }
    if (this.#token.kind !== 'end')
      throw new CqlError(`‘${this.#token.text}’ is not expected here`, this.#token.position)
    return { root, sort }
  }

  #scoped(depth: number): CqlNode {
    if (depth > 100) throw new CqlError('The query is nested too deeply', this.#token.position)
    if (this.#is('>')) return this.#prefixed(depth)
    let left = this.#search(depth)
    while (this.#isKeyword(...booleans)) {
      const { text, position } = this.#next()
      const modifiers = this.#modifiers()
      left = {
        kind: 'boolean',
        operator: text.toLowerCase() as BooleanClause['operator'],
        modifiers,
        left,
        right: this.#search(depth),
        position,
      }
    }
    return left
  }

  #prefixed(depth: number): CqlNode {
    this.#next()
    const first = this.#word('A prefix or address')
    if (!this.#is('='))
      return { kind: 'prefix', prefix: undefined, uri: first.text, inner: this.#scoped(depth + 1) }
    this.#next()
    const uri = this.#word('The address of a prefix').text
    return { kind: 'prefix', prefix: first.text, uri, inner: this.#scoped(depth + 1) }
  }

  #search(depth: number): CqlNode {
    if (++this.#clauses > mostClauses)
      throw new CqlError(`The query has more than ${mostClauses} clauses`, this.#token.position)
    if (this.#is('(')) {
      const { position } = this.#next()
      const inner = this.#scoped(depth + 1)
      if (!this.#is(')')) throw new CqlError('A parenthesis is not closed', position)
      this.#next()
      return inner
    }
    if (this.#is('>')) return this.#prefixed(depth)
    const first = this.#word('A search term')
    const relation = this.#relation()
    if (!relation)
      return {
        kind: 'clause',
        index: 'cql.serverChoice',
        relation: { name: '=', modifiers: [] },
        term: first.text,
        position: first.position,
      }
    const term = this.#word('The search term')
    return { kind: 'clause', index: first.text, relation, term: term.text, position: term.position }
  }

  #relation(): SearchClause['relation'] | undefined {
    const token = this.#token
    if (token.kind === 'symbol' && comparisons.has(token.text)) {
      this.#next()
      return { name: token.text, modifiers: this.#modifiers() }
    }
    // a word is a relation where a term follows it, with modifiers between them perhaps
    if (
      token.kind !== 'word' ||
      booleans.has(token.text.toLowerCase()) ||
      token.text.toLowerCase() === 'sortby'
    )
      return undefined
    this.#next()
    const modifiers = this.#modifiers()
    return { name: token.text.toLowerCase(), modifiers }
  }

  #modifiers(): Modifier[] {
    const modifiers: Modifier[] = []
    while (this.#is('/')) {
      this.#next()
      const { text: name } = this.#word('A modifier')
      const isCompared = this.#token.kind === 'symbol' && comparisons.has(this.#token.text)
      const comparison = isCompared ? this.#next().text : undefined
      modifiers.push({
        name: name.toLowerCase(),
        comparison,
        value: isCompared ? this.#word('The value of a modifier').text : undefined,
      })
    }
    return modifiers
  }
}

/** @throws CqlError with the character at which the query is no CQL */
export function parseCql(query: string): CqlQuery {
  if (query.trim() === '') throw new CqlError('The query is empty', 1)
  return new Parser(query).query()
}

/** A term with its masking: what each part means, and whether it is anchored at the start or the end of the field. */
export function readTerm(term: string): {
  readonly text: string
  readonly isPrefix: boolean
  readonly isMasked: boolean
  readonly isAnchored: boolean
} {
  const marks = term.replace(/\\[\s\S]/g, '')
  const isPrefix = /[^*]\*$/.test(marks)
  const bare = isPrefix ? term.slice(0, -1) : term
  return {
    text: bare.replace(/\\([\s\S])/g, '$1'),
    isPrefix,
    isMasked: /[*?]/.test(bare.replace(/\\[\s\S]/g, '')),
    isAnchored: marks.startsWith('^') || marks.endsWith('^'),
  }
}
