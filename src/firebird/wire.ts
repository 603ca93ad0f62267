// The one file that talks to node-firebird, and only to its wire codec (attach, startTransaction, newStatement,
// sendExecute, fetch, uploadBlob, statementInfo, cancelOperation). Its pool, its query(), its isolation names,
// its create() and its self-reconnection are never used: docs/decisions/0002 lists the reproduced reasons.
import { createRequire } from 'node:module'
import { FirebirdFault, toFault } from './faults.ts'
import { blobBytes, type BlobId, type Described, encodeParameter, types } from './parameters.ts'
import { dayFromWire, fromWire } from './utc.ts'

const require = createRequire(import.meta.url)

export interface RawTransaction {
  readonly handle: number
  commit(done: Done): void
  rollback(done: Done): void
  newStatement(sql: string, done: Done<RawStatement>, options: { namedPlaceholders: false }): void
}
interface RawStatement {
  readonly type: number
  readonly input: Described[]
  readonly output: Described[]
  options: { asObject: boolean }
  _failed?: boolean
  utc?: true
  release(): void
}
interface FetchReply {
  readonly data: Record<string, unknown>[]
  readonly fetched: boolean
  readonly arrBlob?: readonly unknown[]
}
interface ExecuteReply {
  readonly data?: Record<string, unknown>[]
  readonly arrBlob?: readonly unknown[]
}
interface RawConnection {
  readonly _isClosed: boolean
  readonly _isDetach: boolean
  readonly _socket: { destroyed: boolean; destroy(): void; setKeepAlive(on: boolean, ms: number): void } | undefined
  _pooled: boolean
  readonly accept: { protocolVersion: number }
  startTransaction(options: object, done: Done<RawTransaction>): void
  sendExecute(op: number, statement: RawStatement, transaction: RawTransaction, done: Done<ExecuteReply>, parameters: unknown[]): void
  fetch(statement: RawStatement, transaction: RawTransaction, rows: number, done: Done<FetchReply>): void
  resolveTextBlobs(transaction: RawTransaction, reply: object, done: Done): void
  uploadBlob(transaction: RawTransaction, bytes: Buffer, done: Done<BlobId>): void
  statementInfo(statement: RawStatement, items: unknown, done: Done<{ buffer: Buffer }>): void
  cancelOperation(): void
}
interface RawDatabase {
  readonly connection: RawConnection
  on(event: 'error', listener: () => void): void
  detach(done: Done, force: boolean): void
}
type Done<T = unknown> = (error: unknown, result: T) => void

const driver = require('node-firebird') as {
  connection: RawConnection | undefined
  attachAsync(options: object): Promise<RawDatabase>
}
const constants = require('node-firebird/lib/wire/const.js') as Record<string, number> & { RECORDS_INFO: unknown }
const { parseRecordCounts } = require('node-firebird/lib/wire/xsqlvar.js') as {
  parseRecordCounts(buffer: Buffer): { insertCount: number; updateCount: number; deleteCount: number }
}
const opExecute = constants['op_execute'] as number
const opExecute2 = constants['op_execute2'] as number

/** Statement kinds (isc_info_sql_stmt_*). */
const kinds = { select: 1, insert: 2, update: 3, remove: 4, ddl: 5, procedure: 8, selectForUpdate: 12 } as const

/** Describe replies above 64 KB make the driver throw out of its socket handler and hang (trap 13). */
const maxParameters = 1000
const maxColumns = 500

/** Largest bytes of one fetch reply aimed at: wider replies are decoded from their start at each packet (trap 24). */
const fetchReplyBytes = 65_536
/** More executes in flight than this cost quadratic time (trap 23). */
const pipelineWindow = 256

const cancelledGdscode = 335544794

export interface AttachOptions {
  readonly host: string
  readonly port: number
  /** Path of the database file as the server sees it, or an alias. */
  readonly database: string
  readonly user: string
  readonly password: string
  readonly role?: string | undefined
  readonly encryptWire: boolean
  readonly connectTimeoutMs: number
  /** Longest time of one exchange with the server, unless a call names its own. */
  readonly queryTimeoutMs: number
}

export interface TransactionParameters {
  /** Bytes of the transaction parameter block that name isolation and table reservations. */
  readonly isolation: readonly number[]
  readonly readOnly: boolean
  /** Seconds to wait for a lock; 0 refuses at once. */
  readonly lockTimeoutS: number
}

export interface Outcome {
  readonly rows: Record<string, unknown>[]
  /** Rows inserted, updated or deleted; undefined for statements that change none. */
  readonly affected: number | undefined
}

function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(toFault(error)) : resolve(result)))
  })
}

