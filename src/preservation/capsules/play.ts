// Plays capsules back: the rows of a title as they were, with their ids, versions and histories, and the files that they name. All of it or
// nothing: files come first, and are harmless strays where the rows are refused.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { Landing } from '../../storage/landing.ts'
import { record } from '../../system/log/index.ts'
import { type DomainStores, storesOfComing } from '../../catalogue/domains/index.ts'
import { inTree } from '../../catalogue/tree/index.ts'
import { enter } from './phases.ts'
import { Playback } from './playback.ts'
import { type FileInBag, filesIn, type ReadCapsule, rowsIn } from './read.ts'
import * as repository from './repository.ts'
import { recordDelivered } from './record-delivered.ts'
import { requireKnown } from './schema.ts'
import { keptTables } from './tables.ts'

export interface Played {
  readonly titleId: number
  readonly caption: string | null
  readonly rows: number
  readonly files: number
  /** What could not be put back, as sentences */
  readonly notes: readonly string[]
}

/** Files that the rows name: masters that are in the archive by their state, every text and every further file. */
async function neededFiles(capsule: ReadCapsule): Promise<Set<string>> {
  const needed = new Set<string>()
  const note = (url: unknown) => {
    if (typeof url === 'string') needed.add(url.replace(/#.*$/, '').slice(-64))
  }
  for await (const row of rowsIn(capsule, 'OPR_Page'))
    if ([1, 4].includes(row['OP_State'] as number)) note(row['OP_Url'])
  for await (const row of rowsIn(capsule, 'OPR_Fulltext')) note(row['OF_Url'])
  for await (const row of rowsIn(capsule, 'OPR_Attachment')) note(row['OAT_Url'])
  return needed
}

/** The stores of the title's domain, which may be one that is yet to be put back. */
async function storesOf(services: Services, capsule: ReadCapsule): Promise<DomainStores> {
  const options = new Map<unknown, Map<string, string>>()
  for await (const row of rowsIn(capsule, 'CFG_Option')) {
    const own = options.get(row['CO_OD_ID']) ?? new Map<string, string>()
    options.set(row['CO_OD_ID'], own.set(row['CO_Key'] as string, (row['CO_Value'] as string | null) ?? ''))
  }
  const chain: Parameters<typeof storesOfComing>[1][number][] = []
  for await (const row of rowsIn(capsule, 'OPR_Domain')) {
    const id = row['OD_ID'] as number
    const overlay = options.get(id) ?? new Map<string, string>()
    chain.push({
      id,
      name: row['OD_Name'] as string,
      type: (row['OD_Type'] as string | null) ?? null,
      overlay,
    })
  }
  return await storesOfComing(services, chain)
}

/** Brings files into the stores of their domain, where those do not have them as they should be. @returns how many, and what is to be told of it */
async function bringFiles(
  services: Services,
  capsule: ReadCapsule,
  files: ReadonlyMap<string, FileInBag>,
  progress: (done: number, total: number) => Promise<void>,
): Promise<{ readonly brought: number; readonly notes: readonly string[] }> {
  const { stores, config } = services
  const own = await storesOf(services, capsule)
  const landing = new Landing(stores, config.stores.masters)
  let [done, brought] = [0, 0]
  for (const [sha256, { source, path }] of files) {
    await progress(++done, files.size)
    const isNew = await landing.bring(
      stores.placesOf(path.startsWith('data/masters/') ? own.masters : own.texts),
      {
        sha256,
        called: `The file ${sha256} of the capsule`,
        isIn: async (place, address) =>
          (await place.facts(address)) !== undefined && (await place.digest(address)) === sha256,
        stage: place => place.stage(source.read(path), Number.MAX_SAFE_INTEGER),
        onStaged: () => enter('bring', sha256),
      },
    )
    if (isNew) brought++
  }
  return { brought, notes: [...own.faults, ...landing.notes] }
}

const nameOf = ({ bag }: ReadCapsule): string => bag.info.get('External-Identifier') ?? bag.source.name

/**
 * Plays the capsules of one title back: the rows of the newest, the files of all.
 * @throws Refusal not-processable where a capsule or a file is missing; conflict where ids are taken
 */
export async function playCapsules(
  services: Services,
  capsules: readonly ReadCapsule[],
  actor: Actor,
  progress: (done: number, total: number) => Promise<void> = async () => {},
): Promise<Played> {
  const ordered = [...capsules].sort((a, b) => a.number - b.number)
  const newest = ordered.at(-1) as ReadCapsule
  await requireKnown(newest)
  const files = filesIn(ordered)
  const missing = [...(await neededFiles(newest))].filter(sha256 => !files.has(sha256))
  if (missing.length > 0)
    throw new Refusal(
      'not-processable',
      `${missing.length} files of title ${newest.titleId} are in none of these capsules, e.g. ${missing[0]}; name the earlier ones, too.`,
    )
  const there = await repository.findTitle(services.db, newest.titleId)
  if (there) {
    // a run over many capsules that was ended goes on with those that are not there yet
    const isPlayed = await repository.isPlayed(services.db, newest.titleId, nameOf(newest))
    throw new Refusal(
      'conflict',
      `Title ${newest.titleId} is there already (‘${there.caption ?? ''}’); ${isPlayed ? `it was played back from ${nameOf(newest)} before` : 'a capsule is played back where its title is not'}. Nothing was changed.`,
      { isPlayed },
    )
  }
  const { brought, notes } = await bringFiles(services, newest, files, progress)
  enter('brought', nameOf(newest))
  const played = await inTree(services, { lock: 'move', actor }, async (trx, connection) => {
    await sql`select rdb$set_context('USER_TRANSACTION', 'PLAYBACK', '1') as "a" from RDB$DATABASE`.execute(
      trx,
    )
    const playback = new Playback(trx, connection, newest, files)
    await playback.domains()
    await playback.above()
    const profiles = await playback.profiles()
    const ids = new Set<number>()
    for (const table of keptTables) {
      await playback.table(table, ids, profiles)
      if (!ids.has(newest.titleId))
        throw new Refusal(
          'not-processable',
          `The capsule ${nameOf(newest)} has no row of title ${newest.titleId}.`,
        )
    }
    await playback.edits()
    await playback.log()
    await playback.sequences()
    await record(trx, {
      entity: 'title',
      entityId: newest.titleId,
      action: 'play',
      actor,
      data: { capsules: ordered.map(nameOf) },
    })
    await playback.versions()
    const title = await repository.findTitle(trx, newest.titleId)
    const caption = title?.caption ?? null
    await recordDelivered(services, trx, ordered, caption)
    enter('played', nameOf(newest))
    return { caption, rows: playback.rows, notes: [...notes, ...playback.notes] }
  })
  enter('done', nameOf(newest))
  return { titleId: newest.titleId, files: brought, ...played }
}
