// From a Visual Library Server: what it hands out, with its ids, and what became of it here.
export { type MigratedDocument, migrateMets, type Migration } from './mets.ts'
export { type FdbSource, migrateFdb } from './fdb/fdb.ts'
export { migrateOai } from './oai.ts'
export { type Comparison, isClean, type MigrationReport, reportLines } from './report.ts'
