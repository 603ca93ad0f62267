// Backups of database, files and configuration together, and the way back. There is no door of it over HTTP: it is the operator's, at the machine.
export { type LastBackup, lastBackup, noteLastBackup } from './last.ts'
export { makeBackup, type MadeBackup } from './make.ts'
export { backupsIn, readRecord } from './record.ts'
export { type Restored, restoreBackup } from './restore.ts'
export { verifyBackup } from './verify.ts'
