// Sends an image: what lies in a pack is read into a recycled buffer and written as one piece, past everything that Fastify would do to
// a body. Rights, the client's own copy and the log line have their place before and after it all the same.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { noSniff } from '../../http/headers.ts'
import type { Pack, Passage } from '../../imaging/pack/open.ts'
import { bytesOf } from '../../imaging/pack/open.ts'
import type { ImageAnswer } from './engine.ts'

/** Sizes of recycled buffers; fresh ones cost more than the reading (page faults, garbage). */
const slabBytes = [65_536, 131_072, 262_144, 524_288, 1_048_576] as const
const keptOfEach = 32
const slabs: Buffer[][] = slabBytes.map(() => [])

function takeSlab(bytes: number): { slab: Buffer; at: number } {
  const at = slabBytes.findIndex(size => size >= bytes)
  if (at < 0) return { slab: Buffer.allocUnsafeSlow(bytes), at }
  return { slab: slabs[at]?.pop() ?? Buffer.allocUnsafeSlow(slabBytes[at] as number), at }
}

export interface ImageHeaders {
  readonly media: string
  readonly etag: string
  readonly cacheControl: string
  /** Request headers that decide about it */
  readonly vary?: string | undefined
  /** Link header, where there is one */
  readonly link?: string | undefined
  readonly disposition?: string | undefined
}

/** An image may be used by any page of any site. */
const open = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Link, ETag, Content-Length',
  'cross-origin-resource-policy': 'cross-origin',
  ...noSniff,
} as const

const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header === etag ||
    header
      .split(',')
      .map(tag => tag.trim().replace(/^W\//, ''))
      .some(tag => tag === etag || tag === '*'))

const keptHeaders = (headers: ImageHeaders): Record<string, string | number> => ({
  etag: headers.etag,
  'cache-control': headers.cacheControl,
  ...(headers.vary === undefined ? {} : { vary: headers.vary }),
  ...open,
})

const headersOf = (headers: ImageHeaders): Record<string, string | number> => ({
  ...keptHeaders(headers),
  ...(headers.link === undefined ? {} : { link: headers.link }),
})

/** Answers 304 where the client's copy is current: no file is touched for it. @returns whether it was */
export function sendUnchanged(request: FastifyRequest, reply: FastifyReply, headers: ImageHeaders): boolean {
  if (!matches(request.headers['if-none-match'], headers.etag)) return false
  reply.hijack()
  reply.raw.writeHead(304, keptHeaders(headers))
  reply.raw.end()
  return true
}

/** @throws Refusal not-processable where the pack is damaged; nothing has been sent then */
export function sendImage(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: ImageAnswer,
  headers: ImageHeaders,
): void {
  if (answer.kind === 'passage') return sendPassage(request, reply, answer.pack, answer.passage, headers)
  reply.hijack()
  reply.raw.writeHead(200, {
    'content-type': headers.media,
    'content-length': answer.bytes.length,
    ...headersOf(headers),
    ...(headers.disposition === undefined ? {} : { 'content-disposition': headers.disposition }),
  })
  reply.raw.end(request.method === 'HEAD' ? undefined : answer.bytes)
}

function sendPassage(
  request: FastifyRequest,
  reply: FastifyReply,
  pack: Pack,
  passage: Passage,
  headers: ImageHeaders,
): void {
  const { slab, at } = takeSlab(bytesOf(passage))
  const give = () => {
    const kept = slabs[at]
    if (kept && kept.length < keptOfEach) kept.push(slab)
  }
  let length: number
  try {
    length = pack.read(passage, slab)
  } catch (error) {
    give()
    throw error
  }
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': headers.media,
    'content-length': length,
    ...headersOf(headers),
    ...(headers.disposition === undefined ? {} : { 'content-disposition': headers.disposition }),
  })
  if (request.method === 'HEAD') {
    raw.end()
    return give()
  }
  // free once it is flushed; a client that goes away leaves it to the garbage, since its socket may still read from it
  raw.end(slab.subarray(0, length), give)
}
