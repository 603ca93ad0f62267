// Jobs that keep agencies up to date. What they know stands in OAS_State, why they declined in OAS_Error.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { access, publicNow } from '../../people/access/index.ts'
import { getDomain } from '../domains/index.ts'
import {
  dataciteAccounts,
  type Described,
  hasAgency,
  tellDatacite,
  tellHandleServer,
  tellUrnService,
} from './agencies.ts'
import { assignOutstanding, wantRegistration } from './assign.ts'
import * as repository from './repository.ts'
import type { Assigned, State } from './repository.ts'
import { settingsOf } from './settings.ts'

interface Row {
  readonly id: number
  readonly path: string
  readonly domainId: number
  readonly state: number
  readonly delState: number
  readonly caption: string | null
  readonly title: string | null
  readonly persons: string | null
  readonly publisher: string | null
  /** A day: 1897-01-01 */
  readonly from: string | null
  readonly released: Date | null
  readonly language: string | null
}

/** The node, or the one that it was merged into. */
async function rowOf(db: Db, nodeId: number, mergers = 0): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    select OT_ID as "id", OT_Path as "path", OT_OD_ID as "domainId", OT_State as "state", OT_DelState as "delState", OT_Caption as "caption",
      OCF_Title as "title", OCF_Persons as "persons", OCF_Publisher as "publisher", OCF_DateFrom as "from", OC_ReleaseDate as "released",
      OCF_Language as "language"
    from OPR_Tree left join OPR_Content on OC_OT_ID = OT_ID left join OPR_ContentField on OCF_OT_ID = OT_ID where OT_ID = ${nodeId}`.execute(
    db,
  )
  if (rows[0] || mergers === 20) return rows[0]
  const merged = await db
    .selectFrom('OPR_Redirect')
    .select('ORD_OT_ID as id')
    .where('ORD_ID', '=', nodeId)
    .executeTakeFirst()
  return merged && (await rowOf(db, merged.id, mergers + 1))
}

/** In what state an agency should have a DOI: as configured while everyone may see the title, registered when it was withdrawn. */
function wantedState(services: Services, { state }: Assigned, isPublic: boolean): State {
  if (isPublic) return services.config.identifiers.doiState
  return state === 'findable' ? 'registered' : state
}

async function isPublic(services: Services, row: Row | undefined): Promise<boolean> {
  if (!row) return false
  const isVisible = row.state === 1 && row.delState === 0
  return access.sees(await publicNow(services), { ...row, isVisible })
}

/** What was promised and an agency is to be told of: undefined where it knows all there is. */
export async function outstanding(
  services: Services,
  promise: Assigned,
): Promise<{ wanted: State; row: Row | undefined } | undefined> {
  const row = await rowOf(services.db, promise.nodeId)
  if (promise.scheme !== 'doi') return promise.state === 'findable' ? undefined : { wanted: 'findable', row }
  const wanted = wantedState(services, promise, await isPublic(services, row))
  // what was published cannot be taken back to a draft
  if (wanted === promise.state || (wanted === 'draft' && promise.state !== 'assigned')) return undefined
  return { wanted, row }
}

const addressOf = (services: Services, nodeId: number): string => `${services.publicUrl()}/id/${nodeId}`

function describe(services: Services, { value, nodeId, caption, createdAt }: Assigned, row: Row | undefined, publisher: string): Described {
  return {
    value,
    url: addressOf(services, nodeId),
    title: row?.title ?? row?.caption ?? caption ?? value,
    persons: (row?.persons ?? '').split(';').map(name => name.trim()).filter(name => name !== ''),
    publisher: row?.publisher ?? publisher,
    year: row?.from ? Number.parseInt(row.from, 10) : (row?.released ?? createdAt).getUTCFullYear(),
    language: row?.language ?? null,
  }
} // prettier-ignore

/** Tells the agency of one identifier. @returns its state there; undefined where nothing is configured or it knows all there is */
export async function register(services: Services, id: number): Promise<State | undefined> {
  const { db } = services
  const promise = await repository.find(db, id)
  if (!promise || !hasAgency(services, promise.scheme)) return undefined
  const due = await outstanding(services, promise)
  if (!due) return undefined
  const { wanted, row } = due
  const domain = row && (await getDomain(db, row.domainId))
  const described = describe(services, promise, row, domain?.caption ?? '')
  const state =
    promise.scheme === 'handle'
      ? await tellHandleServer(services, described)
      : promise.scheme === 'urn'
        ? await tellUrnService(services, described)
        : await tellDatacite(
            services,
            (domain && (await settingsOf(services, db, domain)).dataciteAccount) ||
              ([...dataciteAccounts(services).keys()][0] as string),
            { wanted, now: promise.state },
            described,
          )
  await services.database.inTransaction({}, trx => repository.noteState(trx, id, state))
  return state
}

export const registerJob: JobHandler<Services> = async (services, { job }) => {
  const { id } = job.payload as { id: number }
  try {
    return { state: (await register(services, id)) ?? null }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await services.database.inTransaction({}, trx => repository.noteError(trx, id, error.message))
    // the runner tries again what is unavailable
    if (error.reason === 'unavailable' && job.attempts >= services.config.identifiers.attempts)
      throw new Refusal('not-processable', error.message)
    throw error
  }
}

/** Adds the registrations that are due. @returns how many */
export async function refresh(
  services: Services,
  progress: (done: number) => Promise<void> = async () => {},
): Promise<number> {
  let due = 0
  let after = 0
  for (;;) {
    const part = await repository.list(services.db, {}, after, 200)
    if (part.length === 0) return due
    after = part.at(-1)?.id ?? after
    for (const promise of part)
      if (hasAgency(services, promise.scheme) && (await outstanding(services, promise))) {
        due++
        await services.database.inTransaction({}, trx => wantRegistration(trx, promise.id))
      }
    await progress(after)
  }
}

/** Gives what is lacking, then looks at the agencies: what is scheduled. */
export const assignJob: JobHandler<Services> = async (services, { job, progress }) => {
  const payload = (job.payload ?? {}) as { domainId?: number }
  const actor = { name: job.actor ?? 'job', application: 'identifiers.assign' }
  const report = await assignOutstanding(services, actor, payload, (_given, done) => progress(done))
  return { ...report, due: await refresh(services, progress) }
}
