// The database as the rest of the program sees it: a Kysely instance that commits each statement by itself
// (`database.db`), and transactions (`inTransaction`) whose function is repeated when others held the same rows.
import { DefaultQueryExecutor, Kysely, type RawBuilder, sql, Transaction } from 'kysely'
import { type ConnectionHooks, FirebirdConnection, type TransactionSettings } from './connection.ts'
import { FirebirdDialect } from './dialect/index.ts'
import { isRetryable } from './faults.ts'
import { Pool, type PoolMetrics, type PoolOptions } from './pool.ts'
import { type Schema, schemaNames } from './schema.generated.ts'
import type { AttachOptions } from './attach.ts'
import type { AttachedDatabase } from './attached.ts'
import { Attachment } from './wire.ts'

/** What repositories take as their first argument: the database or a transaction of it. */
export type Db = Kysely<Schema>

export interface DatabaseOptions {
  /** A server's database, or how one is opened without a server */
  readonly attach: AttachOptions | (() => Promise<AttachedDatabase>)
  readonly pool: PoolOptions
  readonly hooks: ConnectionHooks
}

/** Who changes something, with what, and why: triggers write these into the histories. */
export interface Actor {
  readonly name: string
  readonly application: string
  readonly reason?: string | undefined
  /** Transitions that the author confirms (src/catalogue/transitions) */
  readonly confirms?: readonly string[] | undefined
}

export interface TransactionOptions extends TransactionSettings {
  readonly actor?: Actor | undefined
  /** The operation that the changed rows are marked with, for restore and undo. */
  readonly batch?: number | undefined
  /** How often the function is repeated on a row conflict. It must have no effects outside of the database. */
  readonly retries?: number | undefined
}

const maxRetries = 5
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

export class Database {
  readonly pool: Pool<FirebirdConnection>
  /** Each statement by itself: reads never wait, writes commit at once. */
  readonly db: Db
  readonly #dialect: FirebirdDialect
  readonly #options: DatabaseOptions
  /** Told after each commit of a transaction that may have written: what was read before may have changed */
  readonly afterCommit = new Set<() => void>()
  #ping: NodeJS.Timeout | undefined

  constructor(options: DatabaseOptions) {
    this.#options = options
    const { attach } = options
    const open = typeof attach === 'function' ? attach : () => Attachment.open(attach)
    this.pool = new Pool(async () => new FirebirdConnection(await open(), options.hooks), options.pool)
    this.#dialect = new FirebirdDialect(this.pool, schemaNames)
    this.db = new Kysely<Schema>({ dialect: this.#dialect })
  }

  get metrics(): PoolMetrics {
    return this.pool.metrics
  }

  /** Keeps asking the server every few seconds, so that a lost connection is noticed before a request meets it. */
  startPing(everyMs: number): void {
    this.#ping = setInterval(() => {
      void this.withConnection(connection => connection.validate()).catch(() => {})
    }, everyMs)
    this.#ping.unref()
  }

  /** After a change of the schema: what a connection has compiled keeps the tables as they were. */
  renewConnections(): void {
    this.pool.renew()
  }

  async close(): Promise<void> {
    clearInterval(this.#ping)
    await this.pool.end()
  }

  /** A connection of the pool for the time of `use`; what it left uncommitted is rolled back. */
  async withConnection<T>(use: (connection: FirebirdConnection) => Promise<T>): Promise<T> {
    const connection = await this.pool.acquire()
    try {
      return await use(connection)
    } finally {
      await this.pool.release(connection)
    }
  }

  /** A Kysely on one connection: its statements join that connection's transaction. */
  on(connection: FirebirdConnection): Transaction<Schema> {
    const compiler = this.#dialect.createQueryCompiler()
    const adapter = this.#dialect.createAdapter()
    const provider = {
      provideConnection: <T>(consumer: (connection: FirebirdConnection) => Promise<T>) =>
        consumer(connection),
    }
    return new Transaction<Schema>({
      config: { dialect: this.#dialect },
      driver: this.#dialect.createDriver(),
      dialect: this.#dialect,
      executor: new DefaultQueryExecutor(compiler, adapter, provider),
    })
  }

  /**
   * Runs `work` in one transaction: commits when it returns, rolls back when it throws, and begins again (at most
   * five times, after a random pause) when another transaction held the same rows.
   * @throws FirebirdFault conflict when it did not come through, unknown-outcome when the connection broke during commit
   */
  async inTransaction<T>(
    options: TransactionOptions,
    work: (trx: Db, connection: FirebirdConnection) => Promise<T>,
  ): Promise<T> {
    const retries = options.retries ?? maxRetries
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.withConnection(connection => this.#once(connection, options, work))
      } catch (error) {
        if (!isRetryable(error) || attempt >= retries) throw error
        await pause((20 + Math.random() * 60) * (attempt + 1))
      }
    }
  }

  async #once<T>(
    connection: FirebirdConnection,
    options: TransactionOptions,
    work: (trx: Db, connection: FirebirdConnection) => Promise<T>,
  ): Promise<T> {
    await connection.begin({
      ...options,
      lockTimeoutS: options.lockTimeoutS ?? this.#options.hooks.lockTimeoutS,
    })
    try {
      const trx = this.on(connection)
      if (options.actor || options.batch !== undefined) await setContext(trx, options)
      const result = await work(trx, connection)
      await connection.commit()
      if (!options.readOnly) for (const tell of this.afterCommit) tell()
      return result
    } catch (error) {
      await connection.rollback()
      throw error
    }
  }
}

