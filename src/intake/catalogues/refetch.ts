// Titles whose records came from a catalogue and are looked up there again: compared for a person who takes what is better, or refreshed by the
// clock where nobody has changed them here.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { getTitle, identifiers, origins, replaceMods, storedMods } from '../../catalogue/titles/index.ts'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { compareMods, type RecordDifference, takeMods } from '../../formats/mods/compare.ts'
import { type ModsRecord, readMods } from '../../formats/mods/read.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { record as log } from '../../system/log/index.ts'
import { cataloguesOf, getCatalogue, lookUp } from './look-up.ts'

/** A PDF or TIFF that is a title has its record from there where it has a provider. */
const cameFromThere: readonly number[] = [
  origins.of('onlineCatalogue'),
  origins.of('identifierUpload'),
  origins.of('simpleUpload'),
]
const checksumOf = (xml: string): string => createHash('sha256').update(xml).digest('hex')
const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

export interface Source {
  readonly catalogue: string
  readonly identifier: string
}
/** What somebody says of it */
export interface Said {
  readonly catalogue?: string | undefined
  readonly identifier?: string | undefined
}

/** Where a title is looked up: where it came from, unless something else is said. @throws Refusal bad-request naming what is missing */
export async function sourceOf(services: Services, db: Db, id: number, said: Said): Promise<Source> {
  const title = await getTitle(db, id)
  const catalogue = said.catalogue ?? title.provider ?? undefined
  if (catalogue === undefined)
    throw new Refusal('bad-request', `Title ${id} knows no catalogue (provider): name one (catalogue).`)
  getCatalogue(services, catalogue)
  const ending = `@${catalogue}`
  const own = (await identifiers.ofNode(db, id)).find(
    ({ scheme, value }) => scheme === 'record' && value.endsWith(ending),
  )
  const identifier = said.identifier ?? title.sourceIdent ?? own?.value.slice(0, -ending.length)
  if (identifier === undefined)
    throw new Refusal('bad-request', `Title ${id} has no identifier of its source (sourceIdent): name one (identifier).`)
  return { catalogue, identifier }
} // prettier-ignore

export interface Comparison extends Source {
  readonly there: ModsRecord
  /** Of the record there: what was looked at is what is taken */
  readonly checksum: string
  /** The record was changed here: the clock leaves it alone */
  readonly isEdited: boolean
  /** Properties that somebody set; no record changes them */
  readonly byHand: readonly string[]
  readonly differences: readonly RecordDifference[]
}

/** @throws Refusal as `lookUp`, and not-processable where the title has no record */
export async function compare(services: Services, id: number, said: Said): Promise<Comparison> {
  const { db } = services
  const source = await sourceOf(services, db, id, said)
  const there = await lookUp(services, source.catalogue, source.identifier)
  const title = await getTitle(db, id)
  const stored = await storedMods(db, id)
  return {
    ...source,
    there,
    checksum: checksumOf(there.xml),
    isEdited: stored?.xml != null && !cameFromThere.includes(stored.origin),
    byHand: (title.manual ?? '').split(',').filter(name => name !== ''),
    differences: stored?.xml
      ? compareMods(stored.xml, there.xml)
      : compareMods('<mods xmlns="http://www.loc.gov/mods/v3"/>', there.xml),
  }
}

/**
 * Takes fields of the record there, or all of it. With all of it the title is the catalogue's again, and refreshed by the clock; with some it is
 * edited here, and stays.
 * @throws Refusal not-processable for a field in which the records do not differ
 */
export async function take(
  trx: Db,
  services: Services,
  id: number,
  { catalogue, identifier, there }: Comparison,
  fields: readonly string[] | undefined,
  actor: Actor,
): Promise<readonly string[]> {
  const title = await getTitle(trx, id)
  const stored = await storedMods(trx, id)
  const here = stored?.xml ?? '<mods xmlns="http://www.loc.gov/mods/v3"/>'
  const differing = compareMods(here, there.xml).map(({ field }) => field)
  const unknown = (fields ?? []).filter(field => !differing.includes(field))
  if (unknown.length > 0)
    throw new Refusal(
      'not-processable',
      `The records do not differ in ${unknown.join(', ')}; they differ in: ${differing.join(', ') || 'nothing'}.`,
    )
  const isAll = fields === undefined || differing.every(field => fields.includes(field))
  const taken = isAll ? differing : fields
  if (taken.length === 0) return []
  const [record] = isAll
    ? [there]
    : readMods(takeMods(here, there.xml, taken), { name: `The record of title ${id}` })
  if (!record) throw new Refusal('not-processable', `Nothing would be left of the record of title ${id}.`)
  await replaceMods(trx, services, title, record, isAll ? 'onlineCatalogue' : 'edited', {
    provider: catalogue,
  })
  await log(trx, {
    entity: 'title',
    entityId: id,
    action: 'take-from-catalogue',
    actor,
    data: { catalogue, identifier, fields: taken },
  })
  return taken
}

