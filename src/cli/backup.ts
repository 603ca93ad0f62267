// firefolio backup and restore: database, files and configuration together.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readConfig } from '../config/read.ts'
import { administration } from '../open-database.ts'
import {
  backupsIn,
  makeBackup,
  noteLastBackup,
  readRecord,
  restoreBackup,
  verifyBackup,
} from '../preservation/backup/index.ts'
import { root } from '../root.ts'
import { openServices } from '../services.ts'
import { counted } from './counted.ts'
import { Progress } from './progress.ts'
import { quietLog } from './open-quietly.ts'
import type { Session } from './session.ts'

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`

/** @returns the exit code: 1 where a file of the archive could not be copied */
export async function backup(
  session: Session,
  configFile: string | undefined,
  folder: string,
): Promise<number> {
  const { config, file } = readConfig(configFile)
  const server = await administration(config)
  try {
    return await session.withServices(async services => {
      const progress = new Progress('backup', session)
      const full = resolve(session.folder, folder)
      const made = await makeBackup(services, server.database, full, file, done =>
        progress.show(done, done + 1, 'files'),
      )
      progress.end()
      await noteLastBackup(config, full, made)
      session.out(
        `${made.name}: ${counted(made.files, 'file')}, ${megabytes(made.bytes)}, of which ${made.added} new, ${megabytes(made.addedBytes)}\n`,
      )
      for (const fault of made.faults) session.out(`- not copied: ${fault}\n`)
      return made.faults.length === 0 ? 0 : 1
    })
  } finally {
    await server.release()
  }
}

/** @returns the exit code: 1 where something is damaged */
export async function backupVerify(
  session: Session,
  folder: string,
  name: string | undefined,
): Promise<number> {
  const progress = new Progress('verify', session)
  const found = await verifyBackup(resolve(session.folder, folder), name, (done, total) =>
    progress.show(done, total, 'files'),
  )
  progress.end()
  for (const fault of found.faults) session.out(`- ${fault}\n`)
  session.out(
    found.faults.length === 0
      ? `${found.name}: database, configuration and ${counted(found.files, 'file')} are as they were backed up.\n`
      : `${found.name}: ${counted(found.faults.length, 'fault')}.\n`,
  )
  return found.faults.length === 0 ? 0 : 1
}

export async function backupList(session: Session, folder: string): Promise<void> {
  const full = resolve(session.folder, folder)
  for (const name of await backupsIn(full)) {
    const { record } = await readRecord(full, name)
    session.out(`${name}  ${counted(record.files, 'file')}, ${megabytes(record.bytes)}  ${record.program}\n`)
  }
}

/** @returns the exit code of the checks that follow */
export async function restore(
  session: Session,
  configFile: string | undefined,
  folder: string,
  name: string | undefined,
): Promise<number> {
  const { config } = readConfig(configFile)
  const full = resolve(session.folder, folder)
  const { check } = await import('./check.ts')
  const server = await administration(config)
  try {
    const progress = new Progress('restore', session)
    const restored = await restoreBackup(config, server.database, full, name, {
      open: at => openServices(at, quietLog(at, session.err)),
      // packs are no part of a backup: they are wanted anew
      complete: services =>
        check(
          { ...session, out: () => {}, withServices: work => work(services) },
          { repair: true, only: 'packs,webcache' },
        ),
      progress: (done, total) => progress.show(done, total, 'files'),
    })
    progress.end()
    session.out(`${restored.name}: database and ${counted(restored.files, 'file')} restored\n`)
    for (const note of restored.notes) session.out(`- ${note}\n`)
    for (const file of restored.configuration) session.out(`  ${file}\n`)
    const ini = join(full, restored.name, 'configuration/server.ini')
    if (existsSync(ini))
      session.out(
        `Its server.ini lies at ${ini}; the one in use is ${configFile ?? join(root, 'server.ini')}.\n`,
      )
  } finally {
    await server.release()
  }
  return await check(session, {})
}
