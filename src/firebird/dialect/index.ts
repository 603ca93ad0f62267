import type { DatabaseIntrospector, Dialect, DialectAdapter, Driver, Kysely, QueryCompiler } from 'kysely'
import type { FirebirdConnection } from '../connection.ts'
import type { Pool } from '../pool.ts'
import { FirebirdAdapter } from './adapter.ts'
import { FirebirdDriver } from './driver.ts'
import { FirebirdIntrospector } from './introspector.ts'
import { FirebirdQueryCompiler } from './query-compiler.ts'

/** Kysely on Firebird 3 and later, over our own pool. */
export class FirebirdDialect implements Dialect {
  readonly #pool: Pool<FirebirdConnection>
  readonly #catalogueNames: ReadonlySet<string>
  constructor(pool: Pool<FirebirdConnection>, catalogueNames: ReadonlySet<string> = new Set()) {
    this.#pool = pool
    this.#catalogueNames = catalogueNames
  }
  createDriver(): Driver {
    return new FirebirdDriver(this.#pool)
  }
  createQueryCompiler(): QueryCompiler {
    return new FirebirdQueryCompiler(this.#catalogueNames)
  }
  createAdapter(): DialectAdapter {
    return new FirebirdAdapter()
  }
  createIntrospector(db: Kysely<never>): DatabaseIntrospector {
    return new FirebirdIntrospector(db)
  }
}
export { FirebirdQueryCompiler } from './query-compiler.ts'
export { catalogue, type CatalogueColumn } from './introspector.ts'
