// Restores a backup into an empty place: configuration first, then the database, under another name, which knows where the files belong; then the
// files. The database gets its name when all of it is there. Ended in between, it is begun again, and what is there already is passed by.
import { createReadStream, existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../../config/options.ts'
import { Refusal } from '../../errors.ts'
import { type AdministeredDatabase, makeDatabase, removeUnfinished } from '../../firebird/server/gbak.ts'
import type { Services } from '../../http/module.ts'
import { type ComingFile, Landing } from '../../storage/landing.ts'
import { giveName, makeFolders, takeIn } from '../../whole-files.ts'
import { Places } from '../fixity/index.ts'
import { enter } from './phases.ts'
import { digestOf, filesOf, inPool, names, type PoolFile, readRecord } from './record.ts'

export interface Restored {
  readonly name: string
  readonly files: number
  readonly configuration: readonly string[]
  /** Why files are not where they belong, as sentences */
  readonly notes: readonly string[]
}

/** What a restore works with. */
export interface RestoreTools<S extends Services & { close(): Promise<void> }> {
  /** Opens what is being restored as a service does */
  readonly open: (config: Config) => Promise<S>
  /** Works on what is restored before the database has its name */
  readonly complete?: (services: S) => Promise<unknown>
  readonly progress?: (done: number, total: number) => void
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

/** Puts a part of the configuration where it is missing. @returns whether it was */
async function restorePart(config: Config, source: string, target: string): Promise<boolean> {
  if (existsSync(target)) return false
  await makeFolders(dirname(target), 0o750)
  const temporary = `${target}.part`
  await rm(temporary, { force: true })
  await takeIn(
    createReadStream(source),
    temporary,
    { option: '[path] var', folder: config.path.var },
    { mode: target.endsWith('operator.key') ? 0o600 : 0o640 },
  )
  enter('configured', target)
  await giveName(temporary, target)
  return true
}

const coming = (folder: string, { sha256, bytes }: PoolFile): ComingFile => ({
  sha256,
  called: `The file ${sha256} of the backup`,
  isIn: (place, address) => place.isKept(address, bytes),
  stage: async place => {
    try {
      return await place.stageFile(inPool(folder, sha256), Number.MAX_SAFE_INTEGER)
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? new Refusal('not-processable', `The backup lacks the file ${sha256}.`, {}, error)
        : error
    }
  },
  onStaged: () => enter('file', sha256),
})

/** Brings the files of a backup into the stores of the domains that need them. @returns how many it has, and what is to be told of them */
async function restoreFiles(
  services: Services,
  folder: string,
  name: string,
  progress: (done: number) => void,
): Promise<{ readonly files: number; readonly notes: readonly string[] }> {
  const where = await Places.read(services)
  const landing = new Landing(services.stores, services.config.stores.masters)
  let files = 0
  const placed = where.along(filesOf(folder, name), ({ sha256 }) => services.archive.address(sha256))
  for await (const [file, { places }] of placed) {
    progress(++files)
    await landing.bring(places, coming(folder, file))
  }
  return { files, notes: [...where.faults, ...landing.notes] }
}

/** @throws Refusal conflict where a database is there; not-processable where the backup is damaged, before anything is made of it */
export async function restoreBackup<S extends Services & { close(): Promise<void> }>(
  config: Config,
  database: AdministeredDatabase,
  folder: string,
  name: string | undefined,
  { open, complete, progress = () => {} }: RestoreTools<S>,
): Promise<Restored> {
  const { name: chosen, record } = await readRecord(folder, name)
  removeUnfinished(database.file)
  if (existsSync(database.file))
    throw new Refusal(
      'conflict',
      `There is a database already at ${database.file}; a backup is restored into an empty place.`,
    )
  for (const { path, sha256 } of record.parts)
    if ((await digestOf(join(folder, chosen, path)).catch(() => '')) !== sha256)
      throw new Refusal('not-processable', `The backup ${chosen} is damaged: ${path}. Nothing was restored.`)
  const configuration: string[] = []
  for (const { path } of record.parts.filter(part => part.path.startsWith(`${names.configuration}/`))) {
    const target = placeOf(config, path)
    if (target !== undefined && (await restorePart(config, join(folder, chosen, path), target)))
      configuration.push(target)
  }
  let restored = { files: 0, notes: [] as readonly string[] }
  await makeDatabase(database, join(folder, chosen, names.database), async unnamed => {
    enter('made', unnamed.file)
    const { host, port, file, user, password } = unnamed
    const services = await open({
      ...config,
      database: { ...config.database, host: `${host}/${port}`, file, user, password, role: '' },
    })
    try {
      restored = await restoreFiles(services, folder, chosen, done => progress(done, record.files))
      await complete?.(services)
    } finally {
      await services.close()
    }
    enter('whole', database.file)
  })
  return { name: chosen, configuration, ...restored }
}
