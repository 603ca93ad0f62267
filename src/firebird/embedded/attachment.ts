// An open database without a server. The engine's calls run on Node's few worker threads, so none may wait there for a lock that
// only another call can free: transactions are opened without waiting, and a call that met a lock is repeated until the lock
// time-out. Calls on one attachment follow each other.
import type { AttachedDatabase, OpenTransaction } from '../attached.ts'
import { kinds, type Outcome, type TransactionParameters } from '../driver.ts'
import { FirebirdFault } from '../faults.ts'
import { blobBytes, types } from '../parameters.ts'
import { noData, readBlob, storeBlob } from './blobs.ts'
import type { Engine, NativeAttachment, NativeCursor, NativeTransaction } from './engine.ts'
import { readField, writeField } from './messages.ts'
import { type Prepared, Statements } from './statements.ts'

const tpb = { version: 3, nowait: 7, read: 8, write: 9 } as const
const cancelRaise = 3
const retryMs = 15
const rowsAtOnce = 200

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

export class EmbeddedAttachment implements AttachedDatabase {
  readonly #engine: Engine
  readonly #attachment: NativeAttachment
  readonly #queryTimeoutMs: number
  readonly #statements: Statements
  #last: Promise<unknown> = Promise.resolve()
  #closed = false
  readonly openedAt = Date.now()
  lastUsedAt = Date.now()

  private constructor(engine: Engine, attachment: NativeAttachment, queryTimeoutMs: number) {
    this.#engine = engine
    this.#attachment = attachment
    this.#queryTimeoutMs = queryTimeoutMs
    this.#statements = new Statements(engine, attachment)
  }

  static async open(engine: Engine, file: string, queryTimeoutMs: number): Promise<EmbeddedAttachment> {
    return new EmbeddedAttachment(engine, await engine.attach(file), queryTimeoutMs)
  }

  get isDead(): boolean {
    return this.#closed
  }

