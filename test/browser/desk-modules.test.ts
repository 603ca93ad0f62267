// What the desk works out by itself, asked without a browser: rows in the order of a column, templates of outlines.
import t from '../support/tap.ts'
import { laid, layoutOf, type Node, type Sent } from '../../web/src/desk/pages/layout.ts'
import { pressed, sorted, sortingOf, type Sortable, type SortBy } from '../../web/src/desk/tree/sorting.ts'

const words = {
  type: ({ type }: Sortable) => ({ volume: 'Band', issue: 'Ausgabe' })[type] ?? type,
  state: ({ isReleased }: Sortable) => (isReleased ? 'frei' : 'verborgen'),
}
const aRow = (id: number, caption: string | null, more: Partial<Sortable> = {}): Sortable => ({
  id,
  caption,
  datatype: 'title',
  type: 'volume',
  isReleased: true,
  isInBin: false,
  meta: {},
  ...more,
})
const ids = (rows: readonly Sortable[], by: SortBy, isDown = false, locale = 'de') =>
  sorted(rows, { by, isDown }, words, locale).map(({ id }) => id)

t.test('rows are sorted by the words, numbers and moments that their cells show', async t => {
  const rows = [
    aRow(1, 'Band 10', { meta: { updatedAt: '2024-05-01T10:00:00.000Z' } }),
    aRow(2, 'Zwei', { meta: { updatedAt: '2024-05-01T09:00:00+02:00' }, type: 'issue' }),
    aRow(3, 'Band 9', { meta: { updatedAt: '2023-12-31T23:00:00Z' }, isReleased: false }),
    aRow(4, 'Ärzte', { meta: { updatedAt: '2024-05-01T09:00:00Z' } }),
  ]
  t.same(ids(rows, 'name'), [4, 3, 1, 2], 'Ä beside A, 9 before 10')
  t.same(ids([aRow(1, 'Zoo'), aRow(2, 'Ö')], 'name', false, 'sv'), [1, 2], 'by the language that is read')
  t.same(ids(rows, 'changed'), [3, 2, 4, 1], 'moments, not their letters')
  t.same(ids(rows, 'type'), [2, 1, 3, 4], 'words, not keys; what is alike as in the tree')
  t.same(ids(rows, 'type', true), [1, 3, 4, 2], 'in the opposite direction, too')
  t.same(ids(rows, 'state', true), [3, 1, 2, 4])
  t.same(ids(rows, 'id', true), [4, 3, 2, 1])
  t.same(
    rows.map(({ id }) => id),
    [1, 2, 3, 4],
    'what was given stays',
  )
})

t.test('what has no value comes last in both directions', async t => {
  const of = (pagesPresent: number, signature: string | null, tags: string[] = []) => ({
    title: { pagesPresent, hasText: false, signature, tags },
  })
  const rows = [
    aRow(1, null),
    aRow(2, 'B', of(100, null)),
    aRow(3, 'A', of(9, 'Hs 2', ['x'])),
    aRow(4, 'C', of(0, 'Hs 10')),
  ]
  t.same(ids(rows, 'name'), [3, 2, 4, 1])
  t.same(ids(rows, 'name', true), [4, 2, 3, 1])
  t.same(ids(rows, 'pages'), [4, 3, 2, 1], 'none is a number')
  t.same(ids(rows, 'pages', true), [2, 3, 4, 1])
  t.same(ids(rows, 'signature'), [3, 4, 1, 2])
  t.same(ids(rows, 'tags', true), [3, 1, 2, 4])
  t.same(ids(rows, 'text'), [1, 2, 3, 4])
})

t.test('heads of columns are pressed up, down and away; what is not shown sorts nothing', async t => {
  const shown = ['name', 'changed'] as const
  const next = (text: string | undefined, by: SortBy) => pressed(sortingOf(text, shown), by)
  t.equal(next(undefined, 'changed'), 'changed')
  t.equal(next('changed', 'changed'), '-changed')
  t.equal(next('-changed', 'changed'), undefined)
  t.equal(next('-changed', 'name'), 'name')
  t.equal(sortingOf('-pages', shown), undefined)
  for (const odd of ['', '-', '--name', 'constructor']) t.equal(sortingOf(odd, shown), undefined, odd)
})

