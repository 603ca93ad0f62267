import { DialectAdapterBase } from 'kysely'

/** What Kysely asks about the database. Migrations are ours (migrate.ts): Kysely's need DML on tables made in the same transaction. */
export class FirebirdAdapter extends DialectAdapterBase {
  override get supportsCreateIfNotExists(): boolean {
    return false
  }
  override get supportsTransactionalDdl(): boolean {
    return false
  }
  override get supportsReturning(): boolean {
    return true
  }
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
