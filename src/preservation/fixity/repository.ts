// Runs and findings.
import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'
import { type End, ends, type Fault, faults, kinds } from './codes.ts'
import type { Verdict } from './compare.ts'
import type { KeptFile } from './kept-files.ts'

const runColumns = [
  'OFR_ID as id',
  'OFR_Scope as scope',
  'OFR_Cursor as cursor',
  'OFR_Files as files',
  'OFR_Bytes as bytes',
  'OFR_Findings as findings',
  'OFR_InsertTS as beganAt',
  'OFR_UpdateTS as updatedAt',
  'OFR_EndTS as endedAt',
] as const

export interface Run {
  readonly id: number
  readonly scope: string
  readonly cursor: string | null
  readonly files: number
  readonly bytes: number
  readonly findings: number
  readonly beganAt: Date
  readonly updatedAt: Date
  readonly endedAt: Date | null
}

export async function listRuns(db: Db, before: number | undefined, limit: number): Promise<Run[]> {
  let query = db.selectFrom('OPR_FixityRun').select(runColumns).orderBy('OFR_ID', 'desc').limit(limit)
  if (before !== undefined) query = query.where('OFR_ID', '<', before)
  return await query.execute()
}

/** The last run of a scope. */
export const lastRun = (db: Db, scope: string): Promise<Run | undefined> =>
  db
    .selectFrom('OPR_FixityRun')
    .select(runColumns)
    .where('OFR_Scope', '=', scope)
    .orderBy('OFR_ID', 'desc')
    .limit(1)
    .executeTakeFirst()

export async function beginRun(db: Db, scope: string): Promise<Run> {
  const id = await nextId(db, 'OPR_FixityRun_SEQ')
  await db.insertInto('OPR_FixityRun').values({ OFR_ID: id, OFR_Scope: scope }).execute()
  return (await lastRun(db, scope)) as Run
}

export interface Steps {
  readonly cursor: string | null
  readonly files: number
  readonly bytes: number
  readonly findings: number
}

/** Adds what was done since the last time. */
export async function noteSteps(db: Db, id: number, steps: Steps, isEnd: boolean): Promise<void> {
  await sql`update OPR_FixityRun set OFR_Cursor = ${steps.cursor}, OFR_Files = OFR_Files + ${steps.files}, OFR_Bytes = OFR_Bytes + ${steps.bytes},
      OFR_Findings = OFR_Findings + ${steps.findings}, OFR_EndTS = iif(${isEnd ? 1 : 0} = 1, current_timestamp, OFR_EndTS)
    where OFR_ID = ${id}`.execute(db)
}

const columns = [
  'OFF_ID as id',
  'OFF_What as what',
  'OFF_Address as address',
  'OFF_OT_ID as nodeId',
  'OFF_Fault as fault',
  'OFF_Expected as expected',
  'OFF_Found as found',
  'OFF_Bytes as bytes',
  'OFF_Detail as detail',
  'OFF_InsertTS as since',
  'OFF_SeenTS as seenAt',
  'OFF_EndTS as endedAt',
  'OFF_End as end',
] as const

export interface Finding extends KeptFile {
  readonly id: number
  readonly fault: Fault
  readonly found: string | null
  readonly bytes: number | null
  readonly detail: string | null
  readonly since: Date
  readonly seenAt: Date
  readonly endedAt: Date | null
  readonly end: End | null
}

/** Findings in the order in which they were made. */
export async function listFindings(
  db: Db,
  state: 'open' | 'ended',
  after: number,
  limit: number,
): Promise<Finding[]> {
  const rows = await db
    .selectFrom('OPR_FixityFinding')
    .select(columns)
    .where('OFF_EndTS', state === 'open' ? 'is' : 'is not', null)
    .where('OFF_ID', '>', after)
    .orderBy('OFF_ID')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    ...row,
    what: kinds.name(row.what),
    fault: faults.name(row.fault),
    end: row.end === null ? null : ends.name(row.end),
  }))
}

