// Sends a file with conditional requests and single ranges (RFC 9110 §13, §14).
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import { isFresh, sendUnchanged } from './etag.ts'

export interface FileAnswer {
  readonly bytes: number
  readonly media: string
  /** Strong: a digest of the bytes */
  readonly etag: string
  /** private, no-cache where it is not said */
  readonly cacheControl?: string
  /** What is said of the file besides */
  readonly headers?: Readonly<Record<string, string>>
  readonly open: (range?: { start: number; end: number }) => Readable
}

/** The range of a header; undefined means: send everything (no range, several, or one that is not understood). */
export function rangeOf(
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  if (found[1] === '') {
    const length = Math.min(Number(found[2]), bytes)
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes - 1 }
  }
  const start = Number(found[1])
  const end = found[2] === '' ? bytes - 1 : Math.min(Number(found[2]), bytes - 1)
  if (start >= bytes) return 'unsatisfiable'
  return end < start ? undefined : { start, end }
}

export function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileAnswer): FastifyReply {
  reply.header('accept-ranges', 'bytes')
  if (isFresh(request, reply, file.etag, file.cacheControl ?? 'private, no-cache'))
    return sendUnchanged(reply)
  reply.type(file.media).headers(file.headers ?? {})
  const ifRange = request.headers['if-range']
  const range =
    ifRange === undefined || ifRange === file.etag ? rangeOf(request.headers.range, file.bytes) : undefined
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.bytes}`)
    throw new Refusal('bad-range', `The file has ${file.bytes} bytes.`)
  }
  if (range && request.method === 'GET') {
    reply
      .code(206)
      .header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`)
      .header('content-length', range.end - range.start + 1)
    return reply.serializer(value => value as string).send(file.open(range))
  }
  return reply
    .header('content-length', file.bytes)
    .serializer(value => value as string)
    .send(file.open())
}
