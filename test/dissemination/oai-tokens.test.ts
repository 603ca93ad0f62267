// Resumption tokens by themselves: what is read back, and what is refused as not ours, as another address's, or as too old.
import { randomBytes } from 'node:crypto'
import t from '../support/tap.ts'
import { readToken, type Token, writeToken } from '../../src/dissemination/oai/tokens.ts'

const secret = randomBytes(32)
const token: Token = { p: 'oai_dc', s: 'sample', f: 1, u: 2, d: 3, i: 4, c: 5, n: 6, e: Date.now() + 60_000, r: 'sample' } // prettier-ignore

t.test('a token is read back as it was written, at the address that gave it', t => {
  const text = writeToken(secret, token)
  t.match(text, /^[\w-]+\.[\w-]{22}$/, 'short enough for an address')
  t.same(readToken(secret, text, 'sample'), token)
  const { r: _, ...ofAll } = token
  t.same(readToken(secret, writeToken(secret, ofAll), undefined), ofAll)
  t.end()
})

t.test('a token of another address is refused, whichever of both is the address of all', t => {
  const { r: _, ...ofAll } = token
  for (const [of, domain] of [
    [token, 'other'],
    [token, undefined],
    [ofAll, 'sample'],
  ] as const)
    t.throws(() => readToken(secret, writeToken(secret, of), domain), /belongs to another address/)
  t.end()
})

t.test('a token is good until its time and not after it', t => {
  t.throws(() => readToken(secret, writeToken(secret, { ...token, e: Date.now() - 1 }), 'sample'), {
    code: 'badResumptionToken',
    message: 'The resumption token has expired.',
  })
  t.end()
})

t.test('what was changed, cut or signed by somebody else is no token of ours', t => {
  const text = writeToken(secret, token)
  const [payload, signature] = text.split('.') as [string, string]
  const later = Buffer.from(JSON.stringify({ ...token, e: token.e + 1 })).toString('base64url')
  for (const other of [
    `${later}.${signature}`,
    `${payload}.${signature.slice(1)}`,
    `${payload}.`,
    payload,
    '',
    writeToken(randomBytes(32), token),
  ])
    t.throws(() => readToken(secret, other, 'sample'), /none of this repository/, other)
  t.end()
})