/** Whether the master of a page is as it was stored, and when it was compared last. */
export async function ofMaster(db: Db, pageId: number) {
  const page = await db
    .selectFrom('OPR_Page')
    .select(['OP_Url as url', 'OP_ModificationTimestamp as since'])
    .where('OP_OT_ID', '=', pageId)
    .executeTakeFirst()
  if (!page?.url) return undefined
  // pages of one file share its address
  const address = page.url.split('#')[0] as string
  const finding = await db
    .selectFrom('OPR_FixityFinding')
    .select(['OFF_Fault as fault', 'OFF_SeenTS as seenAt'])
    .where('OFF_Address', '=', address)
    .where('OFF_EndTS', 'is', null)
    .executeTakeFirst()
  if (finding) return { fault: faults.name(finding.fault), comparedAt: finding.seenAt }
  const rounds = (await listRuns(db, undefined, 20)).filter(({ scope }) => ['round', 'all'].includes(scope))
  // each goes along the addresses; one that began before the file came may have passed it by
  const round = rounds.find(
    ({ beganAt, endedAt, cursor }) =>
      beganAt >= (page.since ?? new Date(0)) && (endedAt !== null || (cursor !== null && cursor >= address)),
  )
  return { fault: null, comparedAt: round ? (round.endedAt ?? round.updatedAt) : null }
}

/** Every open finding; those that are made meanwhile may be among them. */
export async function* openFindings(db: Db): AsyncGenerator<Finding> {
  for (let after = 0; ;) {
    const part = await listFindings(db, 'open', after, 200)
    yield* part
    const last = part.at(-1)
    if (!last) return
    after = last.id
  }
}

/** Notes what is wrong with a file; a finding that is open already is kept as the same one. */
export async function noteFinding(
  trx: Db,
  file: KeptFile,
  verdict: Extract<Verdict, { isGood: false }>,
): Promise<void> {
  const values = {
    OFF_Fault: faults.of(verdict.fault),
    OFF_Expected: file.expected,
    OFF_Found: verdict.found ?? null,
    OFF_Bytes: verdict.bytes ?? null,
    OFF_Detail: verdict.detail ?? null,
  }
  const seen = await trx
    .updateTable('OPR_FixityFinding')
    .set({ ...values, OFF_SeenTS: sql`current_timestamp` })
    .where('OFF_Address', '=', file.address)
    .where('OFF_EndTS', 'is', null)
    .executeTakeFirst()
  if (seen.numUpdatedRows > 0n) return
  await trx
    .insertInto('OPR_FixityFinding')
    .values({
      OFF_ID: await nextId(trx, 'OPR_FixityFinding_SEQ'),
      OFF_What: kinds.of(file.what),
      OFF_Address: file.address,
      OFF_OT_ID: file.nodeId,
      ...values,
    })
    .execute()
}

export async function endFinding(trx: Db, id: number, end: End): Promise<void> {
  await trx
    .updateTable('OPR_FixityFinding')
    .set({ OFF_EndTS: sql`current_timestamp`, OFF_End: ends.of(end) })
    .where('OFF_ID', '=', id)
    .where('OFF_EndTS', 'is', null)
    .execute()
}

/** The finding of an address, if there is one, has ended. */
export async function endOf(trx: Db, address: string, end: End = 'good'): Promise<void> {
  await trx
    .updateTable('OPR_FixityFinding')
    .set({ OFF_EndTS: sql`current_timestamp`, OFF_End: ends.of(end) })
    .where('OFF_Address', '=', address)
    .where('OFF_EndTS', 'is', null)
    .execute()
}

export async function explainFinding(trx: Db, id: number, detail: string): Promise<void> {
  await trx
    .updateTable('OPR_FixityFinding')
    .set({ OFF_Detail: detail.slice(0, 500) })
    .where('OFF_ID', '=', id)
    .execute()
}

/** Open findings by fault. */
export async function openCounts(db: Db): Promise<Record<Fault, number>> {
  const rows = await db
    .selectFrom('OPR_FixityFinding')
    .select(['OFF_Fault as fault', db.fn.countAll<number>().as('count')])
    .where('OFF_EndTS', 'is', null)
    .groupBy('OFF_Fault')
    .execute()
  const counts = Object.fromEntries(faults.names.map(name => [name, 0])) as Record<Fault, number>
  for (const row of rows) counts[faults.name(row.fault)] = Number(row.count)
  return counts
}

export const countOpen = async (db: Db): Promise<number> =>
  Object.values(await openCounts(db)).reduce((sum, count) => sum + count, 0)
