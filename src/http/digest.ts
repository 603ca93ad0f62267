import { Refusal } from '../errors.ts'

/** SHA-256 of a Content-Digest header (RFC 9530), in hex. @throws Refusal bad-request where none of its digests is known here */
export function expectedDigest(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const found = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(String(header))
  if (!found) throw new Refusal('bad-request', 'The Content-Digest has no sha-256=:…: member.')
  return Buffer.from(found[1] as string, 'base64').toString('hex')
}
