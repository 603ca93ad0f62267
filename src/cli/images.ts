// firefolio images: what an operator does with access packs and the cache of renderings.
import { sql } from 'kysely'
import {
  ingestJob,
  counts as packCounts,
  packs,
  refreshJob,
  want as wantPacks,
} from '../images/packs/index.ts'
import type { Job } from '../jobs/queue.ts'
import type { OpenServices } from '../services.ts'
import { counted } from './counted.ts'
import { check } from './check.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

const actor = { name: 'operator', application: 'firefolio images' }
const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`

/** A job run here and now, with a progress bar. */
async function runHere<T>(
  session: Session,
  services: OpenServices,
  label: string,
  handler: typeof ingestJob,
): Promise<T> {
  const progress = new Progress(label, session)
  const result = await handler(services, {
    // it was ordered here, without options
    job: { payload: null } as Job,
    progress: async (done, total) => progress.show(done, total ?? done, 'pages'),
    keep: async () => {},
    end: async () => {},
  })
  progress.end()
  return result as T
}

async function makeWanted(session: Session, services: OpenServices): Promise<number> {
  const outcome = await runHere<{ made: number; refused: number; superseded: number }>(
    session,
    services,
    'images',
    ingestJob,
  )
  session.out(`${counted(outcome.made, 'pack')} made, ${counted(outcome.refused, 'master')} refused\n`)
  return outcome.refused === 0 ? 0 : 1
}

export interface RebuildFlags {
  readonly all?: boolean
  readonly refused?: boolean
  readonly page?: number
}

/** Makes packs: those that are wanted, of changed settings, or more by flags. @returns the exit code: 1 where a master was refused */
export function rebuildImages(session: Session, flags: RebuildFlags): Promise<number> {
  return session.withServices(async services => {
    if (flags.page !== undefined) await want(services, sql`OPK_OT_ID = ${flags.page}`)
    else if (flags.all) await want(services, sql`OPK_State <> 0`)
    else if (flags.refused) await want(services, sql`OPK_State = 2`)
    else {
      await wantMissing(services)
      await runHere(session, services, 'settings', refreshJob)
    }
    return await makeWanted(session, services)
  })
}

/** After a move of folders, or a loss: what the check lists as missing or damaged is to be made again. */
async function wantMissing(services: OpenServices): Promise<void> {
  for (const each of packs.checks ?? []) if (each.name === 'packs') await each.run(services, { repair: true })
}

async function want(services: OpenServices, condition: ReturnType<typeof sql>): Promise<void> {
  const { rows } = await sql<{
    id: number
  }>`select OPK_OT_ID as "id" from OPR_Pack where ${condition}`.execute(services.db)
  await services.database.inTransaction({ actor }, trx =>
    wantPacks(
      trx,
      rows.map(row => row.id),
    ),
  )
}

export function imageStatistics(session: Session): Promise<void> {
  return session.withServices(async services => {
    const { made, wanted, refused, bytes } = await packCounts(services.db)
    let files = 0
    let stored = 0
    for await (const pack of services.packs.hashes()) {
      files++
      stored += pack.bytes
    }
    session.out(
      `packs      ${made} made, ${wanted} wanted, ${refused} refused; ${megabytes(bytes)}${made > 0 ? `, ${megabytes(bytes / made)} a page` : ''}\n` +
        `stored     ${counted(files, 'file')}, ${megabytes(stored)}\n` +
        `renderings ${counted(services.cache.files, 'file')}, ${megabytes(services.cache.bytes)}\n`,
    )
  })
}

export function purgeCache(
  session: Session,
  flags: { readonly olderThan?: number; readonly to?: number },
): Promise<void> {
  return session.withServices(async services => {
    const removed = await services.cache.purge({
      ...(flags.olderThan === undefined ? {} : { olderThanMs: flags.olderThan * 86_400_000 }),
      ...(flags.to === undefined ? {} : { toBytes: flags.to * 1024 * 1024 }),
    })
    session.out(`${removed} renderings removed, ${megabytes(services.cache.bytes)} left\n`)
  })
}

/** The checks that are about packs. */
export const checkImages = (session: Session, flags: { readonly repair?: boolean }): Promise<number> =>
  check(session, { ...flags, only: 'packs,webcache,stray-packs,decoded' })
