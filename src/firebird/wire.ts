// The one file that drives node-firebird (driver.ts types what it uses), and only its wire codec (attach, startTransaction, newStatement,
// sendExecute, fetch, uploadBlob, statementInfo, cancelOperation). Its pool, its query(), its isolation names,
// its create() and its self-reconnection are never used: docs/decisions/0002 lists the reproduced reasons.
import { attachDatabase, type AttachOptions } from './attach.ts'
import type { AttachedDatabase, OpenTransaction } from './attached.ts'
import { utcReader } from './columns.ts'
import {
  call,
  constants,
  type ExecuteReply,
  kinds,
  type Outcome,
  type TransactionParameters,
  opExecute,
  opExecute2,
  parseRecordCounts,
  type RawConnection,
  type RawDatabase,
  type RawStatement,
  type RawTransaction,
} from './driver.ts'
import { FirebirdFault, toFault } from './faults.ts'
import { fetchRows, fetchSize, maxColumns, maxParameters, readBlobs } from './fetching.ts'
import { together } from './together.ts'
import { blobBytes, type BlobId, type Described, encodeParameter, isShortBlob, types } from './parameters.ts'

/** More executes in flight than this cost quadratic time (trap 23). */
const pipelineWindow = 256

const cancelledGdscode = 335544794

/** Kinds of statements that tell how many rows they changed. */
const changes: readonly number[] = [kinds.insert, kinds.update, kinds.remove, kinds.procedure]
/** Whether blobs are to be sent ahead of the statement that names them. */
const sendsBlobs = (input: readonly Described[] = [], values: readonly unknown[]) =>
  input.some(
    (parameter, at) => parameter.type === types.blob && values[at] != null && !isShortBlob(values[at]),
  )

/** One connection to one database. It never reconnects: a lost one is dead and is replaced by the pool. */
export class Attachment implements AttachedDatabase {
  readonly #database: RawDatabase
  readonly #connection: RawConnection
  readonly #options: AttachOptions
  #killed = false
  readonly openedAt = Date.now()
  lastUsedAt = Date.now()

  private constructor(database: RawDatabase, options: AttachOptions) {
    this.#database = database
    this.#connection = database.connection
    this.#options = options
    database.on('error', () => {}) // the loss shows in isDead; without a listener Node would end the process
  }

  /** @throws FirebirdFault login, no-database, lost, timeout */
  static async open(options: AttachOptions): Promise<Attachment> {
    return new Attachment(await attachDatabase(options), options)
  }

  get isDead(): boolean {
    const socket = this.#connection._socket
    return (
      this.#killed || this.#connection._isClosed || this.#connection._isDetach || !socket || socket.destroyed
    )
  }

  /** Cuts the socket; the server rolls back what was open. */
  kill(): void {
    this.#killed = true
    this.#connection._socket?.destroy()
  }

