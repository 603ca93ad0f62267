// Titles that who asks may not see, or not read, as temporary tables: each is made once for a set of exceptions and as long as the index is as it was.
import type sqlite from 'node-sqlite3-wasm'
import type { Scope, Withheld } from './query.ts'

const mostTables = 16

/** Names of the tables that a query leaves out; undefined where there is nothing to leave out. */
export interface Hidden {
  readonly unseen: string | undefined
  readonly unread: string | undefined
}

export class WithheldTitles {
  readonly #db: sqlite.Database
  readonly #tables = new Map<string, string>()
  #last = 0

  constructor(db: sqlite.Database) {
    this.#db = db
  }

  /** The index has changed: what was left out may be another set. */
  forget(): void {
    for (const table of this.#tables.values()) this.#db.exec(`drop table temp.${table}`)
    this.#tables.clear()
  }

  of(scope: Scope | undefined): Hidden {
    return {
      unseen: scope?.unseen && this.#table(scope.unseen),
      unread: scope?.unread && this.#table(scope.unread),
    }
  }

  #table(withheld: Withheld): string {
    const known = this.#tables.get(withheld.key)
    if (known !== undefined) {
      this.#tables.delete(withheld.key)
      this.#tables.set(withheld.key, known)
      return known
    }
    const table = `withheld_${++this.#last}`
    this.#db.exec(`create temp table ${table} (id integer primary key)`)
    this.#fill(table, withheld)
    this.#tables.set(withheld.key, table)
    // a query uses two tables at most, so the one that goes is not in use
    for (const [key, oldest] of this.#tables) {
      if (this.#tables.size <= mostTables) break
      this.#db.exec(`drop table temp.${oldest}`)
      this.#tables.delete(key)
    }
    return table
  }

  #fill(table: string, { domainIds, nodes }: Withheld): void {
    for (const id of domainIds)
      this.#db.run(`insert or ignore into temp.${table} select id from titles where domain = ?`, [id])
    const levels = nodes.flatMap(([id, seen]) => {
      const row = this.#db.get('select path from titles where id = ?', [id]) as { path: string } | null
      return row ? [{ path: row.path, seen }] : []
    })
    // from the top down, so that the nearest has the last word
    levels.sort((a, b) => a.path.split('||').length - b.path.split('||').length)
    for (const { path, seen } of levels)
      this.#db.run(
        seen
          ? `delete from temp.${table} where id in (select id from titles where path >= ? and path < ?)`
          : `insert or ignore into temp.${table} select id from titles where path >= ? and path < ?`,
        [path, `${path}~`],
      )
  }
}
