// What the desk works out by itself, asked without a browser: rows in the order of a column.
import t from '../support/tap.ts'
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
