// Bytes of the transaction parameter block (ibase.h). node-firebird's own ISOLATION_READ_COMMITTED means
// NO_REC_VERSION, which makes readers wait for writers (trap 1), so the arrays stand here.
const tpb = {
  concurrency: 2,
  consistency: 1,
  readCommitted: 15,
  recVersion: 17,
  noRecVersion: 18,
  lockWrite: 11,
  shared: 3,
  protected: 4,
} as const

export const isolations = {
  /** Reads the newest committed version of each row; never waits for writers. */
  'read committed': [tpb.readCommitted, tpb.recVersion],
  /** Waits for a row that another transaction changes and then goes on: for single-statement counters. */
  'read committed, no record version': [tpb.readCommitted, tpb.noRecVersion],
  /** One consistent state of the whole database; needed wherever blobs are read. */
  snapshot: [tpb.concurrency],
  /** Snapshot with table locks. */
  serializable: [tpb.consistency],
} as const satisfies Record<string, readonly number[]>

export type Isolation = keyof typeof isolations

/** A table that a transaction reserves at its start: shared writers coexist, a protected one excludes both kinds. */
export interface Reservation {
  readonly table: string
  readonly mode: 'shared' | 'protected'
}

/** Isolation and reservations as bytes; readers that reserve nothing never wait for them. */
export function parameterBytes(isolation: Isolation, reservations: readonly Reservation[] = []): number[] {
  const bytes: number[] = [...isolations[isolation]]
  for (const { table, mode } of reservations) {
    const name = Buffer.from(table.toUpperCase(), 'ascii')
    bytes.push(tpb.lockWrite, name.length, ...name, mode === 'shared' ? tpb.shared : tpb.protected)
  }
  return bytes
}
