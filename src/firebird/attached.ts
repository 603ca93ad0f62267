// What FirebirdConnection needs of an open database, whichever way it was opened: through a server (wire.ts) or by the
// engine inside this process (embedded.ts).
import type { Outcome, TransactionParameters } from './driver.ts'

export interface OpenTransaction {
  /** Prepares without executing: is it a plain select, and is a blob among its columns? */
  describe(sql: string): Promise<{ blobs: boolean; plainSelect: boolean }>
  /** @throws FirebirdFault, of kind timeout after timeoutMs */
  execute(sql: string, parameters: readonly unknown[], timeoutMs?: number): Promise<Outcome>
  /** The rows in portions. Breaking out of the loop frees the cursor; the connection stays usable. */
  stream(
    sql: string,
    parameters: readonly unknown[],
    chunkRows?: number,
  ): AsyncGenerator<Record<string, unknown>[]>
  /** One prepared statement for many rows; rows affected are not counted. */
  executeMany(sql: string, rows: readonly (readonly unknown[])[]): Promise<void>
  /** @throws FirebirdFault unknown-outcome where the connection broke meanwhile */
  commit(): Promise<void>
  rollback(): Promise<void>
}

export interface AttachedDatabase {
  readonly isDead: boolean
  readonly openedAt: number
  readonly lastUsedAt: number
  begin(parameters: TransactionParameters): Promise<OpenTransaction>
  close(): Promise<void>
  /** Cuts the connection without a word, as a network failure would. */
  kill(): void
}