/** One connection to one database. It never reconnects: a lost one is dead and is replaced by the pool. */
export class Attachment {
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
    // an empty password would silently become the driver's default (trap 21)
    if (!options.password || !options.user) throw new FirebirdFault('login', 'The database user or password is empty.')
    const attaching = driver.attachAsync({
      host: options.host,
      port: options.port,
      database: options.database,
      user: options.user,
      password: options.password,
      ...(options.role ? { role: options.role } : {}),
      wireCrypt: options.encryptWire ? 1 : 0,
      pluginName: 'Srp256',
      encoding: 'UTF8',
      numericMode: 'safe',
      blobAsText: true,
      blobChunkSize: 65_535,
      blobReadChunkSize: 65_535,
      statementCacheSize: 200,
      isPool: true, // keeps the driver from reconnecting behind a transaction's back (trap 7)
    })
    const connection = driver.connection // set synchronously by attach
    attaching.catch(() => {})
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new FirebirdFault('lost', `The database server did not answer within ${options.connectTimeoutMs} ms.`)),
        options.connectTimeoutMs,
      )
    })
    try {
      return new Attachment(await Promise.race([attaching, late]), options)
    } catch (error) {
      connection?._socket?.destroy()
      throw toFault(error)
    } finally {
      clearTimeout(timer)
    }
  }

  get isDead(): boolean {
    const socket = this.#connection._socket
    return this.#killed || this.#connection._isClosed || this.#connection._isDetach || !socket || socket.destroyed
  }

  /** Cuts the socket; the server rolls back what was open. */
  kill(): void {
    this.#killed = true
    this.#connection._socket?.destroy()
  }

  begin(parameters: TransactionParameters): Promise<RawTransaction> {
    return this.#guard(
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
  }

  async commit(transaction: RawTransaction): Promise<void> {
    try {
      await this.#guard(call(done => transaction.commit(done)))
    } catch (error) {
      const fault = toFault(error)
      if (fault.kind === 'lost' || fault.kind === 'timeout' || this.isDead)
        throw new FirebirdFault('unknown-outcome', 'The connection broke during commit.', { cause: error })
      throw fault
    }
  }

  async rollback(transaction: RawTransaction): Promise<void> {
    if (this.isDead) return
    await this.#guard(call(done => transaction.rollback(done)), 10_000).catch(() => this.kill())
  }

  /** Prepares without executing and says whether rows come and whether a blob is among their columns. */
  async describe(transaction: RawTransaction, sql: string): Promise<{ selects: boolean; blobs: boolean; plainSelect: boolean }> {
    const statement = await this.#prepare(transaction, sql)
    statement.release()
    return {
      selects: statement.type === kinds.select || statement.type === kinds.selectForUpdate,
      plainSelect: statement.type === kinds.select,
      blobs: statement.output.some(column => column.type === types.blob),
    }
  }

  execute(transaction: RawTransaction, sql: string, parameters: readonly unknown[], timeoutMs?: number): Promise<Outcome> {
    this.lastUsedAt = Date.now()
    return this.#guard(this.#execute(transaction, sql, parameters), timeoutMs)
  }

  /** The rows in portions. Breaking out of the loop frees the cursor; the connection stays usable. */
  async *stream(
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
        const reply = await this.#guard(this.#fetch(transaction, statement, rows))
        if (reply.data.length > 0) yield reply.data
        if (reply.fetched) return
      }
    } finally {
      if (!this.isDead) statement.release()
    }
  }

  /** One prepared statement for many rows, executes pipelined. @returns rows affected are not counted */
  async executeMany(transaction: RawTransaction, sql: string, rows: readonly (readonly unknown[])[]): Promise<void> {
    if (rows.length === 0) return
    const statement = await this.#guard(this.#prepare(transaction, sql))
    try {
      for (let start = 0; start < rows.length; start += pipelineWindow) {
        const window = rows.slice(start, start + pipelineWindow)
        const sent = await this.#guard(Promise.allSettled(window.map(row => this.#send(transaction, statement, row))))
        const failed = sent.find(result => result.status === 'rejected')
        if (failed) throw toFault(failed.reason)
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
    if (marks > maxParameters) throw new FirebirdFault('other', `A statement has ${marks} parameters; at most ${maxParameters} are possible.`)
    if (this.isDead) throw new FirebirdFault('lost', 'The database connection is lost.')
    const statement = await call<RawStatement>(done => transaction.newStatement(sql, done, { namedPlaceholders: false }))
    if ((statement.output?.length ?? 0) > maxColumns)
      throw new FirebirdFault('other', `A statement selects ${statement.output.length} columns; at most ${maxColumns} are possible.`)
    if (!statement.utc) {
      statement.utc = true
      for (const column of statement.output ?? []) {
        if (column.type === types.timestamp) column.decode = data => fromWire(data.readInt(), data.readUInt())
        if (column.type === types.date) column.decode = data => dayFromWire(data.readInt())
      }
    }
    return statement
  }

  async #send(transaction: RawTransaction, statement: RawStatement, values: readonly unknown[]): Promise<ExecuteReply> {
    const described = statement.input ?? []
    if (described.length !== values.length)
      throw new FirebirdFault('other', `The statement has ${described.length} parameters, ${values.length} were given.`)
    const encoded = Array.from<unknown>({ length: values.length })
    const uploads: Promise<void>[] = []
    described.forEach((parameter, at) => {
      const value = values[at]
      if (parameter.type === types.blob && value != null) {
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
    return await call<ExecuteReply>(done => this.#connection.sendExecute(op, statement, transaction, done, encoded))
  }

  async #fetch(transaction: RawTransaction, statement: RawStatement, rows: number): Promise<FetchReply> {
    const reply = await call<FetchReply>(done => this.#connection.fetch(statement, transaction, rows, done))
    await this.#readBlobs(transaction, statement, reply)
    return reply
  }

  async #readBlobs(transaction: RawTransaction, statement: RawStatement, reply: ExecuteReply): Promise<void> {
    if (reply.arrBlob?.length) await call(done => this.#connection.resolveTextBlobs(transaction, reply, done))
    for (const column of statement.output) {
      if (column.type !== types.blob || column.subType === 1) continue
      for (const row of reply.data ?? []) row[column.alias] = await readBinaryBlob(transaction, row[column.alias])
    }
  }

  async #execute(transaction: RawTransaction, sql: string, parameters: readonly unknown[]): Promise<Outcome> {
    const statement = await this.#prepare(transaction, sql)
    try {
      if (statement.type === kinds.select || statement.type === kinds.selectForUpdate)
        return { rows: await this.#select(transaction, statement, parameters), affected: undefined }
      const reply = await this.#send(transaction, statement, parameters)
      const changes = [kinds.insert, kinds.update, kinds.remove, kinds.procedure] as readonly number[]
      if (!changes.includes(statement.type)) return { rows: [], affected: undefined }
      const info = await call<{ buffer: Buffer }>(done => this.#connection.statementInfo(statement, constants.RECORDS_INFO, done))
      const counts = parseRecordCounts(info.buffer)
      const affected = counts.insertCount + counts.updateCount + counts.deleteCount
      // UPDATE ... RETURNING that met no row answers one row of NULLs (trap 18)
      const returns = (reply.data?.length ?? 0) > 0 && (affected > 0 || !/^\s*(insert|update|delete|merge)\b/i.test(sql))
      if (returns) await this.#readBlobs(transaction, statement, reply)
      return { rows: returns ? (reply.data ?? []) : [], affected }
    } catch (error) {
      statement._failed = true
      throw error
    } finally {
      if (!this.isDead) statement.release()
    }
  }

  async #select(transaction: RawTransaction, statement: RawStatement, parameters: readonly unknown[]): Promise<Record<string, unknown>[]> {
    const size = fetchSize(statement)
    const executing = this.#send(transaction, statement, parameters)
    const uploadsFirst = statement.input?.some(parameter => parameter.type === types.blob)
    if (uploadsFirst) await executing
    // the first fetch goes out right behind the execute: one round trip less
    const fetching = this.#fetch(transaction, statement, size)
    fetching.catch(() => {})
    await executing
    let reply = await fetching
    const rows = reply.data
    while (!reply.fetched) {
      reply = await this.#fetch(transaction, statement, size)
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
      if (isLate && fault.gdscode === cancelledGdscode) {
        this.kill()
        throw new FirebirdFault('timeout', `No answer within ${timeoutMs} ms; the statement was cancelled.`, { cause: error })
      }
      if (this.isDead && fault.kind === 'other') throw new FirebirdFault('lost', 'The database connection is lost.', { cause: error })
      throw fault
    } finally {
      clearTimeout(soft)
      clearTimeout(hard)
    }
  }
}

function fetchSize(statement: RawStatement): number {
  const rowBytes = statement.output.reduce((sum, column) => sum + (column.type === types.blob ? 8 : Math.min(column.length, 4096)), 8)
  // VARCHAR lengths are the declared ones; a caption column of 2,000 octets holds about a tenth of it
  return Math.max(20, Math.min(1000, Math.floor((fetchReplyBytes * 4) / rowBytes)))
}

type BlobEvents = NodeJS.EventEmitter
function readBinaryBlob(transaction: RawTransaction, cell: unknown): Promise<Buffer | null> {
  if (typeof cell !== 'function') return Promise.resolve((cell as Buffer | null) ?? null)
  return new Promise((resolve, reject) => {
    const open = cell as (transaction: RawTransaction, opened: (error: unknown, name: string, events: BlobEvents) => void) => void
    open(transaction, (error, _name, events) => {
      if (error) return reject(toFault(error))
      const parts: Buffer[] = []
      events.on('data', (part: Buffer) => parts.push(part))
      events.on('end', () => resolve(Buffer.concat(parts)))
      events.on('error', failure => reject(toFault(failure)))
    })
  })
}
