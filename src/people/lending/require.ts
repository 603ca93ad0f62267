// Before pages of a title that is lent leave, by whichever door: whoever asks must hold a copy. The first page takes one where one is free;
// further ones keep it.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { ShownPlace } from '../../http/sight.ts'
import { access } from '../access/index.ts'
import { type Lent, lentAs } from './copies.ts'
import { look, type Standing, take } from './desk.ts'
import { type Reader, readerOf } from './readers.ts'

/** A loan that was ended by hand elsewhere is noticed within this time. */
const trustedMs = 1000
const mostTrusted = 10_000

interface Seen {
  readonly standing: Promise<Standing>
  readonly until: number
}

const trusted = new WeakMap<Services['database'], Map<string, Seen>>()
const trustedOf = ({ database }: Services): Map<string, Seen> => {
  let known = trusted.get(database)
  if (!known) trusted.set(database, (known = new Map()))
  return known
}

const keyOf = (titleId: number, reader: Reader): string => `${titleId} ${reader.name}`

/** What was seen of a reader, or of all readers of a title, counts no longer. */
export function forgetSeen(services: Services, titleId: number, reader?: Reader): void {
  const known = trustedOf(services)
  if (reader) known.delete(keyOf(titleId, reader))
  else for (const key of known.keys()) if (key.startsWith(`${titleId} `)) known.delete(key)
}

async function standingFor(services: Services, { titleId }: Lent, reader: Reader): Promise<Standing> {
  const times = services.config.lending
  const seen = await look(services.db, titleId, reader, times)
  if (seen.state === 'held' && !seen.isToRenew) return seen
  // nothing to be had: no reason to hold up the desk
  if (seen.state !== 'held' && seen.ahead >= seen.copies - seen.held) return seen
  return await services.database.inTransaction({}, trx => take(trx, titleId, reader, times, false))
}

/** Whoever edits a title reads it without a copy. */
export const needsNoCopy = (request: FastifyRequest, place: ShownPlace): boolean =>
  access.sight(request.principal).can('edit', place)

function refuse(titleId: number, standing: Standing | undefined, copies: number): never {
  const loan = `/api/v1/titles/${titleId}/loan`
  const how = `POST ${loan} borrows one`
  const sentence = !standing
    ? `This title is lent, ${copies} ${copies === 1 ? 'copy' : 'copies'} at a time, and you hold none: ${how}.`
    : `All copies of this title (${standing.copies}) are lent; ${standing.state === 'waiting' ? `you are number ${standing.place} of those who wait.` : `POST ${loan} puts you on the list.`}`
  throw new Refusal('lent', sentence, {
    titleId,
    loan,
    ...(standing ? { copies: standing.copies, place: standing.place } : { copies }),
  })
}

/** How whoever asks stands to what is lent of a place, where it is no fault that they hold no copy. */
export interface Copy {
  readonly isLent: boolean
  /** Why they see no page of it; undefined where they do */
  readonly refusal: Refusal | undefined
}

/** The same as requireCopy, for doors that tell of a page and how it may be seen. */
export async function copyOf(services: Services, request: FastifyRequest, place: ShownPlace): Promise<Copy> {
  try {
    return { isLent: (await requireCopy(services, request, place)) !== undefined, refusal: undefined }
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'lent') return { isLent: true, refusal: error }
    throw error
  }
}

/** What is lent of a place, for whom it matters; undefined where there is no limit. */
export async function requireCopy(
  services: Services,
  request: FastifyRequest,
  place: ShownPlace,
): Promise<Lent | undefined> {
  const found = lentAs(services, place.path)
  const lent = found instanceof Promise ? await found : found
  if (!lent || needsNoCopy(request, place)) return lent
  const reader = readerOf(services, request)
  if (!reader) refuse(lent.titleId, undefined, lent.copies)
  const known = trustedOf(services)
  const key = keyOf(lent.titleId, reader)
  let seen = known.get(key)
  if (!seen || seen.until <= Date.now()) {
    if (known.size >= mostTrusted) known.clear()
    seen = { standing: standingFor(services, lent, reader), until: Date.now() + trustedMs }
    known.set(key, seen)
    seen.standing.catch(() => known.delete(key))
  }
  const standing = await seen.standing
  if (standing.state !== 'held') refuse(lent.titleId, standing, lent.copies)
  return lent
}
