// The index on SQLite FTS5, in this thread; sqlite-thread.ts runs it in one of its own. Texts stand in contentless tables: the words can be
// found, the texts themselves stay in the database. A page's row id holds the title's, so that pages lead to titles without a look-up.
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import { conditionSql, matchOf, scopeSql, without } from './sqlite-conditions.ts'
import { facetsOfHits } from './sqlite-facets.ts'
import { Names, namesLayout } from './sqlite-names.ts'
import { pagesPerTitle, rank } from './sqlite-ranks.ts'
import { keysOf, orderOf, putKeys, sortsLayout } from './sqlite-sorts.ts'
import { respelt } from './sqlite-spelling.ts'
import {
  type IndexedTitle,
  type PageHits,
  type Scope,
  type SuggestedName,
  type Terms,
  titleFields,
  type TitleHits,
  type TitleQuery,
} from './query.ts'
import { WithheldTitles } from './withheld.ts'

/** Raised with every change of the tables below: an index of another version is made anew. */
const layoutVersion = 6

const layout = `
create table meta (key text primary key, value text) without rowid;
create table titles (id integer primary key, domain integer, path text, type text, date_from text, date_to text, languages text, text_tag text,
  s_date text, s_release text);
${sortsLayout}
create index titles_path on titles (path);
create table pages (id integer primary key, page integer, label text);
create virtual table title_fts using fts5(${titleFields.join(', ')}, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
create virtual table page_fts using fts5(text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
create virtual table title_words using fts5vocab(title_fts, col);
create virtual table page_words using fts5vocab(page_fts, row);${namesLayout}`

/** Words that are looked at in one go, where some are not for who asks. */
const scannedAtOnce = 100

type Value = string | number | null
type Row = Record<string, Value>

/** Of a file that holds no index, or one that is broken. */
const isDamaged = (error: unknown): boolean => /malformed|corrupt|not a database/i.test(String(error))

export class SqliteIndex {
  readonly #db: sqlite.Database
  readonly #file: string
  readonly #layout: string
  readonly #maxHits: number
  readonly #withheld: WithheldTitles
  readonly #names: Names

  /**
   * @param file made where it is missing, of another layout or damaged
   * @param mark of the orders of languages: those of another one are made anew, too
   */
  constructor(file: string, maxHits: number, mark: string) {
    this.#file = file
    this.#layout = `${layoutVersion} ${mark}`
    this.#maxHits = maxHits
    mkdirSync(dirname(file), { recursive: true })
    // one process has the folder (owned.ts): a lock that is there was left by one that was killed
    rmSync(`${file}.lock`, { recursive: true, force: true })
    this.#db = this.#open()
    this.#withheld = new WithheldTitles(this.#db)
    this.#names = new Names(this.#db)
  }

  /** @param isLast what is there was made anew already */
  #open(isLast = false): sqlite.Database {
    let db: sqlite.Database | undefined
    try {
      db = new sqlite.Database(this.#file)
      // The lock is taken once and kept: nobody else may read it, and taking it for each question costs more than most answers. Changes go to
      // a log ahead of the file: with a journal that takes them back this build of SQLite never looks, because it takes its own lock for that
      // of one who is writing, so that a change which a full disk or a kill had cut in two stayed half done.
      db.exec(
        'pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal; pragma temp_store = memory; pragma cache_size = -65536;',
      )
      const isMade = db.get("select 1 as x from sqlite_master where name = 'meta'") !== null
      if (!isMade) db.exec(`begin; ${layout}; insert into meta values ('layout', '${this.#layout}'); commit;`)
      const version = db.get("select value from meta where key = 'layout'") as Row | null
      if (
        version?.['value'] === this.#layout &&
        (db.get('pragma quick_check(1)') as Row | null)?.['quick_check'] === 'ok'
      )
        return db
      db.close()
    } catch (error) {
      if (db?.isOpen) db.close()
      // a disk that fails for the moment is no reason to throw away what is on it
      if (isLast || !isDamaged(error)) throw error
    }
    for (const suffix of ['', '-wal', '.lock'])
      rmSync(`${this.#file}${suffix}`, { recursive: true, force: true })
    return this.#open(true)
  }

