// Restores a backup into an empty place: files first, then the database, which gets its name when it is whole. Ended in between, it is begun again.
import { createReadStream, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../config/options.ts'
import { Refusal } from '../../errors.ts'
import { type AdministeredDatabase, makeDatabase } from '../../firebird/server/gbak.ts'
import { openStores } from '../../storage/open.ts'
import type { MasterStore } from '../../storage/stores.ts'
import { makeFolders, takeIn } from '../../whole-files.ts'
import { digestOf, filesOf, inPool, names, readRecord } from './record.ts'

export interface Restored {
  readonly name: string
  readonly files: number
  readonly configuration: readonly string[]
}

/** Where a part of the configuration belongs; undefined for what is left to the operator. */
function placeOf(config: Config, path: string): string | undefined {
  const below = path.slice(names.configuration.length + 1)
  if (below === 'operator.key')
    return config.access.operatorKey === '' ? join(config.path.var, 'operator.key') : undefined
  if (below.split('/').some(part => part === '' || part === '.' || part === '..')) return undefined
  if (below.startsWith('domain/')) return join(config.path.domain, below.slice('domain/'.length))
  return below.startsWith('static/') ? join(config.path.var, below) : undefined
}

/** Brings the files of a backup into their store, unless they are there. @returns how many the backup has */
async function restoreFiles(
  archive: MasterStore,
  folder: string,
  name: string,
  progress: (done: number) => void,
): Promise<number> {
  let files = 0
  for await (const { sha256, bytes } of filesOf(folder, name)) {
    progress(++files)
    if (await archive.isKept(archive.address(sha256), bytes)) continue
    const staged = await archive
      .stageFile(inPool(folder, sha256), Number.MAX_SAFE_INTEGER)
      .catch((error: unknown) => {
        throw (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? new Refusal('not-processable', `The backup ${name} lacks the file ${sha256}.`, {}, error)
          : error
      })
    if (staged.sha256 !== sha256) {
      await archive.discard(staged)
      throw new Refusal('not-processable', `The file ${sha256} of the backup is damaged.`)
    }
    await archive.replace(staged)
  }
  return files
}

/** @throws Refusal conflict where a database is there; not-processable where the backup is damaged, before anything is made of it */
export async function restoreBackup(
  config: Config,
  database: AdministeredDatabase,
  folder: string,
  name?: string,
  progress: (done: number, total: number) => void = () => {},
): Promise<Restored> {
  const { name: chosen, record } = await readRecord(folder, name)
  if (existsSync(database.file))
    throw new Refusal(
      'conflict',
      `There is a database already at ${database.file}; a backup is restored into an empty place.`,
    )
  for (const { path, sha256 } of record.parts)
    if ((await digestOf(join(folder, chosen, path)).catch(() => '')) !== sha256)
      throw new Refusal('not-processable', `The backup ${chosen} is damaged: ${path}. Nothing was restored.`)
  const stores = await openStores(config)
  const files = await restoreFiles(stores.masters, folder, chosen, done =>
    progress(done, record.files),
  ).finally(() => stores.close())
  const configuration: string[] = []
  for (const { path } of record.parts.filter(part => part.path.startsWith(`${names.configuration}/`))) {
    const target = placeOf(config, path)
    if (target === undefined || existsSync(target)) continue
    await makeFolders(dirname(target), 0o750)
    await takeIn(
      createReadStream(join(folder, chosen, path)),
      target,
      { option: '[path] var', folder: config.path.var },
      {
        mode: target.endsWith('operator.key') ? 0o600 : 0o640,
      },
    )
    configuration.push(target)
  }
  await makeDatabase(database, join(folder, chosen, names.database))
  return { name: chosen, files, configuration }
}
