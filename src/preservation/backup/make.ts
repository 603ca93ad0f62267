// Makes a backup of a running repository. The database is copied first, as one state; then the files. A file is never changed, lies in its place
// before a row names it, and stays for an hour after the last row does (check archive): so whatever the copied rows name is still there, and
// what came meanwhile is a harmless stray.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../../errors.ts'
import { own } from '../../owned.ts'
import { type AdministeredDatabase, copyDatabase } from '../../firebird/server/gbak.ts'
import type { Services } from '../../http/module.ts'
import { version } from '../../root.ts'
import { giveName, inPlace, makeFolders, type Place, syncFolder, takeIn } from '../../whole-files.ts'
import { enter } from './phases.ts'
import {
  type BackupRecord,
  digestOf,
  type HashedPart,
  inPool,
  names,
  unfinishedIn,
  unfinishedInPool,
} from './record.ts'

export interface MadeBackup extends BackupRecord {
  readonly name: string
  /** Files that no earlier backup had */
  readonly added: number
  readonly addedBytes: number
}

type Progress = (done: number) => void

/** Puts a file of the archive into the pool, hashed on its way. @returns whether it is new there @throws Refusal where its bytes are not what its name says */
async function pool(services: Services, place: Place, address: string, bytes: number): Promise<boolean> {
  const sha256 = address.slice(-64)
  const target = inPool(place.folder, sha256)
  const there = await stat(target).catch(() => undefined)
  if (there?.size === bytes) return false
  await inPlace(place, () => makeFolders(dirname(target), 0o700))
  const temporary = `${target}.${randomUUID()}.part`
  const hash = createHash('sha256')
  await takeIn(services.archive.read(address), temporary, place, {
    mode: 0o600,
    onChunk: chunk => void hash.update(chunk),
  })
  if (hash.digest('hex') !== sha256) {
    await rm(temporary, { force: true })
    throw new Refusal('not-processable', 'its bytes are not those of its hash')
  }
  enter('pool', sha256)
  await inPlace(place, () => giveName(temporary, target))
  return true
}

class BackupMaker {
  readonly #services: Services
  readonly #place: Place
  readonly #folder: string
  readonly parts: HashedPart[] = []
  readonly faults: string[] = []
  files = 0
  bytes = 0
  added = 0
  addedBytes = 0

  constructor(services: Services, place: Place, folder: string) {
    this.#services = services
    this.#place = place
    this.#folder = folder
  }

  async database(database: AdministeredDatabase): Promise<void> {
    const target = join(this.#folder, names.database)
    await copyDatabase(database, target)
    this.parts.push({
      path: names.database,
      sha256: await digestOf(target),
      bytes: (await stat(target)).size,
    })
  }

  /** Takes a file into the folder of the backup. */
  async part(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const target = join(this.#folder, path)
    await inPlace(this.#place, () => makeFolders(dirname(target), 0o700))
    const hash = createHash('sha256')
    const bytes = await takeIn(source, target, this.#place, {
      mode: 0o600,
      onChunk: chunk => void hash.update(chunk),
    })
    this.parts.push({ path, sha256: hash.digest('hex'), bytes })
  }

  async #tree(source: string, target: string): Promise<void> {
    for (const entry of await readdir(source, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) await this.#tree(join(source, entry.name), `${target}/${entry.name}`)
      else if (entry.isFile())
        await this.part(`${target}/${entry.name}`, createReadStream(join(source, entry.name)))
    }
  }

  async configuration(configFile: string | undefined): Promise<void> {
    const { path } = this.#services.config
    const single = (file: string, name: string) =>
      existsSync(file) ? this.part(`${names.configuration}/${name}`, createReadStream(file)) : undefined
    if (configFile !== undefined) await single(configFile, 'server.ini')
    await single(join(path.var, 'operator.key'), 'operator.key')
    await this.#tree(path.domain, `${names.configuration}/domain`)
    await this.#tree(join(path.var, 'static'), `${names.configuration}/static`)
  }

  async *pooled(progress: Progress): AsyncGenerator<Uint8Array> {
    const { archive } = this.#services
    for await (const address of archive.addresses()) {
      const facts = await archive.facts(address)
      if (!facts) continue // removed since it was listed: it belonged to nothing
      try {
        if (await pool(this.#services, this.#place, address, facts.bytes)) {
          this.added++
          this.addedBytes += facts.bytes
        }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (!(error instanceof Refusal && error.reason === 'not-processable') && code === undefined)
          throw error
        this.faults.push(
          `${address}: ${code === undefined ? (error as Error).message : `the system reports ${code}`}`,
        )
        // an earlier backup may have it as it should be
        const kept = await stat(inPool(this.#place.folder, address.slice(-64))).catch(() => undefined)
        if (!kept || (await digestOf(inPool(this.#place.folder, address.slice(-64)))) !== address.slice(-64))
          continue
        yield Buffer.from(`${address.slice(-64)} ${kept.size}\n`)
        continue
      }
      this.files++
      this.bytes += facts.bytes
      progress(this.files)
      yield Buffer.from(`${address.slice(-64)} ${facts.bytes}\n`)
    }
  }
}

/** Takes away what backups that were interrupted left; whoever has the folder knows that none is under way. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await unfinishedIn(folder))
    await rm(join(folder, name), { recursive: true, force: true })
  for await (const path of unfinishedInPool(folder)) await rm(path, { force: true })
}

/**
 * @param folder holds all backups; only its owner reads what is written there
 * @param configFile server.ini, where there is one
 */
export async function makeBackup(
  services: Services,
  database: AdministeredDatabase,
  folder: string,
  configFile: string | undefined,
  progress: Progress = () => {},
): Promise<MadeBackup> {
  const place = { option: 'the backup', folder }
  await inPlace(place, () => makeFolders(folder, 0o700))
  const owned = await own(folder)
  if (!owned) throw new Refusal('conflict', `Another backup into ${folder} is under way.`)
  try {
    await removeUnfinished(folder)
    return await makeInto(services, database, place, configFile, progress)
  } finally {
    await owned.release()
  }
}

async function makeInto(
  services: Services,
  database: AdministeredDatabase,
  place: Place,
  configFile: string | undefined,
  progress: Progress,
): Promise<MadeBackup> {
  const { folder } = place
  const at = new Date()
  const name = at.toISOString().replace(/[-:]|\.\d+/g, '')
  const temporary = join(folder, `.${name}.${randomUUID()}.part`)
  await inPlace(place, () => makeFolders(temporary, 0o700))
  try {
    const maker = new BackupMaker(services, place, temporary)
    await maker.database(database)
    await maker.part(names.files, maker.pooled(progress))
    await maker.configuration(configFile)
    const { parts, files, bytes, faults, added, addedBytes } = maker
    const record: BackupRecord = {
      format: 1,
      program: `firefolio/${version}`,
      at: at.toISOString(),
      parts: [...parts],
      files,
      bytes,
      faults,
    }
    await maker.part(names.record, asChunk(`${JSON.stringify(record, null, 2)}\n`))
    enter('sealed', name)
    if (existsSync(join(folder, name)))
      throw new Refusal('conflict', `A backup of this second is there already: ${name}.`)
    await inPlace(place, async () => {
      for (const below of new Set(maker.parts.map(({ path }) => dirname(join(temporary, path)))))
        await syncFolder(below)
      await rename(temporary, join(folder, name))
      await syncFolder(folder)
    })
    enter('named', name)
    return { name, ...record, added, addedBytes }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

async function* asChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
