// Addresses of masters and texts, the same in every store: sha256/<aa>/<sha256>, and a page of a file behind #.
import { Refusal } from '../errors.ts'

const pattern = /^sha256\/([0-9a-f]{2})\/([0-9a-f]{64})(?:#page=\d{1,6})?$/

/** Address (OP_Url) of a content hash. */
export const addressOf = (sha256: string): string => `sha256/${sha256.slice(0, 2)}/${sha256}`

/** The hash that an address names. @throws Refusal not-found for anything that is no address, so that no path leaves its root */
export function hashOf(address: string): string {
  const found = pattern.exec(address)
  if (!found || !found[2]?.startsWith(found[1] ?? '-'))
    throw new Refusal('not-found', 'The archive has no such file.')
  return found[2]
}
