import { hostname } from 'node:os'
import { type Db, nextId } from '../../firebird/database.ts'

const columns = [
  'OHV_ID as id',
  'OHV_OD_ID as domainId',
  'OHV_BaseUrl as baseUrl',
  'OHV_Set as set',
  'OHV_MetadataPrefix as metadataPrefix',
  'OHV_EveryHours as everyHours',
  'OHV_Release as release',
  'OHV_From as from',
  'OHV_Token as token',
  'OHV_Started as started',
  'OHV_NextTS as next',
  'OHV_Message as message',
  'OHV_RunTS as runAt',
  'OHV_RunBy as runBy',
  'OHV_SuccessTS as succeededAt',
  'OHV_FailureTS as failedAt',
  'OHV_Fault as fault',
  'OHV_InsertTS as createdAt',
  'OHV_UpdateTS as updatedAt',
] as const

export interface Harvest {
  readonly id: number
  readonly domainId: number
  readonly baseUrl: string
  readonly set: string
  readonly metadataPrefix: string
  readonly everyHours: number | null
  readonly release: number
  /** from of the next run */
  readonly from: string | null
  /** Where an interrupted run goes on */
  readonly token: string | null
  readonly started: string | null
  readonly next: Date | null
  readonly message: string | null
  /** Last sign of the run under way */
  readonly runAt: Date | null
  /** Machine and process of that run */
  readonly runBy: string | null
  readonly succeededAt: Date | null
  readonly failedAt: Date | null
  /** Why the last run failed; null after one that did not */
  readonly fault: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const list = (db: Db): Promise<Harvest[]> =>
  db.selectFrom('OPR_Harvest').select(columns).orderBy('OHV_ID').execute()
export const find = (db: Db, id: number): Promise<Harvest | undefined> =>
  db.selectFrom('OPR_Harvest').select(columns).where('OHV_ID', '=', id).executeTakeFirst()
export const due = (db: Db): Promise<Harvest[]> =>
  db
    .selectFrom('OPR_Harvest')
    .select(columns)
    .where('OHV_NextTS', '<=', new Date())
    .orderBy('OHV_NextTS')
    .execute()

/** Names the jobs of a harvest, those that have ended among them. */
export const jobKeyOf = (id: number): string => `harvest:${id}`

export interface Wanted {
  readonly release?: boolean | undefined
  /** null: only when asked */
  readonly everyHours?: number | null | undefined
}

const wantedValues = ({ release, everyHours }: Wanted) => ({
  ...(release === undefined ? {} : { OHV_Release: release ? 1 : 0 }),
  ...(everyHours === undefined
    ? {}
    : { OHV_EveryHours: everyHours, OHV_NextTS: everyHours === null ? null : new Date() }),
})

/** @returns whether there is such a harvest */
export async function change(trx: Db, id: number, wanted: Wanted): Promise<void> {
  await trx.updateTable('OPR_Harvest').set(wantedValues(wanted)).where('OHV_ID', '=', id).execute()
}

export interface HarvestKey {
  readonly domainId: number
  readonly baseUrl: string
  readonly set: string
  readonly metadataPrefix: string
}

/** A harvest that is in no table, for one pass. */
export const unkept = ({ release, ...key }: HarvestKey & { readonly release: boolean }): Harvest => ({
  ...key,
  id: 0,
  everyHours: null,
  release: release ? 1 : 0,
  from: null,
  token: null,
  started: null,
  next: null,
  message: null,
  runAt: null,
  runBy: null,
  succeededAt: null,
  failedAt: null,
  fault: null,
  createdAt: new Date(),
  updatedAt: new Date(),
})

/** The harvest of that repository, set and format into that domain; made where there is none, which `isNew` tells. */
export async function ensure(
  trx: Db,
  key: HarvestKey,
  more: Wanted & { readonly release: boolean },
): Promise<{ id: number; isNew: boolean }> {
  const known = await trx
    .selectFrom('OPR_Harvest')
    .select('OHV_ID as id')
    .where('OHV_OD_ID', '=', key.domainId)
    .where('OHV_BaseUrl', '=', key.baseUrl)
    .where('OHV_Set', '=', key.set)
    .where('OHV_MetadataPrefix', '=', key.metadataPrefix)
    .executeTakeFirst()
  const values = wantedValues(more)
  if (known) {
    await trx.updateTable('OPR_Harvest').set(values).where('OHV_ID', '=', known.id).execute()
    return { id: known.id, isNew: false }
  }
  const id = await nextId(trx, 'OPR_Harvest_SEQ')
  await trx
    .insertInto('OPR_Harvest')
    .values({
      OHV_ID: id,
      OHV_OD_ID: key.domainId,
      OHV_BaseUrl: key.baseUrl,
      OHV_Set: key.set,
      OHV_MetadataPrefix: key.metadataPrefix,
      ...values,
    })
    .execute()
  return { id, isNew: true }
}

export interface Position {
  readonly from?: string | null
  readonly token?: string | null
  readonly started?: string | null
  readonly next?: Date | null
  readonly message?: string
  readonly runAt?: Date | null
  readonly succeededAt?: Date
  readonly failedAt?: Date
  readonly fault?: string | null
}
export async function note(db: Db, id: number, position: Position): Promise<void> {
  await db
    .updateTable('OPR_Harvest')
    .set({
      ...(position.from === undefined ? {} : { OHV_From: position.from }),
      ...(position.token === undefined ? {} : { OHV_Token: position.token }),
      ...(position.started === undefined ? {} : { OHV_Started: position.started }),
      ...(position.next === undefined ? {} : { OHV_NextTS: position.next }),
      ...(position.message === undefined ? {} : { OHV_Message: position.message.slice(0, 1000) }),
      ...(position.runAt === undefined ? {} : { OHV_RunTS: position.runAt }),
      ...(position.succeededAt === undefined ? {} : { OHV_SuccessTS: position.succeededAt }),
      ...(position.failedAt === undefined ? {} : { OHV_FailureTS: position.failedAt }),
      ...(position.fault === undefined ? {} : { OHV_Fault: position.fault?.slice(0, 1000) ?? null }),
    })
    .where('OHV_ID', '=', id)
    .execute()
}

/** A run without a sign of life for so long has ended. */
const silentMs = 120_000

const thisRunner = `${hostname()} ${process.pid}`

/** Whether the process of a run has ended, as far as can be told from here: only processes of this machine can be looked for. */
function hasEnded(runBy: string | null): boolean {
  const [machine, pid] = (runBy ?? '').split(' ')
  if (machine !== hostname() || Number(pid) === process.pid) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

export const isRunning = ({ runAt, runBy }: Pick<Harvest, 'runAt' | 'runBy'>): boolean =>
  runAt !== null && Date.now() - runAt.getTime() < silentMs && !hasEnded(runBy)

/** Begins a run, unless one is under way; one whose process was killed is not. @returns whether it may */
export async function begin(db: Db, id: number): Promise<boolean> {
  const harvest = await find(db, id)
  if (!harvest || isRunning(harvest)) return false
  const result = await db
    .updateTable('OPR_Harvest')
    .set({ OHV_RunTS: new Date(), OHV_RunBy: thisRunner })
    .where('OHV_ID', '=', id)
    // whoever has begun meanwhile has left another sign
    .where(where =>
      harvest.runAt === null ? where('OHV_RunTS', 'is', null) : where('OHV_RunTS', '=', harvest.runAt),
    )
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function remove(trx: Db, id: number): Promise<boolean> {
  const result = await trx.deleteFrom('OPR_Harvest').where('OHV_ID', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}
