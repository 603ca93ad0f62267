// What a question costs the search index: what is found is not gone through once for each hit.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import t from '../support/tap.ts'
import { type IndexedTitle, titleFields, type TitleQuery } from '../../src/search-index/query.ts'
import { SqliteIndex } from '../../src/search-index/sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'firefolio-index-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const most = 3000
const index = new SqliteIndex(join(folder, 'titles.sqlite'), 1_000_000, '')
t.teardown(() => index.close())
const title = (id: number): IndexedTitle => ({
  id,
  domainId: 1,
  path: `|${id}|`,
  type: 'monograph',
  fields: Object.fromEntries(titleFields.map(field => [field, field === 'title' ? `heft ${id % 7 === 0 ? 'heft' : id}` : ''])) as IndexedTitle['fields'], // prettier-ignore
  names: [],
  sort: { date: '', release: '' },
  orders: [],
  dateFrom: undefined,
  dateTo: undefined,
  languages: ['ger'],
  pages: [{ id: 100_000 + id, label: null, text: 'heft' }],
  textTag: 'a',
})
index.apply(Array.from({ length: most }, (_, at) => title(at + 1)), [], 1) // prettier-ignore
const query: TitleQuery = {
  condition: {
    kind: 'terms',
    fields: ['title', 'fulltext'],
    terms: { match: 'all', words: [{ text: 'heft', isPrefix: false }] },
  },
  scope: {},
  sort: [],
  order: 0,
  offset: 0,
  limit: 10,
  facets: true,
}

/** Questions that a piece of work asks, with how each is answered. */
function plansOf(work: () => void): { sql: string; plan: string[] }[] {
  const all = Reflect.get(sqlite.Database.prototype, 'all') as (
    this: sqlite.Database,
    ...asked: unknown[]
  ) => never
  const asked: { db: sqlite.Database; sql: string; values: unknown }[] = []
  sqlite.Database.prototype.all = function (sql, values) {
    asked.push({ db: this, sql, values })
    return all.call(this, sql, values)
  }
  try {
    work()
  } finally {
    sqlite.Database.prototype.all = all
  }
  return asked.map(({ db, sql, values }) => ({
    sql,
    plan: db
      .all(`explain query plan ${sql}`, values as never)
      .map(row => String((row as { detail: string }).detail)),
  }))
}

t.test('the words of a question weigh in the order of thousands of titles, by keys', t => {
  const found = index.titles(query)
  t.equal(found.total, most)
  t.same(found.ids.slice(0, 3), [7, 14, 21], 'in whose title it stands twice')
  const [ordered] = plansOf(() => index.titles(query)).filter(({ sql }) => sql.includes('temp.ranks'))
  t.match(ordered?.plan, ['SCAN h', /^SEARCH t USING INTEGER PRIMARY KEY/])
  t.ok(
    ordered?.plan.includes('SEARCH r USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN'),
    (ordered?.plan ?? []).join('\n'),
  )
  t.end()
})
