// Plays capsules back: the rows of a title as they were, with their ids, versions and histories, and the files that they name. All of it or
// nothing: files come first, and are harmless strays where the rows are refused.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { record } from '../../system/log/index.ts'
import { inTree } from '../../catalogue/tree/index.ts'
import { Playback } from './playback.ts'
import { type FileInBag, filesIn, type ReadCapsule, rowsIn } from './read.ts'
import * as repository from './repository.ts'
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

/** Brings files into the archive that it does not have as they should be. @returns how many */
async function bringFiles(
  services: Services,
  files: ReadonlyMap<string, FileInBag>,
  progress: (done: number, total: number) => Promise<void>,
): Promise<number> {
  const { archive } = services
  let [done, brought] = [0, 0]
  for (const [sha256, { source, path }] of files) {
    await progress(++done, files.size)
    const address = archive.address(sha256)
    if ((await archive.facts(address)) && (await archive.digest(address)) === sha256) continue
    const staged = await archive.stage(source.read(path), Number.MAX_SAFE_INTEGER)
    if (staged.sha256 !== sha256) {
      await archive.discard(staged)
      throw new Refusal('not-processable', `The file ${sha256} of the capsule is not what its name says.`)
    }
    await archive.replace(staged)
    brought++
  }
  return brought
}

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
  const files = filesIn(ordered)
  const missing = [...(await neededFiles(newest))].filter(sha256 => !files.has(sha256))
  if (missing.length > 0)
    throw new Refusal(
      'not-processable',
      `${missing.length} files of title ${newest.titleId} are in none of these capsules, e.g. ${missing[0]}; name the earlier ones, too.`,
    )
  const there = await repository.findTitle(services.db, newest.titleId)
  if (there)
    throw new Refusal(
      'conflict',
      `Title ${newest.titleId} is there already (‘${there.caption ?? ''}’); a capsule is played back where its title is not. Nothing was changed.`,
    )
  const brought = await bringFiles(services, files, progress)
  const played = await inTree(services, { lock: 'move', actor }, async (trx, connection) => {
    await sql`select rdb$set_context('USER_TRANSACTION', 'PLAYBACK', '1') as "a" from RDB$DATABASE`.execute(
      trx,
    )
    const playback = new Playback(trx, connection, newest, files)
    await playback.domains()
    await playback.above()
    const profiles = await playback.profiles()
    const ids = new Set<number>()
    for (const table of keptTables) await playback.table(table, ids, profiles)
    await playback.edits()
    await playback.log()
    await playback.sequences()
    await record(trx, {
      entity: 'title',
      entityId: newest.titleId,
      action: 'play',
      actor,
      data: { capsules: ordered.map(({ bag }) => bag.info.get('External-Identifier')) },
    })
    await playback.versions()
    return { rows: playback.rows, notes: playback.notes }
  })
  const title = await repository.findTitle(services.db, newest.titleId)
  return { titleId: newest.titleId, caption: title?.caption ?? null, files: brought, ...played }
}
