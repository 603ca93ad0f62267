// images.ingest makes the packs that are wanted; images.refresh wants anew those whose recipe has changed.
import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import type { Services } from '../../http/module.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { Refusal } from '../../errors.ts'
import { masterLimits } from '../../imaging/decoding.ts'
import { Pack } from '../../imaging/pack/open.ts'
import { type Recipe, recipeHash } from '../../imaging/pack/recipe.ts'
import { isDryRun } from '../../jobs/dry-run.ts'
import { enqueue } from '../../jobs/queue.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import type { PackStore } from '../../storage/stores.ts'
import { bringIfFreed, updatePage } from '../../catalogue/pages/index.ts'
import { isPlaceFault, isUnwritable } from '../../whole-files.ts'
import { enter } from './phases.ts'
import { Recipes, type WantedPacks } from './recipes.ts'
import * as repository from './repository.ts'

const actor = { name: 'job', application: 'images.ingest' }
const portion = 50

/** Recipe of masters that are tiled pyramids themselves: they are served as they lie. */
export const asItLies = 'master'

const isPlain = (recipe: Recipe): boolean =>
  recipe.rotation === 0 &&
  !recipe.mirrored &&
  recipe.crop === undefined &&
  recipe.watermark === undefined &&
  recipe.page === 0

/** Whether a pack of that name is one of that recipe. */
const isMadeOf = (name: string | null, recipe: Recipe | undefined): boolean =>
  recipe === undefined ? name === null : name === recipeHash(recipe) || (name === asItLies && isPlain(recipe))

const isSame = (one: WantedPacks, other: WantedPacks): boolean =>
  recipeHash(one.image) === recipeHash(other.image) &&
  (one.unmarked && recipeHash(one.unmarked)) === (other.unmarked && recipeHash(other.unmarked))

/** Size of a master that is a tiled pyramid of JPEG, upright; undefined otherwise. */
function pyramidSize(path: string): { width: number; height: number; bytes: number } | undefined {
  try {
    const pack = Pack.open(path, undefined)
    try {
      const { levels, size, bytes, pyramid } = pack
      return levels.length > 1 && pack.hasTiles && pyramid.orientation === 1 ? { ...size, bytes } : undefined
    } finally {
      pack.close()
    }
  } catch {
    return undefined
  }
}

/** Makes the pack of one page, with the one without its watermark where there is to be one, and records them together. @returns what became of it */
export async function makePack(
  services: Services,
  recipes: Recipes,
  row: repository.ImageRow,
): Promise<'made' | 'refused' | 'superseded' | 'gone'> {
  const { db, archive, database } = services
  const wanted = await recipes.of(db, row)
  if (!wanted || row.url === null) {
    // else the wish would bring this job back for ever
    await database.inTransaction({ actor }, trx => repository.dropWish(trx, row.id))
    for (const name of repository.packNamesOf(row)) await removeUnused(services, name)
    return 'gone'
  }
  if (repository.isFreed(row)) {
    const verdict = 'The master was freed: it lies in a capsule, and the image is made anew when it is back.'
    await database.inTransaction({ actor }, trx => repository.setRefused(trx, row.id, verdict))
    return 'refused'
  }
  await bringIfFreed(services, { nodeId: row.id, domainId: row.domainId, url: row.url })
  const master = await archive.local(row.url)
  enter('ingest', String(row.id))
  try {
    const store = await packsOf(services, recipes, row)
    const unmarked = wanted.unmarked && (await made(services, store, wanted.unmarked, master))
    const built = await made(services, store, wanted.image, master)
    enter('record', String(row.id))
    const recorded = await database.inTransaction({ actor }, async trx => {
      const now = await repository.find(trx, row.id)
      const wantedNow = now && (await recipes.of(trx, now))
      // the page was changed meanwhile: its job is waiting already
      if (!wantedNow || !isSame(wantedNow, wanted)) return false
      await repository.setMade(trx, row.id, built, unmarked)
      await updatePage(trx, row.id, {
        webcache: built.stored.map(image => image.width).join(',') || null,
        webcacheSize: built.stored.reduce((sum, image) => sum + image.bytes, 0),
        iccState: built.convertedColours ? 1 : 0,
      })
      return true
    })
    enter('recorded', String(row.id))
    if (recorded)
      for (const name of repository.packNamesOf(row))
        if (name !== built.recipe && name !== unmarked?.recipe) await removeUnused(services, name)
    return recorded ? 'made' : 'superseded'
  } catch (error) {
    if (error instanceof FirebirdFault || !(error instanceof Refusal) || error.reason !== 'not-processable')
      throw error
    // moved to another store, or taken from the local copies, while it was decoded: that is no verdict on it
    if (!existsSync(master) && (await archive.facts(row.url)))
      throw new Refusal('unavailable', `The master of page ${row.id} was moved while it was read.`, {
        retryAfter: 5,
      })
    await database.inTransaction({ actor }, trx => repository.setRefused(trx, row.id, error.message))
    services.log.warn({ page: row.id, verdict: error.message }, 'a master cannot be decoded')
    return 'refused'
  }
}

/** Where new packs of a domain go; one that names a store that is not there has them where others have theirs: they are made anew anyway. */
async function packsOf(
  { db, packs, stores }: Services,
  recipes: Recipes,
  { domainId }: repository.ImageRow,
): Promise<PackStore> {
  const { packs: name } = await recipes.settings(db, domainId)
  return name === packs.name || !stores.packsByName.has(name) ? packs : stores.packsIn(name)
}

