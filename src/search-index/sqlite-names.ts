// Names that titles are found by, each once: persons, subjects, places, and the titles' own. What is counted beside a list of hits, and what is
// offered to somebody who types, is read from these tables.
import type sqlite from 'node-sqlite3-wasm'
import type { IndexedTitle, NameKind, Scope, SuggestedName } from './query.ts'
import { scopeSql } from './sqlite-conditions.ts'
import type { Hidden } from './withheld.ts'

export const namesLayout = `
create table names (id integer primary key, kind text, folded text, name text, titles integer, unique (kind, folded));
create index names_unused on names (id) where titles = 0;
create table title_names (title integer, kind text, name integer, primary key (title, kind, name)) without rowid;
create index title_names_name on title_names (name);
create virtual table name_fts using fts5(folded, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 0');`

/** Names that are looked at for what somebody has typed: a beginning of two letters fits many. */
const mostCandidates = 20_000
/** Of each kind, the most frequent: those that nobody who asks may see are passed over. */
const mostOfKind = 60
/** Up to so many titles are counted for a name that is offered. */
const mostCounted = 1000

type Row = Record<string, string | number | null>

export class Names {
  readonly #db: sqlite.Database

  constructor(db: sqlite.Database) {
    this.#db = db
  }

  #all(sql: string, values: readonly (string | number)[] = []): Row[] {
    return this.#db.all(sql, [...values]) as Row[]
  }

  put({ id, names }: IndexedTitle): void {
    for (const { kind, name, folded } of names) {
      // the last spelling stands for all that are compared alike
      const row = this.#db.get(
        'insert into names (kind, folded, name, titles) values (?, ?, ?, 0) on conflict (kind, folded) do update set name = excluded.name returning id, titles',
        [kind, folded, name],
      ) as Row
      const nameId = Number(row['id'])
      if (Number(row['titles']) === 0) {
        // new, or left by the title that is being put in again
        this.#db.run('delete from name_fts where rowid = ?', [nameId])
        this.#db.run('insert into name_fts (rowid, folded) values (?, ?)', [nameId, folded])
      }
      const { changes } = this.#db.run('insert or ignore into title_names values (?, ?, ?)', [
        id,
        kind,
        nameId,
      ])
      if (changes > 0) this.#db.run('update names set titles = titles + 1 where id = ?', [nameId])
    }
  }

  remove(id: number): void {
    this.#db.run(
      'update names set titles = titles - 1 where id in (select name from title_names where title = ?)',
      [id],
    )
    this.#db.run('delete from title_names where title = ?', [id])
  }

  /** Takes out names that no title has any longer. */
  sweep(): void {
    for (const row of this.#all('select id from names where titles = 0'))
      this.#db.run('delete from name_fts where rowid = ?', [Number(row['id'])])
    this.#db.run('delete from names where titles = 0')
  }

  /** How many of the hits (temp.hits) have a name, the most frequent of each kind first. */
  countHits(kinds: readonly NameKind[], most: number): Map<NameKind, { value: string; count: number }[]> {
    const counts = new Map<NameKind, { value: string; count: number }[]>(kinds.map(kind => [kind, []]))
    const rows = this.#all(
      `select kind, name, n from (
         select n.kind as kind, n.name as name, c.n as n, row_number() over (partition by n.kind order by c.n desc, n.folded) as place
         from (select x.name as id, count(*) as n from temp.hits h cross join title_names x on x.title = h.id
           where x.kind in (${kinds.map(() => '?').join(', ')}) group by x.name) c join names n on n.id = c.id
       ) where place <= ? order by kind, place`,
      [...kinds, most],
    )
    for (const row of rows)
      counts.get(row['kind'] as NameKind)?.push({ value: String(row['name']), count: Number(row['n']) })
    return counts
  }

  /** Names that hold all words, the last one perhaps not ended yet, that a title of the scope has. */
  suggest(words: readonly string[], scope: Scope, hidden: Hidden, most: number): SuggestedName[] {
    if (words.length === 0) return []
    const match = words
      .map((word, at) => `"${word.replaceAll('"', '')}"${at === words.length - 1 ? ' *' : ''}`)
      .join(' AND ')
    const within = scopeSql(scope, hidden)
    const found: SuggestedName[] = []
    const full = new Map<NameKind, number>()
    for (const row of this.#all(
      `select id, kind, name from (
         select n.id as id, n.kind as kind, n.name as name, row_number() over (partition by n.kind
           order by substr(n.folded, 1, ${(words[0] as string).length}) <> ?, n.titles desc, n.folded) as place
         from (select rowid as id from name_fts where name_fts match ? limit ${mostCandidates}) f join names n on n.id = f.id
       ) where place <= ${mostOfKind} order by kind, place`,
      [words[0] as string, match],
    )) {
      const kind = row['kind'] as NameKind
      if ((full.get(kind) ?? 0) >= most) continue
      const holders = this.#all(
        `select t.id as id from title_names x join titles t on t.id = x.title where x.name = ? ${within.sql} limit ${mostCounted}`,
        [Number(row['id']), ...within.values],
      )
      if (holders.length === 0) continue
      full.set(kind, (full.get(kind) ?? 0) + 1)
      found.push({ kind, name: String(row['name']), titles: holders.length, titleId: this.#top(holders) })
    }
    return found
  }

  /** The one that stands highest: a journal before its issues, which have its name. */
  #top(holders: readonly Row[]): number {
    const [row] = this.#all(
      `select id from titles where id in (${holders.map(each => Number(each['id'])).join(', ')}) order by length(path), id limit 1`,
    )
    return Number(row?.['id'])
  }
}
