// Documents that are built of many rows (manifests, METS, feeds): kept while what they were built of is unchanged, sent compressed, with
// 304 before anything is built.
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { coded, type Coding, codingOf } from './codings.ts'
import { isFresh } from './etag.ts'

interface Kept {
  readonly tag: string
  readonly bodies: Map<Coding, Buffer>
}

export interface BuiltDocument {
  /** Names the document among all that are kept */
  readonly key: string
  /** State that it is built of, without quotes; undefined where nobody can be told that his copy is current */
  readonly tag: string | undefined
  readonly media: string
  readonly cacheControl: string
  readonly build: () => Promise<string>
}

export class BuiltDocuments {
  readonly #most: number
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  constructor(mostBytes = 64 * 1024 * 1024) {
    this.#most = mostBytes
  }

  async send(request: FastifyRequest, reply: FastifyReply, document: BuiltDocument): Promise<FastifyReply> {
    reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'ETag, Link')
    const isCurrent = (tag: string): boolean => isFresh(request, reply, `"${tag}"`, document.cacheControl)
    if (document.tag !== undefined && isCurrent(document.tag)) return reply.send()
    const kept = await this.#get(document)
    if (document.tag === undefined && isCurrent(kept.tag)) return reply.send()
    const body = await this.#coded(kept, request)
    if (body.coding !== 'identity') reply.header('content-encoding', body.coding)
    request.facts['bytes'] = body.bytes.length
    return reply
      .type(document.media)
      .header('content-length', body.bytes.length)
      .serializer((value: unknown) => value as string)
      .send(body.bytes)
  }

  async #get(document: BuiltDocument): Promise<Kept> {
    const known = this.#kept.get(document.key)
    if (known && known.tag === document.tag) {
      this.#kept.delete(document.key)
      this.#kept.set(document.key, known)
      return known
    }
    const body = Buffer.from(await document.build())
    const tag = document.tag ?? createHash('sha256').update(body).digest('base64url').slice(0, 24)
    const built: Kept = { tag, bodies: new Map([['identity', body]]) }
    if (document.tag !== undefined) this.#keep(document.key, built)
    return built
  }

  async #coded(kept: Kept, request: FastifyRequest): Promise<{ coding: Coding; bytes: Buffer }> {
    const plain = kept.bodies.get('identity') as Buffer
    const coding = plain.length < request.server.compressFrom ? 'identity' : codingOf(request)
    if (coding === 'identity') return { coding, bytes: plain }
    const known = kept.bodies.get(coding)
    if (known) return { coding, bytes: known }
    const bytes = await coded(plain, coding)
    kept.bodies.set(coding, bytes)
    this.#bytes += bytes.length
    return { coding, bytes }
  }

  #keep(key: string, built: Kept): void {
    const size = (each: Kept | undefined) =>
      [...(each?.bodies.values() ?? [])].reduce((sum, body) => sum + body.length, 0)
    this.#bytes += size(built) - size(this.#kept.get(key))
    this.#kept.delete(key)
    this.#kept.set(key, built)
    for (const [oldest, each] of this.#kept) {
      if (this.#bytes <= this.#most) break
      this.#bytes -= size(each)
      this.#kept.delete(oldest)
    }
  }
}
