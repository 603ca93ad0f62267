// The hot folder: below it a folder for each domain, in which deliveries are laid down. What is complete is taken: given a name of its own by one
// rename, noted as a batch, imported, and moved to done or failed with a report. Killed anywhere, the next look goes on from what lies there.
import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { Refusal } from '../../errors.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import type { Services } from '../../http/module.ts'
import * as queue from '../../jobs/queue.ts'
import { placeFile } from '../../whole-files.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import * as repository from './repository.ts'
import type { BatchOptions } from './items.ts'
import { Manifest } from './schemas.ts'

const actor = { name: 'hot folder', application: 'hot folder' }
export const taken = '.taken'
export const ownNames = ['done', 'failed']
/** Ending of the report beside a delivery that was put away */
export const reportSuffix = '.report.txt'

/** When anything at a path was changed last: a copy that keeps the dates of its files changes their entries. */
function changedAt(path: string): number {
  const facts = lstatSync(path)
  const own = Math.max(facts.mtimeMs, facts.ctimeMs)
  if (!facts.isDirectory()) return own
  return Math.max(own, ...readdirSync(path).map(name => changedAt(join(path, name))))
}

interface Found {
  /** Of its folder or file; of several that are one delivery what their names have in common */
  readonly name: string
  /** A record beside what it is about: they are brought together first */
  readonly isJoined: boolean
  /** Files that say that the delivery is complete */
  readonly markers: readonly string[]
}

const recordFile = /\.(xml|mods|mrc|marc|marc21|marcxml|mab2?|mabxml|pica|picaxml|dc)$/i
const pagesFile = /\.(pdf|tiff?|zip)$/i
/** Where what is one delivery is brought together: all processes do it by the same steps, so that it does not matter which of them does which. */
const joined = '.joined'

const isOwn = (name: string): boolean => name.startsWith('.') || ownNames.includes(name)

/** What an entry is called without its ending, if it may be half of a delivery. */
const stemOf = ({ name, isFolder }: { readonly name: string; readonly isFolder: boolean }): string =>
  isFolder ? name : name.replace(recordFile, '').replace(pagesFile, '')

/** Folders and files that are laid down, together where a record lies beside the folder, PDF or ZIP of its name: AC01.xml, AC01. */
function laidDown(folder: string, hotMarker: string): ReadonlyMap<string, readonly string[]> {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(
      entry =>
        (entry.isFile() || entry.isDirectory()) &&
        !isOwn(entry.name) &&
        !(hotMarker !== '' && entry.name.endsWith(hotMarker)),
    )
    .map(entry => ({ name: entry.name, isFolder: entry.isDirectory() }))
  const stems = new Map<string, typeof entries>()
  for (const entry of entries) stems.set(stemOf(entry), [...(stems.get(stemOf(entry)) ?? []), entry])
  const found = new Map<string, readonly string[]>()
  for (const [stem, some] of stems) {
    const isPair =
      some.some(({ name, isFolder }) => !isFolder && recordFile.test(name)) &&
      some.some(({ name, isFolder }) => isFolder || pagesFile.test(name))
    const names = some.map(({ name }) => name)
    if (isPair || existsSync(join(folder, joined, stem))) found.set(stem, names)
    else for (const name of names) found.set(name, [name])
  }
  return found
}

/** Deliveries of a domain's folder that are complete. */
function complete(folder: string, { hotMarker, hotQuiet }: Services['config']['import']): Found[] {
  return [...laidDown(folder, hotMarker)].flatMap(([name, names]): Found[] => {
    const isJoined = names.length > 1 || existsSync(join(folder, joined, name))
    if (hotMarker !== '') {
      const markers = names.map(each => join(folder, `${each}${hotMarker}`)).filter(path => existsSync(path))
      return markers.length > 0 ? [{ name, isJoined, markers }] : []
    }
    const isQuiet = names.every(each => Date.now() - changedAt(join(folder, each)) >= hotQuiet * 1000)
    return isQuiet ? [{ name, isJoined, markers: [] }] : []
  })
}

/** Renames what may be gone meanwhile, because another process was faster. */
function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return false
  }
}

/** Gives deliveries a name of their own; one that another process has taken meanwhile is left to it. */
function take(folder: string, { name, markers }: Omit<Found, 'isJoined'>, from = folder): void {
  mkdirSync(join(folder, taken), { recursive: true })
  const stamp = `${new Date().toISOString().replace(/[-:]|\..*/g, '')}-${randomBytes(4).toString('hex')}`
  // a folder of its own keeps the name of the delivery, which may be that of its title
  const own = join(folder, taken, stamp)
  mkdirSync(own)
  if (!renameIfThere(join(from, name), join(own, name))) rmSync(own, { recursive: true, force: true })
  for (const marker of markers) rmSync(marker, { force: true })
}