export interface Refreshed {
  readonly looked: number
  readonly updated: number
  readonly unchanged: number
  /** Changed by somebody while they were looked up */
  readonly kept: number
  /** The first thousand */
  readonly failed: readonly { readonly title: number; readonly reason: string }[]
}

/** How far a refresh has come. */
export interface Standing extends Refreshed {
  /** The title that was looked up last */
  readonly last: number
}

export interface RefreshOrder {
  readonly domainId?: number | undefined
  readonly dryRun?: boolean | undefined
  /** Where an attempt before stood: it is gone on with */
  readonly from?: Standing | undefined
}

const portion = 100

/**
 * Looks up the titles that came from a catalogue and were not edited since, one after the other. A title is a transaction; what a person set stays.
 * @throws Refusal unavailable where a catalogue is away: it is gone on with later
 */
export async function refresh(
  services: Services,
  { domainId, dryRun = false, from }: RefreshOrder,
  actor: Actor,
  stands: (at: Standing) => Promise<void>,
  changed: (id: number, fields: readonly string[]) => void = () => {},
): Promise<Refreshed> {
  const known = [...cataloguesOf(services).keys()]
  const { last: before = 0, failed: faults = [], ...soFar } = from ?? {}
  const counts = { looked: 0, updated: 0, unchanged: 0, kept: 0, ...soFar }
  const failed = [...faults]
  for (let last = before; known.length > 0;) {
    const { rows } = await sql<{ id: number }>`select first ${sql.lit(portion)} OC_OT_ID as "id" from OPR_Content join OPR_Tree on OT_ID = OC_OT_ID
      where OC_OT_ID > ${last} and OC_XmlOrigin + 0 in (${sql.join(cameFromThere)}) and OC_Provider in (${sql.join(known)}) and OT_DelState + 0 = 0
        ${domainId === undefined ? sql`` : sql`and OT_OD_ID = ${domainId}`} order by OC_OT_ID`.execute(services.db) // prettier-ignore
    if (rows.length === 0) break
    for (const { id } of rows) {
      if (counts.looked++ > 0) await wait(services.config.catalogue.pause)
      try {
        const found = await compare(services, id, {})
        if (found.differences.length === 0) counts.unchanged++
        else if (found.isEdited) counts.kept++
        else {
          const taken = dryRun
            ? found.differences.map(({ field }) => field)
            : await services.database.inTransaction({ actor }, async trx => {
                await sql`select OC_OT_ID from OPR_Content where OC_OT_ID = ${id} with lock`.execute(trx)
                const now = await storedMods(trx, id)
                return now && cameFromThere.includes(now.origin)
                  ? await take(trx, services, id, found, undefined, actor)
                  : undefined
              })
          if (taken === undefined) counts.kept++
          else {
            counts.updated++
            changed(id, taken)
          }
        }
      } catch (error) {
        if (!(error instanceof Refusal) || (error.reason === 'unavailable' && error.details['answered'] === undefined)) throw error
        if (failed.length < 1000) failed.push({ title: id, reason: error.message })
      } // prettier-ignore
      last = id
      await stands({ ...counts, failed, last })
    }
  }
  return { ...counts, failed }
}

/** Catalogues are asked slowly, so that an outage comes before the end of a large repository: each attempt goes on after the last title. */
export const refreshJob: JobHandler<Services> = async (services, { job, progress, keep }) => {
  const order = (job.payload ?? {}) as RefreshOrder
  const actor = { name: job.actor ?? 'job', application: 'catalogues.refresh' }
  return await refresh(services, order, actor, async at => {
    await keep({ ...order, from: at })
    await progress(at.looked)
  })
}
