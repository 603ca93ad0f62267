// What an object store or the line to it says, as the house tells faults of its storage: full is 507, everything else 503, by the name of
// the store. An object that is not there is told like a file that is not there.
import { Refusal } from '../../errors.ts'

/** An answer of the store that is none of the good ones. */
export class StoreAnswer extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(`${status} ${code}`.trim())
    this.status = status
    this.code = code
  }
}

const retryAfter = 60
const noRoom = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientCapacity', 'ServiceQuotaExceeded'])
const refusedKey = new Set([
  'AccessDenied',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'ExpiredToken',
  'InvalidToken',
])

/** Whether an answer says that the object is not there. @param isHead such answers have no words */
export const isGone = ({ status, code }: StoreAnswer, isHead: boolean): boolean =>
  status === 404 && (code === 'NoSuchKey' || code === 'NoSuchUpload' || isHead)

export const missing = (store: string, cause?: unknown): Error =>
  Object.assign(new Error(`ENOENT: the store ${store} has no such object`, { cause }), { code: 'ENOENT' })

const named = (name: string): string => `The store ‘${name}’ ([store.${name}])`

/** @returns a Refusal insufficient-storage or unavailable */
export function storeFault(
  { name, bucket }: { readonly name: string; readonly bucket: string },
  error: unknown,
): Refusal {
  if (!(error instanceof StoreAnswer)) {
    const { code, message } = error as NodeJS.ErrnoException
    return new Refusal(
      'unavailable',
      `${named(name)} cannot be reached (${code ?? message}).`,
      { retryAfter },
      error,
    )
  }
  const { status, code } = error
  if (status === 507 || noRoom.has(code))
    return new Refusal(
      'insufficient-storage',
      `There is no room left in the store ‘${name}’ ([store.${name}]). Nothing was stored.`,
      { retryAfter },
      error,
    )
  const sentence =
    status === 404 || code === 'NoSuchBucket'
      ? `has no bucket ‘${bucket}’`
      : status === 401 || status === 403 || refusedKey.has(code)
        ? `refuses what is asked of it${code === '' ? '' : ` (${code})`}; look at its accessKey and secretKey and at the rights of that key`
        : `answers ${status}${code === '' ? '' : ` ${code}`}`
  return new Refusal('unavailable', `${named(name)} ${sentence}.`, { retryAfter }, error)
}

/** The store does not give back what was put into it. */
export const notKept = (name: string): Refusal =>
  new Refusal(
    'unavailable',
    `${named(name)} does not give back the bytes that were sent to it. Nothing was stored.`,
    { retryAfter },
  )
