// Conditional requests (RFC 9110 §13). The ETag of a node is its OT_Version and a mark for the view of it:
// who may edit sees more fields than the public, so the two representations have different tags.
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import { varies, withoutCodings } from './codings.ts'
import type { App } from './module.ts'

export const etagOf = (version: number, variant = ''): string => `"${version}${variant}"`

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 20)

/** The tag of a thing whose document says more than its version tells: changes expect the version alone. */
export const etagBeside = (version: number, letter: string, beside: unknown): string =>
  etagOf(version, `${letter}-${digestOf(JSON.stringify(beside)).slice(0, 12)}`)

const tags = (header: string): string[] =>
  withoutCodings(header)
    .split(',')
    .map(tag => tag.trim().replace(/^W\//, ''))

/** Sets the ETag; answers whether the client's copy is current (then 304 is set and nothing more is to be sent). */
export function isFresh(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  cacheControl = 'no-cache',
): boolean {
  reply.header('etag', etag).header('cache-control', cacheControl).header('vary', 'Authorization, Accept')
  if (!isNamed(request.headers['if-none-match'], etag)) return false
  reply.code(304)
  return true
}

/** What a handler returns once `isFresh` has set 304: nothing is sent, whatever else the route says that it sends. */
export const sendUnchanged = (reply: FastifyReply): never => reply.send() as never

const isNamed = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === '*' || tags(header).includes(etag))

/** Readings of the API that have no version of their own get a tag of what they say: who has it by now is not sent it again. */
export function registerContentTags(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isReading = ['GET', 'HEAD'].includes(request.method) && request.url.startsWith('/api/')
    if (!isReading || reply.statusCode !== 200 || typeof payload !== 'string' || reply.hasHeader('etag'))
      return payload
    const control = reply.getHeader('cache-control')
    if (typeof control === 'string' && control.includes('no-store')) return payload
    if (control === undefined) reply.header('cache-control', 'no-cache')
    const etag = `"${digestOf(payload)}"`
    reply.header('etag', etag)
    for (const name of ['Authorization', 'Accept']) varies(reply, name)
    if (!isNamed(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type').removeHeader('content-length')
    return null
  })
}

/** A tag of what is said, where no version of a row tells every change of it. */
export const contentTag = (content: unknown): string => `"${digestOf(JSON.stringify(content))}"`

/** If-Match where it was sent, of whatever coding its tags are. */
export function ifMatchOnWish(request: FastifyRequest): string | undefined {
  const header = request.headers['if-match']
  return header === undefined ? undefined : withoutCodings(header.trim())
}

/** If-Match. @throws Refusal precondition-required without it */
export function ifMatch(request: FastifyRequest): string {
  const header = ifMatchOnWish(request)
  if (header === undefined)
    throw new Refusal(
      'precondition-required',
      'Send If-Match with the ETag that you read, so that no newer change is overwritten.',
    )
  return header
}

/**
 * For tags of content; call it under the lock of the change.
 * @param expected If-Match, * for whatever stands there
 * @param what has changed, in the words of the refusal
 * @throws Refusal stale
 */
export function requireMatch(expected: string, current: string, what: string): void {
  // a weak tag never matches strongly (RFC 9110 §13.1.1)
  const isCurrent = expected.split(',').some(tag => tag.trim() === current)
  if (expected !== '*' && !isCurrent)
    throw new Refusal('stale', `${what} since you read them; read them again.`)
}

/** Versions are integers of the database: a larger number is nobody's, and comparing it there would fail. */
const largest = 2_147_483_647

/**
 * The version that a change expects.
 * @throws Refusal precondition-required without If-Match, bad-request where it is no ETag of ours
 */
export function expectedVersion(request: FastifyRequest): number | '*' {
  const header = ifMatch(request)
  if (header === '*') return '*'
  const version = /^"(\d{1,10})[a-z]?(?:-[\w-]{12})?"$/.exec(header)?.[1]
  // a weak tag never matches strongly (RFC 9110 §13.1.1); anything else is none of ours and so cannot be current
  return version === undefined || Number(version) > largest ? -1 : Number(version)
}
