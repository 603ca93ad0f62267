// What node-firebird offers below its public interface, as far as wire.ts uses it: the only other file that names it.
import { createRequire } from 'node:module'
import { toFault } from './faults.ts'
import type { BlobId, Described } from './parameters.ts'

const require = createRequire(import.meta.url)

export interface RawTransaction {
  readonly handle: number
  commit(done: Done): void
  rollback(done: Done): void
  newStatement(sql: string, done: Done<RawStatement>, options: { namedPlaceholders: false }): void
}
export interface RawStatement {
  readonly type: number
  readonly input: Described[]
  readonly output: Described[]
  options: { asObject: boolean }
  _failed?: boolean
  hasReaders?: true
  release(): void
}
export interface FetchReply {
  readonly data: Record<string, unknown>[]
  readonly fetched: boolean
  readonly arrBlob?: readonly unknown[]
}
/** What `fetch` queues: when its reply comes, the driver decodes it by this statement's columns. */
export type FetchDone<T> = Done<T> & { statement?: unknown }
export interface ExecuteReply {
  readonly data?: Record<string, unknown>[]
  readonly arrBlob?: readonly unknown[]
}
export interface RawConnection {
  readonly _isClosed: boolean
  readonly _isDetach: boolean
  readonly _socket:
    | {
        destroyed: boolean
        destroy(): void
        setKeepAlive(on: boolean, ms: number): void
        cork(): void
        uncork(): void
        listeners(event: 'data'): ((bytes: Buffer) => void)[]
        removeListener(event: 'data', listener: (bytes: Buffer) => void): void
        addListener(event: 'data', listener: (bytes: Buffer) => void): void
      }
    | undefined
  /** What it writes its next message with. */
  readonly _msg: { addInt(value: number): void; addBlr(blr: unknown): void }
  /** Sends the message; `defer`: with the next one. */
  _queueEvent(done: unknown, defer?: boolean): void
  _pooled: boolean
  readonly options: unknown
  readonly accept: { protocolVersion: number }
  startTransaction(options: object, done: Done<RawTransaction>): void
  sendExecute(
    op: number,
    statement: RawStatement,
    transaction: RawTransaction,
    done: Done<ExecuteReply>,
    parameters: unknown[],
  ): void
  fetch(statement: RawStatement, transaction: RawTransaction, rows: number, done: FetchDone<never>): void
  resolveTextBlobs(transaction: RawTransaction, reply: object, done: Done): void
  uploadBlob(transaction: RawTransaction, bytes: Buffer, done: Done<BlobId>): void
  statementInfo(statement: RawStatement, items: unknown, done: Done<{ buffer: Buffer }>): void
  cancelOperation(): void
}
export interface RawDatabase {
  readonly connection: RawConnection
  on(event: 'error', listener: () => void): void
  detach(done: Done, force: boolean): void
}
export type Done<T = unknown> = (error: unknown, result: T) => void

export const driver = require('node-firebird') as {
  connection: RawConnection | undefined
  attachAsync(options: object): Promise<RawDatabase>
}
export const constants = require('node-firebird/lib/wire/const.js') as Record<string, number> & {
  RECORDS_INFO: unknown
}
export const { parseRecordCounts } = require('node-firebird/lib/wire/xsqlvar.js') as {
  parseRecordCounts: (buffer: Buffer) => { insertCount: number; updateCount: number; deleteCount: number }
}
export const opExecute = constants['op_execute'] as number
export const opExecute2 = constants['op_execute2'] as number

/** A callback of the driver as a promise that rejects with a fault. */
export function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(toFault(error)) : resolve(result)))
  })
}

/** Statement kinds (isc_info_sql_stmt_*). */
export const kinds = {
  select: 1,
  insert: 2,
  update: 3,
  remove: 4,
  ddl: 5,
  procedure: 8,
  selectForUpdate: 12,
} as const

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
