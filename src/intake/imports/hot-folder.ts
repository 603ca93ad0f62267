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
  readonly name: string
  /** File that says that the delivery is complete */
  readonly marker: string | undefined
}

/** Deliveries of a domain's folder that are complete. */
function complete(folder: string, { hotMarker, hotQuiet }: Services['config']['import']): Found[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    entry =>
      (entry.isFile() || entry.isDirectory()) &&
      !entry.name.startsWith('.') &&
      !ownNames.includes(entry.name) &&
      !(hotMarker !== '' && entry.name.endsWith(hotMarker)),
  )
  return entries.flatMap(({ name }): Found[] => {
    if (hotMarker !== '') {
      const marker = join(folder, `${name}${hotMarker}`)
      return existsSync(marker) ? [{ name, marker }] : []
    }
    return Date.now() - changedAt(join(folder, name)) >= hotQuiet * 1000 ? [{ name, marker: undefined }] : []
  })
}

/** Gives deliveries a name of their own; one that another process has taken meanwhile is left to it. */
function take(folder: string, { name, marker }: Found): void {
  mkdirSync(join(folder, taken), { recursive: true })
  const stamp = `${new Date().toISOString().replace(/[-:]|\..*/g, '')}-${randomBytes(4).toString('hex')}`
  // a folder of its own keeps the name of the delivery, which may be that of its title
  const own = join(folder, taken, stamp)
  mkdirSync(own)
  try {
    renameSync(join(folder, name), join(own, name))
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  if (marker !== undefined) rmSync(marker, { force: true })
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
  for (const found of complete(folder, services.config.import)) take(folder, found)
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