/**
 * Brings together what lies side by side, then takes it. Killed in between, the next look does what is left; whoever takes it has looked before
 * whether anything of it still lies outside, so that no half is taken.
 */
function takeJoined(folder: string, { name, markers }: Omit<Found, 'isJoined'>, hotMarker: string): void {
  const together = join(folder, joined, name)
  mkdirSync(together, { recursive: true })
  for (const each of laidDown(folder, hotMarker).get(name) ?? [])
    renameIfThere(join(folder, each), join(together, each))
  if (existsSync(together) && readdirSync(together).length > 0)
    take(folder, { name, markers }, join(folder, joined))
}

/** Adds the batch of what was taken, unless it has one: a unique index holds that there is no second. */
async function addBatch(
  services: Services,
  domainId: number,
  domain: string,
  path: string,
): Promise<boolean> {
  const source = `${basename(dirname(path))}/${basename(path)}`
  if (await repository.hotBatchExists(services.db, source)) return false
  const { hotRelease, hotIdentifier, hotCatalogue } = services.config.import
  const options: BatchOptions = {
    manifest: Manifest.parse({
      domain,
      path: basename(path),
      ...(hotRelease ? { release: true } : {}),
      ...(hotIdentifier === 'folder' ? { identifier: 'folder' } : {}),
      ...(hotCatalogue === '' ? {} : { catalogue: hotCatalogue }),
    }),
    actor,
    hasIdempotencyKey: false,
    hot: path,
  }
  try {
    await services.database.inTransaction({ actor }, async trx => {
      const batch = { domainId, source, kind: 'hot', options, actor: actor.name, dryRun: false } as const
      const importId = await repository.create(trx, batch, [])
      const job = await queue.enqueue(trx, { kind: 'imports.run', payload: { importId }, actor: actor.name })
      await repository.setJob(trx, importId, job)
    })
    return true
  } catch (error) {
    // another process was faster
    if (error instanceof FirebirdFault && (await repository.hotBatchExists(services.db, source))) return false
    throw error
  }
}

async function lookInto(services: Services, root: string, domain: string): Promise<void> {
  const folder = join(root, domain)
  // a folder of no domain waits until there is one
  const { id: domainId } = await getDomain(services.db, domain)
  const settings = services.config.import
  for (const found of complete(folder, settings))
    if (found.isJoined) takeJoined(folder, found, settings.hotMarker)
    else take(folder, found)
  // what a process that was killed has brought together
  for (const name of existsSync(join(folder, joined)) ? readdirSync(join(folder, joined)) : [])
    takeJoined(folder, { name, markers: [] }, settings.hotMarker)
  const home = join(folder, taken)
  if (!existsSync(home)) return
  for (const stamp of readdirSync(home)) {
    const [name] = readdirSync(join(home, stamp))
    if (name === undefined) {
      // what it held is in done or failed; a folder that is being filled is not a minute old
      if (Date.now() - changedAt(join(home, stamp)) > 60_000)
        rmSync(join(home, stamp), { recursive: true, force: true })
    } else await addBatch(services, domainId, domain, join(home, stamp, name))
  }
}

const looked = new WeakMap<Services, number>()

/** Looks into the hot folder, as often as wished. */
export async function followHotFolder(services: Services): Promise<void> {
  const { hotFolder, hotSeconds } = services.config.import
  if (hotFolder === '' || Date.now() - (looked.get(services) ?? 0) < hotSeconds * 1000) return
  looked.set(services, Date.now())
  if (!existsSync(hotFolder)) return
  let fault: unknown
  for (const entry of readdirSync(hotFolder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue
    try {
      await lookInto(services, hotFolder, entry.name)
    } catch (error) {
      // one folder does not stop the others
      if (!(error instanceof Refusal) || error.reason !== 'not-found') fault = error
    }
  }
  if (fault !== undefined) throw fault
}

/** Moves a delivery that was worked on to done or failed, with a report beside it; again: nothing. */
export async function putAway(services: Services, importId: number, path: string): Promise<void> {
  if (!existsSync(path)) return
  const items = await repository.items(services.db, importId)
  const isWhole =
    items.length > 0 && items.every(item => item.outcome !== 'failed' && item.outcome !== 'partial')
  const own = dirname(path)
  const home = join(dirname(dirname(own)), isWhole ? 'done' : 'failed')
  mkdirSync(home, { recursive: true })
  const target = join(home, `${basename(own)}-${basename(path)}`)
  const lines = items.flatMap(item => [
    `${item.outcome.padEnd(9)} ${item.source.startsWith(path) ? relative(dirname(path), item.source) : item.source}${item.titleId === null ? '' : ` -> title ${item.titleId}`}`,
    ...item.messages.map(message => `  ${message.level}: ${message.sentence}`),
  ])
  await placeFile(`${target}${reportSuffix}`, `import ${importId}\n${lines.join('\n')}\n`)
  renameSync(path, target)
  rmSync(own, { recursive: true, force: true })
}
