// Repairs: a copy takes the place of a file only when its bytes have the hash that is expected; they are staged, hashed, synced and renamed as
// every other file of the archive.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { isDryRun } from '../../jobs/dry-run.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { readManifest } from '../../formats/bagit/bag.ts'
import type { MasterStore, StagedFile } from '../../storage/stores.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { record } from '../../system/log/index.ts'
import { whereFreed } from '../../catalogue/pages/index.ts'
import type { Kind } from './codes.ts'
import { Places } from './places.ts'
import * as repository from './repository.ts'

const actor = { name: 'fixity', application: 'firefolio fixity' }

/** Where a file may lie in a folder of copies: as in the archive, or by its hash alone. */
const placesIn = (folder: string, address: string): string[] => [
  join(folder, address),
  join(folder, address.slice(-64)),
]

/** Folder of a capsule that holds files of a kind. */
export const placeInCapsule = (what: Kind): string =>
  what === 'text' ? 'texts' : what === 'file' ? 'files' : 'masters'

/** Names of the delivered capsules of a file's title, the newest first. */
async function capsulesWith(services: Services, finding: repository.Finding): Promise<string[]> {
  if (services.bags.all.length === 0 || finding.nodeId === null) return []
  const node = await services.db
    .selectFrom('OPR_Tree')
    .select('OT_Path as path')
    .where('OT_ID', '=', finding.nodeId)
    .executeTakeFirst()
  const titles = (node?.path ?? '')
    .split('|')
    .filter(part => part !== '')
    .map(Number)
  if (titles.length === 0) return []
  const rows = await services.db
    .selectFrom('OPR_Capsule')
    .select('OCA_Name as name')
    .where('OCA_OT_ID', 'in', titles)
    .orderBy('OCA_Number', 'desc')
    .execute()
  return rows.map(({ name }) => name)
}

/** Where the file of a finding lies in a capsule; undefined where it does not, or the capsule cannot be read now. */
async function inCapsule(
  services: Services,
  finding: repository.Finding,
  name: string,
): Promise<AsyncIterable<Buffer> | undefined> {
  try {
    const bag = await services.bags.find(name)
    if (!bag) return undefined
    const manifest: Buffer[] = []
    for await (const chunk of bag.read('manifest-sha256.txt')) manifest.push(chunk)
    const entries = readManifest(Buffer.concat(manifest).toString('utf8'))
    const place = `data/${placeInCapsule(finding.what)}/${finding.address.slice(-64)}`
    const entry = typeof entries === 'string' ? undefined : entries.find(({ path }) => path.startsWith(place))
    return entry && bag.read(entry.path)
  } catch (error) {
    if (isUnreadable(error) || isPlaceFault(error)) return undefined
    throw error
  }
}

/** The file of a master that was freed once, in the capsule that is known to hold it, whichever title needs it now. */
async function inFreed({ db, bags }: Services, { address }: repository.Finding) {
  const where = await whereFreed(db, address.slice(-64))
  const bag = where && (await bags.find(where.capsule).catch(() => undefined))
  return bag?.read(where?.file ?? '')
}

const isUnreadable = (error: unknown): boolean => (error as NodeJS.ErrnoException).code !== undefined

/** A copy that another store has, staged; undefined where none has a good one. */
async function copyInStores(
  { stores }: Services,
  archive: MasterStore,
  finding: repository.Finding,
): Promise<StagedFile | undefined> {
  if (stores.byName.size === 1) return undefined
  for (const store of stores.byName.values()) {
    // a store that is away has no copy today
    if (!(await store.facts(finding.address).catch(() => undefined))) continue
    const stream = store.read(finding.address)
    try {
      const staged = await archive.stage(stream, Number.MAX_SAFE_INTEGER)
      if (`sha256:${staged.sha256}` === finding.expected) return staged
      await archive.discard(staged)
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'insufficient-storage') throw error
    } finally {
      stream.destroy()
    }
  }
  return undefined
}

/** The first copy with the expected bytes, staged; else why there is none. */
async function goodCopy(
  services: Services,
  archive: MasterStore,
  finding: repository.Finding,
  folders: readonly string[],
): Promise<StagedFile | string> {
  const inStores = await copyInStores(services, archive, finding)
  if (inStores) return inStores
  let seen = 0
  const isGood = async (staged: StagedFile): Promise<boolean> => {
    seen++
    if (`sha256:${staged.sha256}` === finding.expected) return true
    await archive.discard(staged)
    return false
  }
  const places = folders.flatMap(folder => placesIn(folder, finding.address))
  for (const path of places) {
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue
    const staged = await archive.stageFile(path, Number.MAX_SAFE_INTEGER)
    if (await isGood(staged)) return staged
  }
  const capsules = await capsulesWith(services, finding)
  const freed = await inFreed(services, finding)
  const sources = [
    ...(freed ? [async () => freed] : []),
    ...capsules.map(name => () => inCapsule(services, finding, name)),
  ]
  for (const open of sources) {
    const source = await open()
    const staged =
      source &&
      (await archive.stage(source, Number.MAX_SAFE_INTEGER).catch((error: unknown) => {
        if (!isUnreadable(error)) throw error
        return undefined
      }))
    if (staged && (await isGood(staged))) return staged
  }
  if (places.length === 0 && sources.length === 0)
    return 'There is neither a folder of copies ([fixity] copies) nor a capsule of the title.'
  return seen === 0 ? 'No copy of the file is at hand.' : 'The copies that were found are damaged, too.'
}

export interface RepairReport {
  readonly repaired: number
  readonly open: number
}

/**
 * Repairs what is found, as far as there are copies.
 * @param from folders beside those of [fixity] copies
 * @param isDry whether copies are only looked for, and compared: no file and no finding changes
 */
export async function repairFindings(
  services: Services,
  from: readonly string[] = [],
  isDry = false,
): Promise<RepairReport> {
  const { db, database, stores } = services
  const where = await Places.read(services)
  const folders = [...services.config.fixity.copies, ...from]
  let repaired = 0
  for await (const finding of repository.openFindings(db)) {
    // a capsule is exchanged as a whole, by hand or by making a full one
    if (finding.what === 'capsule') continue
    try {
      // the places of the file, each of which gets the good copy
      const { places } = (await where.ofFiles([finding.address]))(finding.address)
      const archive = where.isOne || places.length === 0 ? services.archive : stores.mastersIn(places)
      const copy = await goodCopy(services, archive, finding, folders)
      if (typeof copy === 'string') {
        if (!isDry) await repository.explainFinding(db, finding.id, copy)
        continue
      }
      if (isDry) {
        await archive.discard(copy)
        repaired++
        continue
      }
      await archive.replace(copy)
    } catch (error) {
      // a full or read-only archive leaves the finding open, with what the system said
      if (!(error instanceof Refusal)) throw error
      if (!isDry) await repository.explainFinding(db, finding.id, error.message)
      continue
    }
    await database.inTransaction({ actor }, async trx => {
      await repository.endFinding(trx, finding.id, 'repaired')
      await record(trx, {
        entity: 'page',
        entityId: finding.nodeId ?? undefined,
        action: 'repair',
        actor,
        data: { address: finding.address, fault: finding.fault, found: finding.found },
      })
    })
    repaired++
  }
  return { repaired, open: (await repository.countOpen(db)) - (isDry ? repaired : 0) }
}

export const repairJob: JobHandler<Services> = (services, { job }) =>
  repairFindings(services, [], isDryRun(job))
