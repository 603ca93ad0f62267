// Content codings: what the client takes, best first, and each answer of text in it (RFC 9110 §8.4). Each coding of a representation has a
// tag of its own, the plain one with ~br or ~gzip at its end: tags of ours have no ~. Whatever is asked with either form means the same state.
// Answers with a secret in them say no-transform and are left as they are, by proxies, too: what a secret is compressed with would tell of it.
import { pipeline, type Readable } from 'node:stream'
import { promisify } from 'node:util'
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  gzip,
  gzipSync,
  type ZlibOptions,
} from 'node:zlib'
import { negotiate } from '@fastify/accept-negotiator'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './module.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Bytes from which an answer is compressed; 0: none is */
    readonly compressFrom: number
  }
}

export type Coding = 'br' | 'gzip' | 'identity'
type Compressed = Exclude<Coding, 'identity'>
const codings: Coding[] = ['br', 'gzip', 'identity']

/** Up to so many bytes a thread of its own costs more than the work. */
const atOnce = 16 * 1024
// a window of 256 kB: what a stream holds in memory grows with it
const brotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 },
}
const deflate: ZlibOptions = { level: 6 }

const now: Readonly<Record<Compressed, (body: Buffer) => Buffer>> = {
  br: body => brotliCompressSync(body, brotli),
  gzip: body => gzipSync(body, deflate),
}
const aside: Readonly<Record<Compressed, (body: Buffer) => Promise<Buffer>>> = {
  br: body => promisify(brotliCompress)(body, brotli),
  gzip: body => promisify(gzip)(body, deflate),
}
// what comes in portions leaves in portions
const flowing = {
  br: () => createBrotliCompress({ ...brotli, flush: constants.BROTLI_OPERATION_FLUSH }),
  gzip: () => createGzip({ ...deflate, flush: constants.Z_SYNC_FLUSH }),
}

export function codingOf(request: FastifyRequest): Coding {
  const accepted = request.headers['accept-encoding']
  if (accepted === undefined || request.server.compressFrom === 0) return 'identity'
  return negotiate(String(accepted).toLowerCase(), codings) ?? 'identity'
}

export const coded = async (body: Buffer, coding: Coding): Promise<Buffer> => {
  if (coding === 'identity') return body
  return body.length <= atOnce ? now[coding](body) : await aside[coding](body)
}

/** Tags as the service knows them, whatever coding they came with. */
export const withoutCodings = (tags: string): string => tags.replaceAll(/~(?:br|gzip)"/g, '"')

const inCoding = (tag: string, coding: string): string => tag.replace(/"$/, `~${coding}"`)

const isText = /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|xml)\b|application\/x-ndjson)/i

/** Names a header by which the answer was chosen. */
export function varies(reply: FastifyReply, by: string): void {
  const vary = reply.getHeader('vary')
  if (typeof vary !== 'string') reply.header('vary', by)
  else if (!vary.toLowerCase().split(/, */).includes(by.toLowerCase())) reply.header('vary', `${vary}, ${by}`)
}

/** The tag of the copy that the client has, in the coding in which it has it. */
function ofTheCopy(request: FastifyRequest, tag: string): string {
  const copies = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map(copy => copy.trim().replace(/^W\//, ''))
  const wished = inCoding(tag, codingOf(request))
  return copies.includes(wished) ? wished : (copies.find(copy => withoutCodings(copy) === tag) ?? tag)
}

function isCompressible(reply: FastifyReply): boolean {
  const type = reply.getHeader('content-type')
  return (
    typeof type === 'string' &&
    isText.test(type) &&
    // ranges are of the bytes as they are kept
    !reply.hasHeader('accept-ranges') &&
    !String(reply.getHeader('cache-control')).includes('no-transform')
  )
}

const isStream = (payload: unknown): payload is Readable =>
  typeof (payload as Partial<Readable> | null)?.pipe === 'function'

/** A stream that breaks off breaks off its compressed form, so that no half list looks whole; who goes away ends both. */
const flow = (source: Readable, coding: Compressed): Readable =>
  pipeline(source, flowing[coding](), () => undefined)

async function compressed(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload)
  if ((!isWhole && !isStream(payload)) || reply.hasHeader('content-encoding') || !isCompressible(reply))
    return payload
  varies(reply, 'Accept-Encoding')
  if (isWhole && payload.length < request.server.compressFrom) return payload
  const coding = codingOf(request)
  if (coding === 'identity') return payload
  reply.header('content-encoding', coding).removeHeader('content-length')
  return isWhole ? await coded(Buffer.from(payload as string), coding) : flow(payload, coding)
}

/** @param compressFrom [server.http] compressFrom */
export function registerCodings(app: App, compressFrom: number): void {
  app.decorate('compressFrom', compressFrom)
  if (compressFrom === 0) return
  app.addHook('onSend', async (request, reply, payload) => {
    const sent = await compressed(request, reply, payload)
    const tag = reply.getHeader('etag')
    // weak tags are those of files of the web application, which has them for all codings
    if (typeof tag !== 'string' || !tag.startsWith('"') || !['GET', 'HEAD'].includes(request.method))
      return sent
    if (reply.statusCode === 304 && !reply.hasHeader('accept-ranges')) {
      varies(reply, 'Accept-Encoding')
      reply.header('etag', ofTheCopy(request, tag))
    }
    const coding = reply.getHeader('content-encoding')
    if (typeof coding === 'string') reply.header('etag', inCoding(tag, coding))
    return sent
  })
}
