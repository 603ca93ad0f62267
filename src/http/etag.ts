// Conditional requests (RFC 9110 §13). The ETag of a node is its OT_Version and a mark for the view of it:
// who may edit sees more fields than the public, so the two representations have different tags.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'

export const etagOf = (version: number, variant = ''): string => `"${version}${variant}"`

const tags = (header: string): string[] => header.split(',').map(tag => tag.trim().replace(/^W\//, ''))

/** Sets the ETag; answers whether the client's copy is current (then 304 is set and nothing more is to be sent). */
export function isFresh(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  cacheControl = 'no-cache',
): boolean {
  reply.header('etag', etag).header('cache-control', cacheControl).header('vary', 'Authorization, Accept')
  const header = request.headers['if-none-match']
  if (header === undefined || !(header.trim() === '*' || tags(header).includes(etag))) return false
  reply.code(304)
  return true
}

/**
 * The version that a change expects.
 * @throws Refusal precondition-required without If-Match, bad-request where it is no ETag of ours
 */
export function expectedVersion(request: FastifyRequest): number | '*' {
  const header = request.headers['if-match']
  if (header === undefined)
    throw new Refusal(
      'precondition-required',
      'Send If-Match with the ETag that you read, so that no newer change is overwritten.',
    )
  if (header.trim() === '*') return '*'
  const version = /^"(\d{1,10})[a-z]?(?:-[\w-]{12})?"$/.exec(header.trim())?.[1]
  // a weak tag never matches strongly (RFC 9110 §13.1.1); anything else is none of ours and so cannot be current
  return version === undefined ? -1 : Number(version)
}