let number = 1000
const element = (caption: string, ...children: readonly Node[]): Node => ({
  id: ++number,
  kind: 'structure',
  type: caption.toLowerCase(),
  caption,
  children,
})
const scans = (from: number, to: number): Node[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({
    id: from + at,
    kind: 'page',
    type: 'page',
    caption: null,
    children: [],
  }))
const range = (from: number, to: number) => scans(from, to).map(({ id }) => id)
/** `Cover(1 2)`; elements that were there by their number, in the names of `known` */
const written = (sent: readonly Sent[], known: ReadonlyMap<number, string> = new Map()): string =>
  sent
    .map(({ id, caption, children }) =>
      children
        ? `${id === undefined ? caption : `${known.get(id)}!`}(${written(children, known)})`
        : String(id),
    )
    .join(' ')
const namesOf = (nodes: readonly Node[]): [number, string][] =>
  nodes.flatMap(node => [[node.id, node.caption ?? ''] as [number, string], ...namesOf(node.children)])

const issue = [
  ...scans(1, 1),
  element('Front', ...scans(2, 3), element('News', ...scans(4, 9))),
  element('Empty'),
  element('Ads', ...scans(10, 11)),
]

t.test('an outline is kept with its counts, and its longest run takes what the next title has', async t => {
  const layout = layoutOf('Issue', issue)
  if (!layout) throw new Error('It has elements.')
  const on = (to: number) => laid(scans(1, to), range(1, to), layout)
  t.equal(written(on(8)?.children ?? []), '1 Front(2 3 News(4 5 6)) Ads(7 8)')
  t.equal(written(on(13)?.children ?? []), '1 Front(2 3 News(4 5 6 7 8 9 10 11)) Ads(12 13)')
  t.match(on(13), { made: 3, gone: 0 })
  t.equal(written(on(6)?.children ?? []), '1 Front(2 3 News(4)) Ads(5 6)', 'one page is left to what varies')
  t.equal(on(5), undefined, 'fewer than it names')
  t.equal(on(0), undefined)
  t.equal(JSON.stringify(layout).includes('"id"'), false, 'no page of the title is in it')
  t.equal(layoutOf('', scans(1, 9)), undefined, 'pages alone are no outline')
  t.equal(layoutOf('', [element('Empty'), ...scans(1, 2)]), undefined, 'nor is an element without pages')
})

t.test(
  'a template goes where the first of its pages stands; what it leaves without pages goes, what was empty stays',
  async t => {
    const layout = layoutOf('', [element('New', ...scans(1, 2))])
    if (!layout) throw new Error('It has elements.')
    const told = (nodes: readonly Node[], pages: readonly number[]) => {
      const outcome = laid(nodes, pages, layout)
      return [written(outcome?.children ?? [], new Map(namesOf(nodes))), outcome?.gone]
    }
    t.same(told(issue, range(1, 11)), ['New(1 2 3 4 5 6 7 8 9 10 11) Empty!()', 3], 'all of it')
    t.same(told(issue, [3]), ['1 Front!(2 New(3) News!(4 5 6 7 8 9)) Empty!() Ads!(10 11)', 0], 'inside')
    t.same(told(issue, range(4, 10)), ['1 Front!(2 3 New(4 5 6 7 8 9 10)) Empty!() Ads!(11)', 1], 'across')
    t.same(
      told(issue, range(10, 11)),
      ['1 Front!(2 3 News!(4 5 6 7 8 9)) Empty!() New(10 11)', 1],
      'in its place',
    )
    const link: Node = { id: 99, kind: 'link', type: 'page', caption: null, children: [] }
    t.same(
      told([element('Linked', link, ...scans(1, 1))], [1]),
      ['Linked!(99 New(1))', 0],
      'a link holds its element',
    )
  },
)
