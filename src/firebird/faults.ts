// Firebird reports an error as a status vector; node-firebird hands on its first code (`gdscode`),
// the parameters and the text. Row conflicts all begin with isc_deadlock, everything of "Dynamic SQL Error"
// shares one code, so kinds are told apart by code and text together (measured on Firebird 3.0.11).
import { Refusal } from '../errors.ts'

export type FaultKind =
  | 'conflict' // row or table lock: repeat the whole transaction
  | 'unique'
  | 'foreign-key'
  | 'not-null'
  | 'check'
  | 'too-long'
  | 'exception' // raised by a trigger of ours: the text is a sentence
  | 'read-only'
  | 'timeout' // it was late, and cancelled: by us, or by an administrator of the database
  | 'lost' // the connection is gone, nothing of the transaction is stored
  | 'unknown-outcome' // lost while a commit was under way
  | 'pool' // no connection became free in time
  | 'login'
  | 'no-database'
  | 'full' // no room on the disk of the database
  | 'other'

const byCode: Readonly<Record<number, FaultKind>> = {
  335544336: 'conflict', // isc_deadlock: deadlock, update conflict, lock time-out, nowait
  335544345: 'conflict', // isc_lock_conflict: table lock, object in use
  335544510: 'conflict', // isc_lock_timeout
  335544665: 'unique', // isc_unique_key_violation
  335544349: 'unique', // isc_no_dup
  335544466: 'foreign-key',
  335544347: 'not-null', // isc_not_valid, also check constraints of domains
  335544558: 'check',
  335544321: 'too-long', // isc_arith_except: string right truncation, numeric overflow
  335544361: 'read-only',
  335544517: 'exception',
  335544794: 'timeout', // isc_cancelled
  335544472: 'login',
  335545106: 'login',
  335544344: 'no-database',
  335544375: 'no-database',
  335544721: 'lost',
  335544726: 'lost',
  335544727: 'lost',
  335544741: 'lost',
  335544856: 'lost',
}

export class FirebirdFault extends Error {
  readonly kind: FaultKind
  readonly gdscode: number | undefined
  /** Name of the violated constraint or index, where the server told it. */
  readonly constraint: string | undefined
  constructor(
    kind: FaultKind,
    message: string,
    more: { gdscode?: number; constraint?: string; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'FirebirdFault'
    this.kind = kind
    this.gdscode = more.gdscode
    this.constraint = more.constraint
  }
}

interface DriverError {
  readonly message?: string
  readonly gdscode?: number
  readonly gdsparams?: readonly unknown[]
}

function kindOf(error: DriverError): FaultKind {
  const text = error.message ?? ''
  // an I/O error like any other by its code
  if (/No space left on device|Disk quota exceeded|File too large/i.test(text)) return 'full'
  const known = error.gdscode === undefined ? undefined : byCode[error.gdscode]
  if (known === 'not-null') return /CHECK constraint/i.test(text) ? 'check' : 'not-null'
  if (known === 'too-long' && /object .* in use|lock conflict/i.test(text)) return 'conflict'
  if (known) return known
  // another transaction has removed the row that was waited for: begun again, this one will not find it
  if (/cannot update erased record/i.test(text)) return 'conflict'
  if (/string right truncation|numeric overflow|numeric value is out of range/i.test(text)) return 'too-long'
  if (
    /Connection is closed|connection (was )?lost|ECONNRESET|ECONNREFUSED|EPIPE|socket|shutdown|Unable to complete network request/i.test(
      text,
    )
  )
    return 'lost'
  if (/CHECK constraint/i.test(text)) return 'check'
  if (/user name and password are not defined/i.test(text)) return 'login'
  return 'other'
}

/** What node-firebird threw, as a fault with a kind. Faults pass through unchanged. */
export function toFault(error: unknown): FirebirdFault {
  if (error instanceof FirebirdFault) return error
  const driverError = (error ?? {}) as DriverError
  const kind = kindOf(driverError)
  const constraint = kind === 'unique' || kind === 'foreign-key' ? driverError.gdsparams?.[0] : undefined
  return new FirebirdFault(kind, (driverError.message ?? String(error)).trim(), {
    ...(driverError.gdscode === undefined ? {} : { gdscode: driverError.gdscode }),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    cause: error,
  })
}

/** True where the same transaction may succeed when it is repeated from its start. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof FirebirdFault && error.kind === 'conflict'

/** The sentence of `exception NAME 'sentence'` raised by a trigger. */
function exceptionSentence(message: string): { name: string; sentence: string } {
  const lines = message.split(/\n|, (?=E_)/).map(line => line.trim())
  const at = lines.findIndex(line => /E_[A-Z_]+/.test(line))
  const name = /E_[A-Z_]+/.exec(lines[at] ?? message)?.[0] ?? ''
  const after = message.slice(message.indexOf(name) + name.length).replace(/^[\s,:]+/, '')
  return {
    name,
    sentence: (after.split(/\n|, At trigger|At trigger|, At procedure|At procedure/)[0] ?? '').replace(
      /[\s,]+$/,
      '',
    ),
  }
}

const refusalOf: Partial<Record<FaultKind, (fault: FirebirdFault) => Refusal>> = {
  conflict: f =>
    new Refusal('busy', 'Another change holds the same records; repeat the request.', { retryAfter: 1 }, f),
  unique: f =>
    new Refusal('conflict', 'A record with the same key exists already.', { constraint: f.constraint }, f),
  'foreign-key': f =>
    new Refusal(
      'in-use',
      'The change would leave a reference without its target.',
      { constraint: f.constraint },
      f,
    ),
  check: f => new Refusal('not-processable', 'A value lies outside of what its column allows.', {}, f),
  'not-null': f => new Refusal('not-processable', 'A value that the record needs is missing.', {}, f),
  'too-long': f =>
    new Refusal('not-processable', 'A value is longer or larger than its column holds.', {}, f),
  exception: f => {
    const { name, sentence } = exceptionSentence(f.message)
    return new Refusal('conflict', sentence || 'The database refuses this change.', { rule: name }, f)
  },
  timeout: f =>
    new Refusal('timeout', 'The database did not answer in time; repeat the request.', { retryAfter: 5 }, f),
  lost: f =>
    new Refusal('unavailable', 'The database cannot be reached; nothing was changed.', { retryAfter: 2 }, f),
  'no-database': f => new Refusal('unavailable', 'The database cannot be opened.', { retryAfter: 10 }, f),
  full: f =>
    new Refusal(
      'insufficient-storage',
      'There is no room left on the disk of the database ([database] file); nothing was changed.',
      { retryAfter: 60 },
      f,
    ),
  login: f =>
    new Refusal(
      'unavailable',
      'The database refuses the log-in of this service. Where user and password are right, set the password again (docs/handbook/firebird.md).',
      { retryAfter: 30 },
      f,
    ),
  pool: f =>
    new Refusal(
      'unavailable',
      'All database connections are busy; repeat the request.',
      { retryAfter: 1 },
      f,
    ),
  'unknown-outcome': f =>
    new Refusal(
      'outcome-unknown',
      'The connection broke while the change was being committed; repeating the request is safe.',
      { outcome: 'unknown', retryAfter: 2 },
      f,
    ),
}

/** A fault as an answer for the client, or undefined where it is a bug of ours. */
export function toRefusal(fault: FirebirdFault): Refusal | undefined {
  return refusalOf[fault.kind]?.(fault)
}
