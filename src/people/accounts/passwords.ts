// Passwords are kept as argon2id (RFC 9106), worked out on libuv's threads, a few at a time: each takes its memory.
import { hash, verify } from '@node-rs/argon2'
import { Refusal } from '../../errors.ts'

/** The least that OWASP recommends for argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const lanes = 2
const mostWaiting = 100

let running = 0
const waiting: (() => void)[] = []

async function inLane<T>(work: () => Promise<T>): Promise<T> {
  if (running >= lanes) {
    if (waiting.length >= mostWaiting)
      throw new Refusal('busy', 'Too many passwords are being checked.', { retryAfter: 5 })
    await new Promise<void>(resolve => waiting.push(resolve))
  } else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** Long ones are not better but cost time; composed letters are one, however they are typed (NIST SP 800-63B §5.1.1.2). */
export const shortestPassword = 10
export const longestPassword = 200

/** Passwords that are tried first everywhere, beside what is known of the user. */
const common = /^(password|passwort|firefolio|qwert[yz]|letmein|welcome|willkommen|admin|123|abc|000|111)/i

/** @throws Refusal not-processable */
export function requireGoodPassword(password: string, login: string | null): void {
  const fault =
    password.length < shortestPassword
      ? `has fewer than ${shortestPassword} characters`
      : password.length > longestPassword
        ? `has more than ${longestPassword} characters`
        : login !== null && password.toLowerCase().includes(login.toLowerCase()) && login.length > 3
          ? 'contains the log-in'
          : common.test(password) && new Set(password).size < 12
            ? 'is one of those that are tried first'
            : new Set(password).size < 5
              ? 'repeats the same few characters'
              : undefined
  if (fault !== undefined)
    throw new Refusal('not-processable', `The password ${fault}.`, {
      errors: [{ pointer: '/password', detail: fault }],
    })
}

export const hashPassword = (password: string): Promise<string> =>
  inLane(() => hash(password.normalize('NFKC'), cost))

let decoy: Promise<string> | undefined

/** Works as long for an account that is not there, or has no password, as for one whose password is wrong. */
export async function isRightPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hash('no account has this one', cost)
  const against = stored ?? (await decoy)
  const isRight = await inLane(() => verify(against, password.normalize('NFKC')))
  return isRight && stored != null
}