/** Tells the triggers who acts: they read these names from USER_TRANSACTION. @param options.batch 'next' begins a new operation @returns its number */
export async function setContext(
  trx: Db,
  options: { actor?: Actor | undefined; batch?: number | 'next' | undefined },
): Promise<number | undefined> {
  const value = (text: string | undefined) => (text === undefined ? null : text.slice(0, 250))
  const { batch } = options
  const isNext = batch === 'next'
  // a block, because the engine reads a context variable once a statement, before any part of it has run
  const { rows } = await sql<{ batch: number | null }>`execute block (
      A varchar(250) character set utf8 = ${value(options.actor?.name)}, P varchar(250) character set utf8 = ${value(options.actor?.application)},
      R varchar(250) character set utf8 = ${value(options.actor?.reason)}, B integer = ${isNext ? null : (batch ?? null)}, N smallint = ${isNext ? 1 : 0})
    returns ("batch" integer) as
  begin
    "batch" = B;
    if (N = 1) then "batch" = next value for SYS_Batch_SEQ;
    rdb$set_context('USER_TRANSACTION', 'ACTOR', A);
    rdb$set_context('USER_TRANSACTION', 'APPLICATION', P);
    rdb$set_context('USER_TRANSACTION', 'REASON', R);
    rdb$set_context('USER_TRANSACTION', 'BATCH', "batch");
    suspend;
  end`.execute(trx)
  return rows[0]?.batch ?? undefined
}

/** The connection of a transaction, for what Kysely has no words for: many rows by one prepared statement. */
export const onItsConnection = <T>(
  trx: Db,
  use: (connection: FirebirdConnection) => Promise<T>,
): Promise<T> => trx.getExecutor().provideConnection(connection => use(connection as FirebirdConnection))

/** The next value of a sequence: keys are known before the row is written. */
export async function nextId(db: Db, sequence: string): Promise<number> {
  const { rows } = await sql<{
    id: number
  }>`select next value for ${sql.id(sequence.toUpperCase())} as "id" from RDB$DATABASE`.execute(db)
  return (rows[0] as { id: number }).id
}

/** The next number of a sequence, for a row whose number nobody needs: it saves asking for it. */
export const drawnFrom = (sequence: string): RawBuilder<number> =>
  sql<number>`next value for ${sql.id(sequence.toUpperCase())}`

/** A block of sequence values in one exchange: the first of `count` consecutive ids. */
export async function nextIds(db: Db, sequence: string, count: number): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select gen_id(${sql.id(sequence.toUpperCase())}, cast(${count} as integer)) as "id" from RDB$DATABASE`.execute(
    db,
  )
  return (rows[0] as { id: number }).id - count + 1
}

/** Raises a sequence above ids that were given from outside; sequences know no transaction, so it only ever grows. */
export async function raiseSequence(db: Db, sequence: string, ids: readonly number[]): Promise<void> {
  const highest = ids.reduce((max, id) => Math.max(max, id), 0)
  const name = sql.id(sequence.toUpperCase())
  const { rows } = await sql<{ id: number }>`select gen_id(${name}, 0) as "id" from RDB$DATABASE`.execute(db)
  const missing = highest - (rows[0]?.id ?? 0)
  if (missing > 0)
    await sql`select gen_id(${name}, ${sql.lit(missing)}) as "id" from RDB$DATABASE`.execute(db)
}