/** What a page is served from by a recipe: its master, where that is such a pyramid already, or a pack. */
async function made(services: Services, packs: PackStore, recipe: Recipe, master: string) {
  const lying = isPlain(recipe) ? pyramidSize(master) : undefined
  if (lying) return { ...lying, stored: [], convertedColours: false, recipe: asItLies }
  const hash = recipeHash(recipe)
  return { ...(await build(services, packs, recipe, hash, master)), recipe: hash }
}

/** The pack of a recipe: the stored one, if it is whole, else a new one, in the store of its domain. */
async function build(services: Services, packs: PackStore, recipe: Recipe, hash: string, master: string) {
  const { ingest, config } = services
  const known = await storedPack(services, hash)
  if (known) return known
  const target = await packs.temporary(hash)
  const built = await ingest.build({ master, target, recipe, limits: masterLimits(config) })
  enter('rename', hash)
  await packs.keep(target, hash)
  return built
}

/** What a stored pack holds; undefined where it is missing or damaged. */
async function storedPack(services: Services, hash: string) {
  try {
    if (!(await services.packs.isKept(hash))) return undefined
    const pack = await Pack.at(await services.packs.at(hash), hash)
    try {
      const { index, bytes } = pack
      if (!index) return undefined
      return {
        width: index.width,
        height: index.height,
        bytes,
        stored: index.stored.map(image => ({ width: image.width, bytes: image.length })),
        convertedColours: index.convertedColours,
      }
    } finally {
      pack.close()
    }
  } catch (error) {
    if (isPlaceFault(error)) throw error
    return undefined
  }
}

/** Removes a pack that no page is served from. Where its store refuses, it is left to the check of packs that belong to nothing: the page has its own. */
export async function removeUnused(services: Services, recipe: string): Promise<void> {
  if (recipe === asItLies || (await repository.isUsed(services.db, recipe))) return
  await services.packs.remove(recipe).catch((error: unknown) => {
    services.log.warn({ err: error, pack: recipe }, 'a pack that belongs to nothing is left')
  })
}

/** Whether no other page would get through either: the database is away, or the place of packs, or its disk is full. */
const stopsAll = async (
  services: Services,
  recipes: Recipes,
  row: repository.ImageRow,
  error: unknown,
): Promise<boolean> =>
  error instanceof FirebirdFault ||
  isUnwritable(error) ||
  // a store of some domains that is away holds up their packs alone
  (isPlaceFault(error) && (await packsOf(services, recipes, row)) === services.packs)

export const ingestJob: JobHandler<Services> = async (services, { progress }) => {
  const recipes = new Recipes(services)
  const outcome = { made: 0, refused: 0, superseded: 0, gone: 0 }
  let done = 0
  let last = 0
  let total = await repository.countIn(services.db, 'wanted')
  let fault: unknown
  await progress(0, total)
  for (;;) {
    const rows = await repository.wanted(services.db, last, portion)
    if (rows.length === 0) break
    let next = 0
    await Promise.all(
      Array.from({ length: services.config.images.ingestProcesses }, async () => {
        while (next < rows.length) {
          const row = rows[next++] as repository.ImageRow
          try {
            outcome[await makePack(services, recipes, row)]++
          } catch (error) {
            if (await stopsAll(services, recipes, row, error)) throw error
            services.log.warn({ err: error, page: row.id }, 'a pack could not be made')
            fault ??= error
          }
          done++
          total = Math.max(total, done)
          await progress(done, total)
        }
      }),
    )
    last = rows.at(-1)?.id ?? last
  }
  if (fault !== undefined) throw fault
  return outcome
}

/** Wants packs anew whose recipe is another than the one they were made of. @returns how many */
export const refreshJob: JobHandler<Services> = async (services, { job, progress }) => {
  const recipes = new Recipes(services)
  let looked = 0
  let stale = 0
  let last = 0
  for (;;) {
    const rows = await repository.all(services.db, last, 500)
    if (rows.length === 0) return { looked, stale }
    const changed: number[] = []
    for (const row of rows) {
      const wanted = await recipes.of(services.db, row)
      // what is made of a freed master stays as it is
      if (!wanted || row.recipe === null || repository.isFreed(row)) continue
      if (!isMadeOf(row.recipe, wanted.image) || !isMadeOf(row.unmarked, wanted.unmarked))
        changed.push(row.id)
    }
    if (isDryRun(job)) stale += changed.length
    else if (changed.length > 0)
      stale += await services.database.inTransaction({ actor }, trx => repository.want(trx, changed))
    looked += rows.length
    last = rows.at(-1)?.id ?? last
    await progress(looked)
  }
}

const pauseAfterFailureMinutes = 10
/**
 * Wants the job that makes packs where packs are wanted and no job is waiting: the trigger that adds it may have seen one that was done
 * before its own transaction ended.
 */
export async function followPacks(services: Services): Promise<void> {
  const { rows } = await sql<{
    id: number
  }>`select first 1 OPK_OT_ID as "id" from OPR_Pack where OPK_State = 0
    and not exists (select 1 from SYS_Job where SJ_UniqueKey = 'images.ingest' and (SJ_State in (0, 1)
      or (SJ_State in (3, 4) and SJ_UpdateTS > dateadd(${sql.lit(-pauseAfterFailureMinutes)} minute to current_timestamp))))`.execute(
    services.db,
  )
  if (rows.length > 0)
    await services.database.inTransaction({ actor: { name: 'images', application: 'images' } }, trx =>
      enqueue(trx, { kind: 'images.ingest', uniqueKey: 'images.ingest' }),
    )
}
