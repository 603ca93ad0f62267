// Words of the index that are spelt nearly as one that nobody has: for a reader whose search found nothing.
import { distance } from 'fastest-levenshtein'
import type sqlite from 'node-sqlite3-wasm'
import { without } from './sqlite-conditions.ts'
import type { Hidden } from './withheld.ts'

/** Shorter words resemble too many others. */
const leastLetters = 4
/** From so many letters on two slips are forgiven. */
const twoSlipsFrom = 6
/** Words that are compared with one: in texts there are many, most of them misread. */
const mostCompared = 50_000
/** A word of texts counts where so many pages have it. */
const leastPages = 2

const letters = (word: string): string => Array.from(word).sort().join('')
/** Two letters that changed places are one slip. */
function slips(one: string, other: string): number {
  const steps = distance(one, other)
  return steps === 2 && one.length === other.length && letters(one) === letters(other) ? 1 : steps
}

/** Terms of a vocabulary (fts5vocab) that begin so, with a length near another, and in how many records each is. */
function beginningWith(
  db: sqlite.Database,
  table: 'title_words' | 'page_words',
  beginning: string,
  length: number,
): { term: string; n: number }[] {
  return db.all(
    `select term, sum(doc) as n from ${table} where term >= ? and term < ? and length(term) between ? and ? group by term limit ${mostCompared}`,
    [beginning, `${beginning}\u{10ffff}`, length - 2, length + 2],
  ) as { term: string; n: number }[]
}

/** The most frequent of the nearest; undefined where the word resembles none. */
function nearest(
  db: sqlite.Database,
  word: string,
  isSeen: (table: 'title_fts' | 'page_fts', term: string) => boolean,
): string | undefined {
  if (word.length < leastLetters) return undefined
  const most = word.length >= twoSlipsFrom ? 2 : 1
  const choose = (terms: readonly { term: string; n: number }[], table: 'title_fts' | 'page_fts') =>
    terms
      .map(({ term, n }) => ({ term, n, away: slips(word, term) }))
      .filter(({ away, n }) => away <= most && (table === 'title_fts' || n >= leastPages))
      .sort((a, b) => a.away - b.away || b.n - a.n || (a.term < b.term ? -1 : 1))
      .find(({ term }) => isSeen(table, term))?.term
  // the first letter is mostly right, or the first two changed places
  const first = [...new Set([word.slice(0, 1), word.slice(1, 2)])]
  return (
    choose(
      first.flatMap(letter => beginningWith(db, 'title_words', letter, word.length)),
      'title_fts',
    ) ?? choose(beginningWith(db, 'page_words', word.slice(0, 2), word.length), 'page_fts')
  )
}

/** For each word the one that is meant, as who asks may see it; undefined where the word is known or resembles none. */
export function respelt(
  db: sqlite.Database,
  words: readonly string[],
  { unseen, unread }: Hidden,
): (string | undefined)[] {
  const isSeen = (table: 'title_fts' | 'page_fts', term: string) =>
    db.get(
      `select 1 as x from ${table} where ${table} match ?${table === 'page_fts' ? without('rowid / 65536', unread) : without('rowid', unseen)} limit 1`,
      [`"${term.replaceAll('"', '""')}"`],
    ) !== null
  return words.map(word =>
    isSeen('title_fts', word) || isSeen('page_fts', word) ? undefined : nearest(db, word, isSeen),
  )
}
