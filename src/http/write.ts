// A change over HTTP: one transaction that carries actor and reason into the histories, and, where the request has an
// Idempotency-Key, stores its answer in that very transaction (decision 29): a repetition gets the stored answer.
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import type { FirebirdConnection } from '../firebird/connection.ts'
import { type Actor, type Db, setContext, type TransactionOptions } from '../firebird/database.ts'
import { FirebirdFault } from '../firebird/faults.ts'
import { together } from '../firebird/together.ts'
import { version } from '../root.ts'
import type { Services } from './module.ts'

export interface Answer<T> {
  readonly status?: number
  readonly body: T
  readonly location?: string
  readonly etag?: string
  /** The operation, for its undo; `write` fills it in */
  readonly batch?: number | undefined
}

export interface WriteOptions extends Omit<TransactionOptions, 'actor'> {
  /** False for what no history keeps: orders, files, secrets. Their answers offer no undo. */
  readonly canUndo?: boolean
  /** SHA-256 of a body that came as a stream, so that its Idempotency-Key counts */
  readonly bodyDigest?: string | undefined
}

const hours = 24

/** Headers carry ASCII; everything else comes as RFC 8187 says: UTF-8''…, percent-encoded. */
function decoded(value: string): string {
  const found = /^utf-8'[^']*'(.*)$/i.exec(value)
  if (!found) return value
  try {
    return decodeURIComponent(found[1] as string)
  } catch {
    throw new Refusal(
      'bad-request',
      `A header begins with UTF-8'' and is not percent-encoded UTF-8: ${value.slice(0, 80)}`,
    )
  }
}

/** Who acts: the principal, the program it names, and the reason it gives. */
export function actorOf(request: FastifyRequest): Actor {
  const header = (name: string) => {
    const value = request.headers[name]
    return typeof value === 'string' && value !== '' ? decoded(value).slice(0, 250) : undefined
  }
  return {
    name: request.principal.name,
    application: header('x-application') ?? `firefolio/${version}`,
    reason: header('x-change-reason'),
    confirms: header('x-confirm')
      ?.split(',')
      .map(name => name.trim()),
  }
}

function keyOf(request: FastifyRequest, bodyDigest?: string): { key: string; digest: string } | undefined {
  const key = request.headers['idempotency-key']
  // a streamed body cannot be hashed beforehand; PUT is repeatable as it is
  const isStream = typeof (request.body as { pipe?: unknown } | null)?.pipe === 'function'
  if (key === undefined || (isStream && bodyDigest === undefined)) return undefined
  if (typeof key !== 'string' || key.length === 0 || key.length > 200)
    throw new Refusal('bad-request', 'The Idempotency-Key must have 1 to 200 characters.')
  const hash = createHash('sha256').update(`${request.method} ${request.url}\n`)
  if (bodyDigest !== undefined) return { key, digest: hash.update(bodyDigest).digest('hex') }
  hash.update(Buffer.isBuffer(request.body) ? request.body : JSON.stringify(request.body ?? null))
  return { key, digest: hash.digest('hex') }
}

async function storedAnswer(
  trx: Db,
  principal: string,
  request: { key: string; digest: string },
): Promise<Answer<never> | undefined> {
  const row = await trx
    .selectFrom('SYS_Idempotency')
    .select([
      'SI_Digest as digest',
      'SI_Status as status',
      'SI_Answer as answer',
      'SI_Location as location',
      'SI_ETag as etag',
      'SI_Batch as batch',
      'SI_InsertTS as at',
    ])
    .where('SI_Principal', '=', principal)
    .where('SI_Key', '=', request.key)
    .executeTakeFirst()
  if (!row) return undefined
  if (Date.now() - row.at.getTime() > hours * 3_600_000) {
    await trx
      .deleteFrom('SYS_Idempotency')
      .where('SI_Principal', '=', principal)
      .where('SI_Key', '=', request.key)
      .execute()
    return undefined
  }
  if (row.digest !== request.digest)
    throw new Refusal('not-processable', 'This Idempotency-Key was used for another request.')
  return {
    status: row.status,
    body: JSON.parse(row.answer ?? 'null') as never,
    ...(row.location === null ? {} : { location: row.location }),
    ...(row.etag === null ? {} : { etag: row.etag }),
    ...(row.batch === null ? {} : { batch: row.batch }),
  }
}