  async begin(parameters: TransactionParameters): Promise<OpenTransaction> {
    const transaction = await this.#guard(
      call<RawTransaction>(done =>
        this.#connection.startTransaction(
          {
            isolation: parameters.isolation,
            readOnly: parameters.readOnly,
            wait: parameters.lockTimeoutS > 0,
            // the driver writes 256 and more in the wrong byte order (trap 3)
            waitTimeout: Math.min(parameters.lockTimeoutS, 255),
          },
          done,
        ),
      ),
      (parameters.lockTimeoutS + 5) * 1000,
    )
    return {
      describe: sql => this.#guard(this.#describe(transaction, sql)),
      execute: (sql, values, timeoutMs) => {
        this.lastUsedAt = Date.now()
        return this.#guard(this.#execute(transaction, sql, values), timeoutMs)
      },
      stream: (sql, values, chunkRows) => this.#stream(transaction, sql, values, chunkRows),
      executeMany: (sql, rows) => this.#executeMany(transaction, sql, rows),
      commit: () => this.#commit(transaction),
      rollback: () => this.#rollback(transaction),
    }
  }

  async #commit(transaction: RawTransaction): Promise<void> {
    try {
      await this.#guard(call(done => transaction.commit(done)))
    } catch (error) {
      const fault = toFault(error)
      if (fault.kind === 'lost' || fault.kind === 'timeout' || this.isDead)
        throw new FirebirdFault('unknown-outcome', 'The connection broke during commit.', { cause: error })
      throw fault
    }
  }

  async #rollback(transaction: RawTransaction): Promise<void> {
    if (this.isDead) return
    await this.#guard(
      call(done => transaction.rollback(done)),
      10_000,
    ).catch(() => this.kill())
  }

  async #describe(
    transaction: RawTransaction,
    sql: string,
  ): Promise<{ blobs: boolean; plainSelect: boolean }> {
    const statement = await this.#prepare(transaction, sql)
    statement.release()
    const blobs = statement.output.some(column => column.type === types.blob)
    return { plainSelect: statement.type === kinds.select, blobs }
  }

  async *#stream(
    transaction: RawTransaction,
    sql: string,
    parameters: readonly unknown[],
    chunkRows?: number,
  ): AsyncGenerator<Record<string, unknown>[]> {
    const statement = await this.#guard(this.#prepare(transaction, sql))
    try {
      await this.#guard(this.#send(transaction, statement, parameters))
      const rows = chunkRows ?? fetchSize(statement)
      for (;;) {
        this.lastUsedAt = Date.now()
        const reply = await this.#guard(fetchRows(this.#connection, transaction, statement, rows))
        if (reply.data.length > 0) yield reply.data
        if (reply.fetched) return
      }
    } finally {
      if (!this.isDead) statement.release()
    }
  }

  /** Executes are pipelined. */
  async #executeMany(
    transaction: RawTransaction,
    sql: string,
    rows: readonly (readonly unknown[])[],
  ): Promise<void> {
    const statement = await this.#guard(this.#prepare(transaction, sql))
    try {
      for (let start = 0; start < rows.length; start += pipelineWindow) {
        const window = rows.slice(start, start + pipelineWindow)
        // within the guard, which knows what a fault means once the connection is gone
        await this.#guard(together(...window.map(row => this.#send(transaction, statement, row))))
      }
    } catch (error) {
      statement._failed = true
      throw error
    } finally {
      if (!this.isDead) statement.release()
    }
  }

  async close(): Promise<void> {
    if (!this.isDead) {
      this.#connection._pooled = false
      const detached = call(done => this.#database.detach(done, true)).catch(() => {})
      let timer: NodeJS.Timeout | undefined
      await Promise.race([detached, new Promise(resolve => (timer = setTimeout(resolve, 1000)))])
      clearTimeout(timer)
    }
    this.kill()
  }

  async #prepare(transaction: RawTransaction, sql: string): Promise<RawStatement> {
    // counted before the server describes them: its reply would exceed what the driver can take
    const marks = sql.split('?').length - 1
    if (marks > maxParameters)
      throw new FirebirdFault(
        'other',
        `A statement has ${marks} parameters; at most ${maxParameters} are possible.`,
      )
    if (this.isDead) throw new FirebirdFault('lost', 'The database connection is lost.')
    const statement = await call<RawStatement>(done =>
      transaction.newStatement(sql, done, { namedPlaceholders: false }),
    )
    if ((statement.output?.length ?? 0) > maxColumns)
      throw new FirebirdFault(
        'other',
        `A statement selects ${statement.output.length} columns; at most ${maxColumns} are possible.`,
      )
    if (!statement.hasReaders) {
      statement.hasReaders = true
      for (const column of statement.output ?? []) column.decode = utcReader(column) ?? column.decode
    }
    return statement
  }

  async #send(
    transaction: RawTransaction,
    statement: RawStatement,
    values: readonly unknown[],
  ): Promise<ExecuteReply> {
    const described = statement.input ?? []
    if (described.length !== values.length)
      throw new FirebirdFault(
        'other',
        `The statement has ${described.length} parameters, ${values.length} were given.`,
      )
    const encoded = Array.from<unknown>({ length: values.length })
    const uploads: Promise<void>[] = []
    described.forEach((parameter, at) => {
      const value = values[at]
      if (parameter.type === types.blob && value != null && !isShortBlob(value)) {
        const bytes = blobBytes(value, at)
        // uploaded here because the driver's own path throws out of its socket handler when the server dies (trap 8)
        uploads.push(
          call<BlobId>(done => this.#connection.uploadBlob(transaction, bytes, done)).then(id => {
            encoded[at] = encodeParameter(value, parameter, at, id)
          }),
        )
      } else encoded[at] = encodeParameter(value, parameter, at)
    })
    if (uploads.length > 0) await Promise.all(uploads)
    const op = statement.type === kinds.procedure && statement.output.length > 0 ? opExecute2 : opExecute
    statement.options = { asObject: true }
    return await call<ExecuteReply>(done =>
      this.#connection.sendExecute(op, statement, transaction, done, encoded),
    )
  }

  async #execute(transaction: RawTransaction, sql: string, parameters: readonly unknown[]): Promise<Outcome> {
    const statement = await this.#prepare(transaction, sql)
    try {
      if (statement.type === kinds.select || statement.type === kinds.selectForUpdate)
        return { rows: await this.#select(transaction, statement, parameters), affected: undefined }
      const sending = this.#send(transaction, statement, parameters)
      if (!changes.includes(statement.type)) {
        await sending
        return { rows: [], affected: undefined }
      }
      // the question goes out right behind the statement: one round trip less
      if (sendsBlobs(statement.input, parameters)) await sending
      const asking = call<{ buffer: Buffer }>(done =>
        this.#connection.statementInfo(statement, constants.RECORDS_INFO, done),
      )
      asking.catch(() => {})
      const reply = await sending
      const info = await asking
      const counts = parseRecordCounts(info.buffer)
      const affected = counts.insertCount + counts.updateCount + counts.deleteCount
      // UPDATE ... RETURNING that met no row answers one row of NULLs (trap 18)
      const returns =
        (reply.data?.length ?? 0) > 0 && (affected > 0 || !/^\s*(insert|update|delete|merge)\b/i.test(sql))
      if (returns) await readBlobs(this.#connection, transaction, statement, reply)
      return { rows: returns ? (reply.data ?? []) : [], affected }
    } catch (error) {
      statement._failed = true
      throw error
    } finally {
      if (!this.isDead) statement.release()
    }
  }

  async #select(
    transaction: RawTransaction,
    statement: RawStatement,
    parameters: readonly unknown[],
  ): Promise<Record<string, unknown>[]> {
    const size = fetchSize(statement)
    const executing = this.#send(transaction, statement, parameters)
    if (sendsBlobs(statement.input, parameters)) await executing
    // the first fetch goes out right behind the execute: one round trip less
    const fetching = fetchRows(this.#connection, transaction, statement, size)
    fetching.catch(() => {})
    await executing
    let reply = await fetching
    const rows = reply.data
    while (!reply.fetched) {
      reply = await fetchRows(this.#connection, transaction, statement, size)
      for (const row of reply.data) rows.push(row)
    }
    return rows
  }

  /**
   * Every exchange passes here. Time is up: op_cancel; still silent after two seconds: the socket is cut,
   * because a cancel that races a finished statement desynchronises the connection (trap 9).
   */
  async #guard<T>(exchange: Promise<T>, timeoutMs = this.#options.queryTimeoutMs): Promise<T> {
    let soft: NodeJS.Timeout | undefined
    let hard: NodeJS.Timeout | undefined
    let isLate = false
    const cut = new Promise<never>((_, reject) => {
      soft = setTimeout(() => {
        isLate = true
        if (!this.isDead) this.#connection.cancelOperation()
        hard = setTimeout(() => {
          this.kill()
          reject(new FirebirdFault('timeout', `No answer within ${timeoutMs} ms; the connection was cut.`))
        }, 2000)
      }, timeoutMs)
    })
    exchange.catch(() => {})
    try {
      return await Promise.race([exchange, cut])
    } catch (error) {
      const fault = toFault(error)
      // also where the cancel of a pipelined neighbour, or an administrator's, struck this exchange
      if (fault.gdscode === cancelledGdscode)
        throw new FirebirdFault('timeout', `No answer within ${timeoutMs} ms; the statement was cancelled.`, {
          cause: error,
        })
      if (this.isDead && fault.kind === 'other')
        throw new FirebirdFault('lost', 'The database connection is lost.', { cause: error })
      throw fault
    } finally {
      // a cancel that crossed the answer would strike whatever comes next
      if (isLate) this.kill()
      clearTimeout(soft)
      clearTimeout(hard)
    }
  }
}

/**
 * Asks a server whether it answers: logs in, and goes. Closed, not merely detached: the driver would leave the socket open.
 * @throws FirebirdFault login, no-database, lost
 */
export async function probe(options: AttachOptions): Promise<void> {
  const attachment = await Attachment.open(options)
  await attachment.close()
}
