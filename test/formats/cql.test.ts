import fc from 'fast-check'
import t from '../support/tap.ts'
import { randomCases } from '../support/cases.ts'
import { CqlError, type CqlNode, parseCql, readTerm } from '../../src/formats/cql/parse.ts'

/** A query as one line, fully in parentheses. */
const shown = (node: CqlNode): string =>
  node.kind === 'boolean'
    ? `(${shown(node.left)} ${node.operator}${node.modifiers.map(({ name, comparison, value }) => `/${name}${comparison ?? ''}${value ?? ''}`).join('')} ${shown(node.right)})`
    : node.kind === 'prefix'
      ? `>${node.prefix ?? ''}=${node.uri} ${shown(node.inner)}`
      : `${node.index} ${node.relation.name}${node.relation.modifiers.map(({ name, comparison, value }) => `/${name}${comparison ?? ''}${value ?? ''}`).join('')} [${node.term}]`

t.test('reads all of CQL 1.2', async t => {
  for (const [query, expected] of [
    ['fish', 'cql.serverChoice = [fish]'],
    ['"fish and chips"', 'cql.serverChoice = [fish and chips]'],
    ['dc.title = fish', 'dc.title = [fish]'],
    ['dc.title any "fish frog"', 'dc.title any [fish frog]'],
    ['dc.title all/stem fish', 'dc.title all/stem [fish]'],
    ['a or b and c', '((cql.serverChoice = [a] or cql.serverChoice = [b]) and cql.serverChoice = [c])'],
    [
      'a or (b AND c) not d',
      '((cql.serverChoice = [a] or (cql.serverChoice = [b] and cql.serverChoice = [c])) not cql.serverChoice = [d])',
    ],
    [
      'a prox/unit=word/distance>3 b',
      '(cql.serverChoice = [a] prox/unit=word/distance>3 cql.serverChoice = [b])',
    ],
    ['dc.date within "1600 1700"', 'dc.date within [1600 1700]'],
    ['dc.date>=1600', 'dc.date >= [1600]'],
    ['title == "a \\"b\\" c"', 'title == [a \\"b\\" c]'],
    ['> dc = "info:srw/x" dc.title = a', '>dc=info:srw/x dc.title = [a]'],
    ['> "info:srw/x" title = a', '>=info:srw/x title = [a]'],
    ['"and"', 'cql.serverChoice = [and]'],
  ] as const)
    t.equal(shown(parseCql(query).root), expected, query)
  t.same(parseCql('a sortBy dc.date/sort.descending dc.title').sort, [
    { index: 'dc.date', modifiers: [{ name: 'sort.descending', comparison: undefined, value: undefined }] },
    { index: 'dc.title', modifiers: [] },
  ])
})

const faultOf = (query: string): number | undefined => {
  try {
    parseCql(query)
    return undefined
  } catch (error) {
    return (error as CqlError).position
  }
}

t.test('says where a query is none', async t => {
  for (const [query, position] of [
    ['', 1],
    ['a and', 6],
    ['(a', 1],
    ['a)', 2],
    ['dc.title =', 11],
    ['"a', 1],
    ['a = = b', 5],
    ['a b', 4],
    ['a sortBy', 9],
    ['title =/ b', 11],
    ['a and or b', 11],
  ] as const)
    t.equal(faultOf(query), position, query)
})

t.test('reads masks and anchors of a term', async t => {
  t.match(readTerm('haus*'), { text: 'haus', isPrefix: true, isMasked: false })
  t.match(readTerm('ha*s'), { isPrefix: false, isMasked: true })
  t.match(readTerm('haus\\*'), { text: 'haus*', isPrefix: false, isMasked: false })
  t.match(readTerm('^haus'), { isAnchored: true })
})

t.test('any text is a query or an error with a position inside it', async t => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a',
      'dc.title',
      '=',
      'and',
      'or',
      '(',
      ')',
      '"',
      '/',
      '<=',
      'sortBy',
      '>',
      '\\',
      '*',
      ' ',
    ),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 15 }).map(parts => parts.join(' ')),
      query => {
        try {
          parseCql(query)
        } catch (error) {
          if (!(error instanceof CqlError)) throw error
          if (error.position < 1 || error.position > query.length + 1)
            throw new Error(`position ${error.position}`)
        }
      },
    ),
    randomCases(t),
  )
  t.pass('any')
})
