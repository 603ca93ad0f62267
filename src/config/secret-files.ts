// A secret may stand in a file of its own, as systemd and containers hand them over: passwordFile = /run/secrets/database
// instead of password, FIREFOLIO_DATABASE_PASSWORDFILE instead of FIREFOLIO_DATABASE_PASSWORD.
import { readFileSync, statSync } from 'node:fs'

/** The option that names the file of a secret. */
export const fileOption = (name: string): string => `${name}File`

/** Of no key or password; a wrong file is told from one. */
const longestBytes = 64 * 1024

const whyNot: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'is not there'],
  ['EACCES', 'may not be read by this user'],
  ['EISDIR', 'is a folder'],
])

/** @returns what the file holds without the end of its last line, or what is wrong with it as the end of a sentence */
export function readSecret(file: string): { readonly secret: string } | { readonly fault: string } {
  try {
    if (statSync(file).size > longestBytes) return { fault: `is longer than ${longestBytes} bytes` }
    const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return secret === '' ? { fault: 'is empty' } : { secret }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { fault: whyNot.get(code) ?? `cannot be read (${code})` }
  }
}
