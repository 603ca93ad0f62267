// Fetches documents from elsewhere: waits as the other side wishes, gives up on what is too large or takes too long.
import { Refusal } from '../../errors.ts'
import { version } from '../../root.ts'
import { causeOf, type Response, send } from '../../http/outgoing.ts'

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

export interface FetchOptions {
  /** How the address is called in faults */
  readonly name: string
  /** What answers there, as the beginning of a sentence: The repository */
  readonly what: string
  /** Section of the options that these are of */
  readonly section: 'harvest' | 'catalogue' | 'authority'
  /** Media types that are asked for; else XML */
  readonly accept?: string
  readonly privateNetworks: boolean
  readonly answerBytes: number
  /** Seconds */
  readonly timeout: number
  readonly attempts: number
  readonly longestPauseS: number
}

async function limited(response: Response, what: string, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > limit) throw new Refusal('too-large', `${what} answered with more than ${limit} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const usualPauseS = 10
/** Retry-After gives seconds or a date (RFC 9110, 10.2.3). */
function secondsToWait(header: string | null, longest: number): number {
  const seconds = /^\d+$/.test(header ?? '') ? Number(header) : (Date.parse(header ?? '') - Date.now()) / 1000
  return Math.min(longest, Number.isFinite(seconds) ? Math.max(0, seconds) : usualPauseS)
}

/**
 * The bytes of an answer. Asked again when the other side is busy (503 or 429 with Retry-After) or does not answer.
 * @throws Refusal not-processable where it is in a private network, unavailable, too-large
 */
export async function fetchFrom(url: string, options: FetchOptions): Promise<Buffer> {
  const { name, attempts, longestPauseS } = options
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await send(url, {
        headers: {
          'user-agent': `firefolio/${version}`,
          accept: options.accept ?? 'text/xml, application/xml',
        },
        timeoutS: options.timeout,
        publicUnless: options.privateNetworks ? undefined : `[${options.section}] privateNetworks`,
        redirects: 5,
      })
      if ((response.status === 503 || response.status === 429) && attempt < attempts) {
        await pause(secondsToWait(response.headers.get('retry-after'), longestPauseS) * 1000)
        continue
      }
      if (!response.ok)
        throw new Refusal('unavailable', `${name} answered ${response.status}.`, {
          answered: response.status,
        })
      return await limited(response, options.what, options.answerBytes)
    } catch (error) {
      if (error instanceof Refusal) throw error
      if (attempt >= attempts)
        throw new Refusal('unavailable', `${name} does not answer: ${causeOf(error).message}.`, {}, error)
      await pause(attempt * 500)
    }
  }
}