  #all(sql: string, values: readonly Value[] = []): Row[] {
    return this.#db.all(sql, [...values]) as Row[]
  }

  lastNumber(): number {
    return Number(this.#all("select value from meta where key = 'number'")[0]?.['value'] ?? 0)
  }

  isComplete(): boolean {
    return this.#all("select 1 from meta where key = 'complete'").length > 0
  }

  setComplete(): void {
    this.#db.run("insert or ignore into meta values ('complete', '1')")
  }

  textTags(ids: readonly number[]): Map<number, string> {
    const rows = this.#all(`select id, text_tag from titles where id in (${ids.map(Number).join(',')})`)
    return new Map(rows.map(row => [Number(row['id']), String(row['text_tag'])]))
  }

  #remove(id: number, withPages: boolean): void {
    this.#db.run('delete from titles where id = ?', [id])
    this.#db.run('delete from sorts where id = ?', [id])
    this.#db.run('delete from title_fts where rowid = ?', [id])
    this.#names.remove(id)
    if (!withPages) return
    const range = [id * pagesPerTitle, (id + 1) * pagesPerTitle - 1]
    for (const row of this.#all('select id from pages where id between ? and ?', range))
      this.#db.run('delete from page_fts where rowid = ?', [Number(row['id'])])
    this.#db.run('delete from pages where id between ? and ?', range)
  }

  apply(titles: readonly IndexedTitle[], removed: readonly number[], number: number): void {
    this.#db.exec('begin immediate')
    try {
      for (const id of removed) this.#remove(id, true)
      for (const title of titles) this.#put(title)
      this.#names.sweep()
      this.#db.run(
        "insert into meta values ('number', ?) on conflict (key) do update set value = excluded.value",
        [String(number)],
      )
      this.#db.exec('commit')
      this.#withheld.forget()
    } catch (error) {
      try {
        this.#db.exec('rollback')
      } catch {
        // SQLite has done so itself; what was wrong is told, and the file is as it was
      }
      throw error
    }
  }

  #put(title: IndexedTitle): void {
    this.#remove(title.id, title.pages !== undefined)
    const { sort } = title
    this.#db.run('insert into titles values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      title.id, title.domainId, title.path, title.type, title.dateFrom ?? null, title.dateTo ?? null,
      title.languages.map(language => `|${language}|`).join(''), title.textTag, sort.date, sort.release,
    ]) // prettier-ignore
    putKeys(this.#db, title)
    this.#db.run(
      `insert into title_fts (rowid, ${titleFields.join(', ')}) values (?, ${titleFields.map(() => '?').join(', ')})`,
      [title.id, ...titleFields.map(field => title.fields[field])],
    )
    this.#names.put(title)
    title.pages?.slice(0, pagesPerTitle).forEach((page, at) => {
      const id = title.id * pagesPerTitle + at
      this.#db.run('insert into pages values (?, ?, ?)', [id, page.id, page.label])
      this.#db.run('insert into page_fts (rowid, text) values (?, ?)', [id, page.text])
    })
  }

  titles(query: TitleQuery): TitleHits {
    const hidden = this.#withheld.of(query.scope)
    const { sql: where, values } = conditionSql(query.condition, hidden)
    const scope = scopeSql(query.scope, hidden)
    this.#db.exec('drop table if exists temp.hits')
    this.#db.run(
      `create temp table hits as select t.id as id from titles t where (${where}) ${scope.sql} limit ${this.#maxHits}`,
      [...values, ...scope.values],
    )
    const total = Number(this.#all('select count(*) as n from temp.hits')[0]?.['n'] ?? 0)
    const isRanked =
      (query.sort.length === 0 || query.sort[0]?.key === 'relevance') && rank(this.#db, query, hidden)
    const ids = this.#all(
      `select h.id as id from temp.hits h join titles t on t.id = h.id ${keysOf(query)} ${isRanked ? 'left join temp.ranks r on r.id = h.id' : ''}
       order by ${[isRanked ? 'coalesce(r.rank, 0)' : '', ...orderOf(query), 's_title', 'h.id'].filter(part => part !== '').join(', ')} limit ? offset ?`,
      [query.limit, query.offset],
    ).map(row => Number(row['id']))
    return { total, ids, facets: query.facets ? facetsOfHits(this.#db, this.#names) : undefined }
  }

  suggest(words: readonly string[], scope: Scope, most: number): SuggestedName[] {
    return this.#names.suggest(words, scope, this.#withheld.of(scope), most)
  }

  respell(words: readonly string[], scope: Scope): (string | undefined)[] {
    return respelt(this.#db, words, this.#withheld.of(scope))
  }

  countsByDomain(of?: Scope): Map<number, number> {
    const { unseen } = this.#withheld.of(of)
    return new Map(
      this.#all(
        `select domain, count(*) as n from titles where 1${without('id', unseen)} group by domain`,
      ).map(row => [Number(row['domain']), Number(row['n'])]),
    )
  }

  pages(
    terms: Terms,
    titleIds: readonly number[] | undefined,
    scope: Scope,
    range: { readonly offset: number; readonly limit: number },
  ): PageHits {
    const match = matchOf({ kind: 'terms', fields: ['fulltext'], terms })
    if (match === undefined) return { total: 0, pages: [] }
    const hidden = this.#withheld.of(scope)
    const readable = without(`f.rowid / ${pagesPerTitle}`, hidden.unread)
    const within = titleIds
      ? {
          sql: `and (${titleIds.map(() => 'f.rowid between ? and ?').join(' or ') || '0'})`,
          values: titleIds.flatMap(id => [id * pagesPerTitle, (id + 1) * pagesPerTitle - 1]),
        }
      : scopeSql(scope, hidden)
    const join = titleIds ? '' : `join titles t on t.id = f.rowid / ${pagesPerTitle}`
    const from = `from page_fts f ${join} where page_fts match ? ${within.sql}${readable}`
    const total = Number(
      this.#all(`select count(*) as n from (select 1 ${from} limit ${this.#maxHits})`, [
        match,
        ...within.values,
      ])[0]?.['n'] ?? 0,
    )
    const rows = this.#all(
      `select p.page as page, p.id / ${pagesPerTitle} as title, p.label as label from (select f.rowid as id ${from} order by f.rowid limit ? offset ?) x join pages p on p.id = x.id order by p.id`,
      [match, ...within.values, range.limit, range.offset],
    )
    return {
      total,
      pages: rows.map(row => ({
        id: Number(row['page']),
        titleId: Math.floor(Number(row['title'])),
        label: row['label'] as string | null,
      })),
    }
  }

  pageCounts(terms: Terms, titleIds: readonly number[], scope?: Scope): Map<number, number> {
    const readable = without(`rowid / ${pagesPerTitle}`, this.#withheld.of(scope).unread)
    const match = matchOf({ kind: 'terms', fields: ['fulltext'], terms })
    const counts = new Map<number, number>()
    if (match === undefined) return counts
    for (const id of titleIds) {
      const [row] = this.#all(
        `select count(*) as n from page_fts where page_fts match ? and rowid between ? and ?${readable}`,
        [match, id * pagesPerTitle, (id + 1) * pagesPerTitle - 1],
      )
      counts.set(id, Number(row?.['n'] ?? 0))
    }
    return counts
  }

  scan(field: string, from: string, count: number, scope?: Scope): { term: string; count: number }[] {
    const { unseen, unread } = this.#withheld.of(scope)
    const withheld = field === 'fulltext' ? unread : unseen
    if (withheld === undefined) return this.#terms(field, from, count)
    const found: { term: string; count: number }[] = []
    for (let at = from; found.length < count;) {
      const part = this.#terms(field, at, scannedAtOnce)
      for (const { term } of part) {
        const seen = this.#holders(field, term, withheld)
        if (seen > 0) found.push({ term, count: seen })
        if (found.length === count) break
      }
      const last = part.at(-1)
      if (part.length < scannedAtOnce || !last) break
      // the next word in the order of bytes
      at = `${last.term}\u0001`
    }
    return found
  }

  /** How many records hold a word, without those that are withheld. */
  #holders(field: string, term: string, withheld: string): number {
    const word = `"${term.replaceAll('"', '""')}"`
    const [row] =
      field === 'fulltext'
        ? this.#all(
            `select count(*) as n from page_fts where page_fts match ?${without(`rowid / ${pagesPerTitle}`, withheld)}`,
            [word],
          )
        : this.#all(
            `select count(*) as n from title_fts where title_fts match ?${without('rowid', withheld)}`,
            [`{${field}} : ${word}`],
          )
    return Number(row?.['n'] ?? 0)
  }

  #terms(field: string, from: string, count: number): { term: string; count: number }[] {
    const rows =
      field === 'fulltext'
        ? this.#all('select term, doc as n from page_words where term >= ? order by term limit ?', [
            from,
            count,
          ])
        : this.#all(
            'select term, doc as n from title_words where col = ? and term >= ? order by term limit ?',
            [field, from, count],
          )
    return rows.map(row => ({ term: String(row['term']), count: Number(row['n']) }))
  }

  size(): { titles: number; pages: number; bytes: number } {
    const n = (table: string) => Number(this.#all(`select count(*) as n from ${table}`)[0]?.['n'] ?? 0)
    return { titles: n('titles'), pages: n('pages'), bytes: statSync(this.#file).size }
  }

  close(): void {
    this.#db.close()
  }
}