  kill(): void {
    void this.close()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#inTurn(async () => {
      await this.#statements.clear()
      await this.#engine.call(status => this.#attachment.detachAsync(status)).catch(() => {})
    })
  }

  async begin(parameters: TransactionParameters): Promise<OpenTransaction> {
    const bytes = Buffer.from([
      tpb.version,
      ...parameters.isolation,
      parameters.readOnly ? tpb.read : tpb.write,
      tpb.nowait,
    ])
    const waitMs = parameters.lockTimeoutS * 1000
    const transaction = await this.#inTurn(() =>
      untilFree(waitMs, () =>
        this.#engine.call(status => this.#attachment.startTransactionAsync(status, bytes.length, bytes)),
      ),
    )
    const guarded = <T>(work: () => Promise<T>, timeoutMs?: number) =>
      this.#inTurn(() => this.#guard(() => untilFree(waitMs, work), timeoutMs))
    return {
      describe: sql =>
        guarded(async () => {
          const { kind, output } = await this.#statements.prepare(transaction, sql)
          return {
            plainSelect: kind === kinds.select,
            blobs: output.some(field => field.type === types.blob),
          }
        }),
      execute: (sql, values, timeoutMs) => guarded(() => this.#execute(transaction, sql, values), timeoutMs),
      stream: (sql, values, chunkRows) => this.#stream(transaction, sql, values, chunkRows ?? rowsAtOnce),
      executeMany: (sql, rows) =>
        guarded(async () => {
          for (const row of rows) await this.#execute(transaction, sql, row)
        }),
      commit: () =>
        this.#inTurn(() => this.#engine.call(status => transaction.commitAsync(status))).then(() => {}),
      rollback: () =>
        this.#inTurn(() => this.#engine.call(status => transaction.rollbackAsync(status))).catch(() => {}),
    }
  }

  /** Calls follow each other: statements share buffers. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.lastUsedAt = Date.now()
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  async #guard<T>(work: () => Promise<T>, timeoutMs = this.#queryTimeoutMs): Promise<T> {
    const timer = setTimeout(() => {
      void this.#engine
        .call(status => this.#attachment.cancelOperationAsync(status, cancelRaise))
        .catch(() => {})
    }, timeoutMs)
    try {
      return await work()
    } catch (error) {
      if (error instanceof FirebirdFault && error.kind === 'timeout')
        throw new FirebirdFault('timeout', `No answer within ${timeoutMs} ms; the statement was cancelled.`, {
          cause: error,
        })
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  async #input(
    transaction: NativeTransaction,
    statement: Prepared,
    values: readonly unknown[],
  ): Promise<Buffer | undefined> {
    if (statement.input.length !== values.length)
      throw new FirebirdFault(
        'other',
        `The statement has ${statement.input.length} parameters, ${values.length} were given.`,
      )
    if (!statement.inMetadata) return undefined
    const buffer = Buffer.alloc(statement.inBytes)
    for (const [at, field] of statement.input.entries()) {
      const value = values[at]
      const isBlob = field.type === types.blob && value !== null && value !== undefined
      writeField(
        buffer,
        field,
        isBlob ? await storeBlob(this.#engine, this.#attachment, transaction, blobBytes(value, at)) : value,
        at,
      )
    }
    return buffer
  }

  async #row(
    transaction: NativeTransaction,
    statement: Prepared,
    buffer: Buffer,
  ): Promise<Record<string, unknown>> {
    const row: Record<string, unknown> = {}
    for (const field of statement.output) {
      const value = readField(buffer, field)
      if (field.type !== types.blob || value === null) row[field.alias] = value
      else {
        const bytes = await readBlob(this.#engine, this.#attachment, transaction, value as Buffer)
        row[field.alias] = field.subType === 1 ? bytes.toString('utf8') : bytes
      }
    }
    return row
  }

  async #execute(transaction: NativeTransaction, sql: string, values: readonly unknown[]): Promise<Outcome> {
    const statement = await this.#statements.prepare(transaction, sql)
    const input = await this.#input(transaction, statement, values)
    if (statement.opensCursor) {
      const cursor = await this.#open(transaction, statement, input)
      try {
        const { rows } = await this.#fetch(transaction, statement, cursor, Number.POSITIVE_INFINITY)
        return { rows, affected: undefined }
      } finally {
        await this.#engine.call(status => cursor.closeAsync(status)).catch(() => {})
      }
    }
    const output = statement.outMetadata ? Buffer.alloc(statement.outBytes) : undefined
    await this.#engine.call(status =>
      statement.native.executeAsync(
        status,
        transaction,
        statement.inMetadata,
        input,
        statement.outMetadata,
        output,
      ),
    )
    const changes = [kinds.insert, kinds.update, kinds.remove, kinds.procedure] as readonly number[]
    const affected = changes.includes(statement.kind)
      ? Number(this.#engine.callSync(status => statement.native.getAffectedRecordsSync(status)))
      : undefined
    if (statement.kind === kinds.ddl) await this.#statements.free(statement)
    // a change with RETURNING that met no row leaves the buffer empty
    const returns = output && (affected || !/^\s*(insert|update|delete|merge)\b/i.test(sql))
    return { rows: returns ? [await this.#row(transaction, statement, output)] : [], affected }
  }

  #open(
    transaction: NativeTransaction,
    statement: Prepared,
    input: Buffer | undefined,
  ): Promise<NativeCursor> {
    return this.#engine.call(status =>
      statement.native.openCursorAsync(
        status,
        transaction,
        statement.inMetadata,
        input,
        statement.outMetadata,
        0,
      ),
    )
  }

  async #fetch(
    transaction: NativeTransaction,
    statement: Prepared,
    cursor: NativeCursor,
    most: number,
  ): Promise<{ rows: Record<string, unknown>[]; ended: boolean }> {
    const rows: Record<string, unknown>[] = []
    const buffer = Buffer.alloc(statement.outBytes)
    while (rows.length < most) {
      const state = await this.#engine.call(status => cursor.fetchNextAsync(status, buffer))
      if (state === noData) return { rows, ended: true }
      rows.push(await this.#row(transaction, statement, buffer))
    }
    return { rows, ended: false }
  }

  async *#stream(
    transaction: NativeTransaction,
    sql: string,
    values: readonly unknown[],
    chunkRows: number,
  ): AsyncGenerator<Record<string, unknown>[]> {
    const { statement, cursor } = await this.#inTurn(async () => {
      const prepared = await this.#statements.prepare(transaction, sql)
      // it is this stream's until its end: another call of the same text prepares anew
      this.#statements.take(sql)
      const input = await this.#input(transaction, prepared, values)
      return { statement: prepared, cursor: await this.#open(transaction, prepared, input) }
    })
    try {
      for (;;) {
        const { rows, ended } = await this.#inTurn(() =>
          this.#guard(() => this.#fetch(transaction, statement, cursor, chunkRows)),
        )
        if (rows.length > 0) yield rows
        if (ended) return
      }
    } finally {
      await this.#inTurn(async () => {
        await this.#engine.call(status => cursor.closeAsync(status)).catch(() => {})
        await this.#statements.free(statement)
      })
    }
  }
}

/** Repeats what met another transaction's lock until it is free or the time is over. */
async function untilFree<T>(waitMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + waitMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof FirebirdFault) || error.kind !== 'conflict' || Date.now() >= until) throw error
      await pause(retryMs)
    }
  }
}
