// How well titles and their pages match the words of a question, for its order.
import type sqlite from 'node-sqlite3-wasm'
import type { TitleQuery } from './query.ts'
import { matchOf, without } from './sqlite-conditions.ts'
import type { Hidden } from './withheld.ts'

/** Row ids of pages: title × this + place. */
export const pagesPerTitle = 65_536
/** Above so many pages texts no longer weigh in the order: everything matches. */
const mostRankedPages = 20_000

/**
 * Notes it in the table `temp.ranks`, which has a key: joined with the hits, FTS5 is asked again for each of them and counts anew in how many
 * titles each word stands, which takes the square of the hits.
 * @returns whether the question has words
 */
export function rank(db: sqlite.Database, query: TitleQuery, hidden: Hidden): boolean {
  const terms = matchOf(query.condition)
  if (terms === undefined) return false
  db.exec('drop table if exists temp.ranks; create temp table ranks (id integer primary key, rank real)')
  db.run(
    'insert into temp.ranks select rowid, bm25(title_fts, 10, 5, 2, 2, 3, 8, 1) * 2 from title_fts where title_fts match ?',
    [terms],
  )
  const pages = db.get(
    `select count(*) as n from (select 1 from page_fts where page_fts match ? limit ${mostRankedPages + 1})`,
    [terms],
  ) as { n: number }
  if (Number(pages.n) <= mostRankedPages)
    db.run(
      `insert into temp.ranks select rowid / ${pagesPerTitle}, min(rank) from page_fts where page_fts match ?${without(`rowid / ${pagesPerTitle}`, hidden.unread)}
       group by 1 on conflict (id) do update set rank = ranks.rank + excluded.rank`,
      [terms],
    )
  return true
}