/** Removes answers that nobody may ask for any more. @returns how many */
const forgottenBefore = (): Date => new Date(Date.now() - hours * 3_600_000)

export async function countAnswers(db: Db): Promise<number> {
  const row = await db
    .selectFrom('SYS_Idempotency')
    .select(db.fn.countAll<number>().as('count'))
    .where('SI_InsertTS', '<', forgottenBefore())
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

export async function forgetAnswers(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('SYS_Idempotency')
    .where('SI_InsertTS', '<', forgottenBefore())
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** Whether the log tells of an operation: who orders a job changes nothing himself, and the job's result names its own. */
const isLogged = async (trx: Db, batch: number): Promise<boolean> =>
  (await trx.selectFrom('SYS_Log').select('SL_ID').where('SL_Batch', '=', batch).executeTakeFirst()) !==
  undefined

/** Every answer to a change names its operation, with the addresses of its line in the log and of its undo, where it has one. */
function withBatch<T>(answer: Answer<T>, batch: number | undefined, canUndo: boolean): Answer<T> {
  const body = answer.body as { links?: object; dryRun?: boolean } | null
  if (batch === undefined || typeof body !== 'object' || body?.links === undefined || body.dryRun === true)
    return { ...answer, batch }
  const links = {
    ...(canUndo ? { undo: `/api/v1/operations/${batch}/undo` } : {}),
    operation: `/api/v1/operations/${batch}`,
    ...body.links,
  }
  return { ...answer, batch, body: { ...answer.body, links } }
}

/**
 * Runs `work` in one transaction as the request's actor.
 * The isolation is a snapshot nowhere: rows are read as committed, and conflicts repeat the whole of `work`.
 */
export async function write<T>(
  services: Services,
  request: FastifyRequest,
  { canUndo = true, bodyDigest, ...options }: WriteOptions,
  work: (trx: Db, connection: FirebirdConnection) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const idempotency = keyOf(request, bodyDigest)
  const actor = actorOf(request)
  const attempt = () =>
    services.database.inTransaction(options, async (trx, connection) => {
      const batch = await setContext(trx, { actor, batch: options.batch ?? 'next' })
      const done = async (): Promise<Answer<T>> => {
        const made = await work(trx, connection)
        const checked = async () => {
          for (const check of request.server.beforeCommit) await check(request, trx)
        }
        const [isNamed] = await together(
          batch === undefined ? Promise.resolve(false) : isLogged(trx, batch),
          checked(),
        )
        return withBatch(made, isNamed ? batch : undefined, canUndo)
      }
      if (!idempotency) return await done()
      const stored = await storedAnswer(trx, actor.name, idempotency)
      if (stored) return stored as Answer<T>
      const answer = await done()
      await trx
        .insertInto('SYS_Idempotency')
        .values({
          SI_Key: idempotency.key,
          SI_Principal: actor.name,
          SI_Digest: idempotency.digest,
          SI_Status: answer.status ?? 200,
          SI_Answer: JSON.stringify(answer.body ?? null),
          SI_Location: answer.location ?? null,
          SI_ETag: answer.etag ?? null,
          SI_Batch: answer.batch ?? null,
        })
        .execute()
      return answer
    })
  try {
    return await attempt()
  } catch (error) {
    // the same key came twice at once: the other one has stored its answer by now
    if (
      idempotency &&
      error instanceof FirebirdFault &&
      error.kind === 'unique' &&
      /IDEMPOTENCY/i.test(error.constraint ?? error.message)
    )
      return await attempt()
    throw error
  }
}

/** Sends an answer with its headers. */
export function send<T>(reply: FastifyReply, answer: Answer<T>): T {
  reply.code(answer.status ?? 200)
  if (answer.location !== undefined) reply.header('location', answer.location)
  if (answer.etag !== undefined) reply.header('etag', answer.etag)
  if (answer.batch !== undefined) reply.header('operation', String(answer.batch))
  return answer.body
}

/** An answer that says by its status alone that it was done. */
export const sendNothing = (reply: FastifyReply, status: 202 | 204 = 204): never =>
  reply.code(status).send(null) as never

/** The same for what `write` did: the operation is named in the header alone. */
export const sendDone = (reply: FastifyReply, { batch }: Answer<unknown>): never =>
  sendNothing(batch === undefined ? reply : reply.header('operation', String(batch)))
