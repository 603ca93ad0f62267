// One pooled connection. Outside of an explicit transaction
// - selects run in a kept READ COMMITTED, REC_VERSION, READ ONLY transaction: it holds nothing back and saves two
//   round trips a statement;
// - a select that returns a blob runs in a short read-only SNAPSHOT, because under read committed another
//   transaction's garbage collection can take the blob between fetch and open ("BLOB not found");
// - everything else runs in a transaction of its own that commits at once.
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { type Isolation, parameterBytes, type Reservation } from './isolation.ts'
import { FirebirdFault } from './faults.ts'
import type { Poolable } from './pool.ts'
import type { AttachedDatabase, OpenTransaction } from './attached.ts'
import type { Outcome } from './driver.ts'

export interface TransactionSettings {
  readonly isolation?: Isolation | undefined
  readonly readOnly?: boolean | undefined
  /** Seconds to wait for locks. */
  readonly lockTimeoutS?: number | undefined
  readonly reserve?: readonly Reservation[] | undefined
}

export interface SlowStatement {
  readonly sql: string
  readonly ms: number
}

export interface ConnectionHooks {
  readonly lockTimeoutS: number
  readonly slowStatementMs: number
  readonly onSlow: (statement: SlowStatement) => void
}

export class FirebirdConnection implements Poolable, DatabaseConnection {
  readonly #attachment: AttachedDatabase
  readonly #hooks: ConnectionHooks
  #kept: Promise<OpenTransaction> | undefined
  #explicit: OpenTransaction | undefined
  /** SQL -> does a blob come back: decided once, at the first execution. */
  readonly #selectsBlob = new Map<string, boolean>()

  constructor(attachment: AttachedDatabase, hooks: ConnectionHooks) {
    this.#attachment = attachment
    this.#hooks = hooks
  }

  get isDead(): boolean {
    return this.#attachment.isDead
  }
  get openedAt(): number {
    return this.#attachment.openedAt
  }
  get lastUsedAt(): number {
    return this.#attachment.lastUsedAt
  }
  get inTransaction(): boolean {
    return this.#explicit !== undefined
  }

  async begin(settings: TransactionSettings = {}): Promise<void> {
    if (this.#explicit) throw new Error('The connection has an open transaction already.')
    this.#explicit = await this.#attachment.begin({
      isolation: parameterBytes(settings.isolation ?? 'read committed', settings.reserve),
      readOnly: settings.readOnly ?? false,
      lockTimeoutS: settings.lockTimeoutS ?? this.#hooks.lockTimeoutS,
    })
  }

  async commit(): Promise<void> {
    const transaction = this.#explicit
    if (!transaction) return
    // a refused commit leaves the transaction open: the caller's rollback ends it
    await transaction.commit()
    this.#explicit = undefined
  }

  async rollback(): Promise<void> {
    const transaction = this.#explicit
    this.#explicit = undefined
    await transaction?.rollback()
  }

  /** Runs one statement. @throws FirebirdFault */
  async run(sql: string, parameters: readonly unknown[] = [], timeoutMs?: number): Promise<Outcome> {
    const started = performance.now()
    try {
      if (this.#explicit) return await this.#explicit.execute(sql, parameters, timeoutMs)
      return await this.#automatic(sql, parameters, timeoutMs)
    } finally {
      const ms = performance.now() - started
      if (ms > this.#hooks.slowStatementMs) this.#hooks.onSlow({ sql, ms: Math.round(ms) })
    }
  }

  /** The rows in portions, as one consistent state. */
  async *stream(
    sql: string,
    parameters: readonly unknown[] = [],
    chunkRows?: number,
  ): AsyncGenerator<Record<string, unknown>[]> {
    const own = this.#explicit === undefined
    const transaction = this.#explicit ?? (await this.#snapshot())
    try {
      yield* transaction.stream(sql, parameters, chunkRows)
    } finally {
      if (own) await transaction.rollback()
    }
  }

  /** One statement for many rows, pipelined; only inside a transaction. */
  async executeMany(sql: string, rows: readonly (readonly unknown[])[]): Promise<void> {
    if (!this.#explicit) throw new Error('executeMany needs an open transaction.')
    if (rows.length === 0) return
    await this.#explicit.executeMany(sql, rows)
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affected } = await this.run(query.sql, query.parameters)
    return affected === undefined
      ? { rows: rows as R[] }
      : { rows: rows as R[], numAffectedRows: BigInt(affected) }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    for await (const rows of this.stream(query.sql, query.parameters, chunkSize)) yield { rows: rows as R[] }
  }

  async validate(): Promise<void> {
    await this.run('select 1 from RDB$DATABASE', [], 2000)
  }

  async reset(): Promise<void> {
    await this.rollback()
  }

  close(): Promise<void> {
    return this.#attachment.close()
  }

  /** Cuts the connection without a word, as a network failure would. */
  kill(): void {
    this.#attachment.kill()
  }

  #snapshot(): Promise<OpenTransaction> {
    return this.#attachment.begin({
      isolation: parameterBytes('snapshot'),
      readOnly: true,
      lockTimeoutS: this.#hooks.lockTimeoutS,
    })
  }

  #keptTransaction(): Promise<OpenTransaction> {
    this.#kept ??= this.#attachment
      .begin({ isolation: parameterBytes('read committed'), readOnly: true, lockTimeoutS: 0 })
      .catch((error: unknown) => {
        this.#kept = undefined
        throw error
      })
    return this.#kept
  }

  async #automatic(sql: string, parameters: readonly unknown[], timeoutMs?: number): Promise<Outcome> {
    if (this.isDead) throw new FirebirdFault('lost', 'The database connection is lost.')
    const kept = await this.#keptTransaction()
    let selectsBlob = this.#selectsBlob.get(sql)
    if (selectsBlob === undefined && /^\s*(select|with)\b/i.test(sql)) {
      const described = await kept.describe(sql)
      selectsBlob = described.plainSelect ? described.blobs : undefined
      if (selectsBlob !== undefined) this.#remember(sql, selectsBlob)
    }
    if (selectsBlob === false) return await kept.execute(sql, parameters, timeoutMs)
    const transaction = selectsBlob
      ? await this.#snapshot()
      : await this.#attachment.begin({
          isolation: parameterBytes('read committed'),
          readOnly: false,
          lockTimeoutS: this.#hooks.lockTimeoutS,
        })
    let outcome: Outcome
    try {
      outcome = await transaction.execute(sql, parameters, timeoutMs)
      await transaction.commit()
    } catch (error) {
      await transaction.rollback()
      throw error
    }
    return outcome
  }

  #remember(sql: string, selectsBlob: boolean): void {
    // raw statements with ever new literals must not grow the map without end
    if (this.#selectsBlob.size > 2000) this.#selectsBlob.clear()
    this.#selectsBlob.set(sql, selectsBlob)
  }
}
