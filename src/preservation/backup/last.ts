// What the service knows of backups, which are made by a command, anywhere: the last one that was made of it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../../config/options.ts'
import { placeFile } from '../../whole-files.ts'
import type { MadeBackup } from './make.ts'

const LastBackup = z.object({
  name: z.string(),
  folder: z.string(),
  at: z.string(),
  files: z.number().int(),
  bytes: z.number().int(),
  /** Files of the archive that could not be copied */
  faults: z.number().int(),
})
export type LastBackup = z.output<typeof LastBackup>

const fileOf = (config: Config): string => join(config.path.var, 'last-backup.json')

export const noteLastBackup = (config: Config, folder: string, made: MadeBackup): Promise<void> =>
  placeFile(
    fileOf(config),
    `${JSON.stringify({
      name: made.name,
      folder,
      at: made.at,
      files: made.files,
      bytes: made.bytes,
      faults: made.faults.length,
    } satisfies LastBackup)}\n`,
  )

/** Undefined where none was made, or the note of it cannot be read. */
export async function lastBackup(config: Config): Promise<LastBackup | undefined> {
  try {
    return LastBackup.parse(JSON.parse(await readFile(fileOf(config), 'utf8')))
  } catch {
    return undefined
  }
}
