// What hits are sorted by: the day of a title, and keys of its names in the orders of languages.
import type sqlite from 'node-sqlite3-wasm'
import type { IndexedTitle, SortKey, TitleQuery } from './query.ts'

export const sortsLayout = `create table sorts (ord integer, id integer, s_title text, s_person text, s_place text, s_publisher text, primary key (ord, id)) without rowid;
create index sorts_id on sorts (id);`

const columns: Readonly<Record<Exclude<SortKey, 'relevance'>, string>> = {
  title: 's_title', person: 's_person', place: 's_place', publisher: 's_publisher', date: 's_date', release: 's_release',
} // prettier-ignore

export function putKeys(db: sqlite.Database, { id, orders }: IndexedTitle): void {
  for (const [at, { title, person, place, publisher }] of orders.entries())
    db.run('insert into sorts values (?, ?, ?, ?, ?, ?)', [at, id, title, person, place, publisher])
}

/** The keys of hits `h` in the order of a query. */
export const keysOf = ({ order }: TitleQuery): string =>
  `left join sorts o on o.ord = ${Number(order)} and o.id = h.id`

/** What a query sorts by, beside relevance; what has none comes last. */
export const orderOf = ({ sort }: TitleQuery): string[] =>
  sort.flatMap(({ key, descending }) => {
    if (key === 'relevance') return []
    return [`${columns[key]} = '', ${columns[key]} ${descending ? 'desc' : 'asc'}`]
  })
