import type { Driver, TransactionSettings as KyselySettings } from 'kysely'
import type { FirebirdConnection } from '../connection.ts'
import type { Isolation } from '../isolation.ts'
import type { Pool } from '../pool.ts'

const isolationOf: Readonly<Record<NonNullable<KyselySettings['isolationLevel']>, Isolation>> = {
  'read uncommitted': 'read committed',
  'read committed': 'read committed',
  'repeatable read': 'snapshot',
  snapshot: 'snapshot',
  serializable: 'serializable',
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Kysely's door to our pool. */
export class FirebirdDriver implements Driver {
  readonly #pool: Pool<FirebirdConnection>
  constructor(pool: Pool<FirebirdConnection>) {
    this.#pool = pool
  }
  async init(): Promise<void> {}
  acquireConnection(): Promise<FirebirdConnection> {
    return this.#pool.acquire()
  }
  beginTransaction(connection: FirebirdConnection, settings: KyselySettings): Promise<void> {
    return connection.begin({
      isolation: isolationOf[settings.isolationLevel ?? 'read committed'],
      readOnly: settings.accessMode === 'read only',
    })
  }
  commitTransaction(connection: FirebirdConnection): Promise<void> {
    return connection.commit()
  }
  rollbackTransaction(connection: FirebirdConnection): Promise<void> {
    return connection.rollback()
  }
  async savepoint(connection: FirebirdConnection, name: string): Promise<void> {
    await connection.run(`savepoint ${quoted(name)}`)
  }
  async rollbackToSavepoint(connection: FirebirdConnection, name: string): Promise<void> {
    await connection.run(`rollback to savepoint ${quoted(name)}`)
  }
  async releaseSavepoint(connection: FirebirdConnection, name: string): Promise<void> {
    await connection.run(`release savepoint ${quoted(name)} only`)
  }
  releaseConnection(connection: FirebirdConnection): Promise<void> {
    return this.#pool.release(connection)
  }
  destroy(): Promise<void> {
    return this.#pool.end()
  }
}
