// What a backup is: a folder of its own beside a pool of files that all backups in the same folder share.
//   files/sha256/<aa>/<sha256>      masters and texts, each once
//   20261128T211500Z/backup.json    what belongs to it, with its hashes; written last
//   20261128T211500Z/database.fbk   the database
//   20261128T211500Z/files.txt      the files of the pool that belong to it: SHA-256 and bytes
//   20261128T211500Z/configuration/ server.ini, key of the operator, folders of domains
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'

export const poolFolder = 'files'
export const names = {
  record: 'backup.json',
  database: 'database.fbk',
  files: 'files.txt',
  configuration: 'configuration',
} as const

const Hashed = z.object({
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int(),
})
const BackupRecord = z.object({
  format: z.literal(1),
  program: z.string(),
  at: z.string(),
  /** Every file of the folder but this record */
  parts: z.array(Hashed),
  files: z.number().int(),
  bytes: z.number().int(),
  /** Files of the archive that could not be copied, as sentences */
  faults: z.array(z.string()),
})
export type BackupRecord = z.output<typeof BackupRecord>
export type HashedPart = z.output<typeof Hashed>

const namePattern = /^\d{8}T\d{6}Z$/

/** Names of the whole backups in a folder, oldest first. */
export async function backupsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new Refusal('not-found', `The folder ${folder} cannot be read.`, {}, error)
  })
  return entries
    .filter(entry => entry.isDirectory() && namePattern.test(entry.name))
    .map(({ name }) => name)
    .sort()
}

/** Names of what was begun in a folder and is not whole: it is under way, or was interrupted. */
export const unfinishedIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter(name => /^\.\d{8}T\d{6}Z\..*\.part$/.test(name)).sort()

/** @param name the newest where none is named @throws Refusal not-found, not-processable */
export async function readRecord(
  folder: string,
  name?: string,
): Promise<{ name: string; record: BackupRecord }> {
  const found = await backupsIn(folder)
  const chosen = name ?? found.at(-1)
  if (chosen === undefined || !found.includes(chosen)) {
    const unfinished = await unfinishedIn(folder)
    throw new Refusal(
      'not-found',
      `There is no backup${name === undefined ? '' : ` ${name}`} in ${folder}.${found.length > 0 ? ` There are: ${found.join(', ')}.` : ''}${unfinished.length > 0 ? ` Ended before they were whole: ${unfinished.join(', ')}.` : ''}`,
    )
  }
  try {
    const text = await readFile(join(folder, chosen, names.record), 'utf8')
    return { name: chosen, record: BackupRecord.parse(JSON.parse(text)) }
  } catch (error) {
    throw new Refusal(
      'not-processable',
      `The ${names.record} of the backup ${chosen} cannot be read.`,
      {},
      error,
    )
  }
}

export interface PoolFile {
  readonly sha256: string
  readonly bytes: number
}

export async function* filesOf(folder: string, name: string): AsyncGenerator<PoolFile> {
  const input = createReadStream(join(folder, name, names.files), 'utf8')
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const [, sha256, bytes] = /^([0-9a-f]{64}) (\d+)$/.exec(line) ?? []
    if (sha256 === undefined)
      throw new Refusal('not-processable', `${names.files} of the backup ${name} is damaged.`)
    yield { sha256, bytes: Number(bytes) }
  }
}

/** What an interrupted backup left in the pool. */
export async function* unfinishedInPool(folder: string): AsyncGenerator<string> {
  const pool = join(folder, poolFolder, 'sha256')
  for (const aa of await readdir(pool).catch(() => []))
    for (const name of await readdir(join(pool, aa))) if (name.endsWith('.part')) yield join(pool, aa, name)
}

export const inPool = (folder: string, sha256: string): string =>
  join(folder, poolFolder, 'sha256', sha256.slice(0, 2), sha256)

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}
