// Content codings: what the client takes, best first, and the bytes in one. Small answers gain nothing by them.
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyRequest } from 'fastify'

export const codings = ['br', 'gzip', 'identity'] as const
export type Coding = (typeof codings)[number]

/** Bytes from which an answer is compressed */
export const leastCompressed = 1000

const compress: Readonly<Record<Exclude<Coding, 'identity'>, (body: Buffer) => Promise<Buffer>>> = {
  br: body => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: body => promisify(gzip)(body, { level: 6 }),
}

export function codingOf(request: FastifyRequest): Coding {
  const accepted = String(request.headers['accept-encoding'] ?? '').toLowerCase()
  const refuses = (name: string) => new RegExp(`\\b${name}\\s*;\\s*q=0(?:\\.0*)?(?:,|$)`).test(accepted)
  return codings.find(name => name !== 'identity' && accepted.includes(name) && !refuses(name)) ?? 'identity'
}

export const coded = async (body: Buffer, coding: Coding): Promise<Buffer> =>
  coding === 'identity' ? body : await compress[coding](body)
