// Resumption tokens hold all that a list goes on from, signed: no state is kept, rows that come or go shift nothing, and a token of
// somebody else's making is told from ours.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { OaiError } from '../../formats/oai-pmh/request.ts'

const Token = z.strictObject({
  /** metadataPrefix */
  p: z.string(),
  s: z.string().optional(),
  /** from, until in milliseconds */
  f: z.number().optional(),
  u: z.number(),
  /** Date stamp and id of the last record */
  d: z.number(),
  i: z.number(),
  /** Records before the next part, and in the whole list */
  c: z.number(),
  n: z.number(),
  /** Expires, in milliseconds */
  e: z.number(),
  /** Domain of the repository's address */
  r: z.string().optional(),
})
export type Token = z.output<typeof Token>

const signatureOf = (secret: Buffer, payload: string): string =>
  createHmac('sha256', secret).update(payload).digest('base64url').slice(0, 22)

export function writeToken(secret: Buffer, token: Token): string {
  const payload = Buffer.from(JSON.stringify(token)).toString('base64url')
  return `${payload}.${signatureOf(secret, payload)}`
}

/** @throws OaiError badResumptionToken */
export function readToken(secret: Buffer, text: string, domain: string | undefined): Token {
  const refuse = (sentence: string): never => {
    throw new OaiError('badResumptionToken', sentence)
  }
  const [payload = '', signature = ''] = text.split('.')
  const expected = Buffer.from(signatureOf(secret, payload))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return refuse('The resumption token is none of this repository.')
  const token = Token.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  if (token.r !== domain) return refuse('The resumption token belongs to another address of this repository.')
  if (token.e < Date.now()) return refuse('The resumption token has expired.')
  return token
}
