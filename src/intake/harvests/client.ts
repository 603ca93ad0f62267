// Asks foreign repositories by OAI-PMH: waits as they wish, gives up on what is too large or takes too long.
import { Agent, fetch, interceptors, type Response } from 'undici'
import type { Config } from '../../config/options.ts'
import { Refusal } from '../../errors.ts'
import { oaiNamespace } from '../../formats/oai-pmh/write.ts'
import { version } from '../../root.ts'
import { publicOnly } from '../../http/public-only.ts'
import { type ReadAnswer, readAnswer } from './salvage.ts'

const attempts = 4
const longestPauseS = 600

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

// redirects are followed by the dispatcher, so that each address on the way is looked at
const redirects = interceptors.redirect({ maxRedirections: 5 })
const anywhere = new Agent().compose(redirects)
const outside = new Agent({ connect: publicOnly('[harvest] privateNetworks') }).compose(redirects)

async function limited(response: Response, limit: number): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > limit)
      throw new Refusal('too-large', `The repository answered with more than ${limit} bytes.`)
    parts.push(part)
  }
  return new TextDecoder('utf-8', { fatal: false }).decode(Buffer.concat(parts))
}

const usualPauseS = 10
/** Retry-After gives seconds or a date (RFC 9110, 10.2.3). */
function secondsToWait(header: string | null): number {
  const seconds = /^\d+$/.test(header ?? '') ? Number(header) : (Date.parse(header ?? '') - Date.now()) / 1000
  return Math.min(longestPauseS, Number.isFinite(seconds) ? Math.max(0, seconds) : usualPauseS)
}

/**
 * One request. Repeated when the repository is busy (503 with Retry-After) or does not answer.
 * @throws Refusal not-processable where it is in a private network, unavailable, too-large, bad-xml
 */
export async function ask(
  baseUrl: string,
  parameters: Readonly<Record<string, string>>,
  options: Config['harvest'],
): Promise<ReadAnswer> {
  const url = `${baseUrl}${baseUrl.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, {
        headers: { 'user-agent': `firefolio/${version}`, accept: 'text/xml, application/xml' },
        signal: AbortSignal.timeout(options.timeout * 1000),
        dispatcher: options.privateNetworks ? anywhere : outside,
      })
      if ((response.status === 503 || response.status === 429) && attempt < attempts) {
        await pause(secondsToWait(response.headers.get('retry-after')) * 1000)
        continue
      }
      if (!response.ok) throw new Refusal('unavailable', `${baseUrl} answered ${response.status}.`)
      const source = await limited(response, options.answerBytes)
      const answer = readAnswer(source)
      if (answer.root.namespace !== oaiNamespace)
        throw new Refusal('bad-xml', `${baseUrl} does not speak OAI-PMH 2.0.`)
      return answer
    } catch (error) {
      if (error instanceof Refusal) throw error
      if (error instanceof Error && error.cause instanceof Refusal) throw error.cause
      if (attempt >= attempts)
        throw new Refusal(
          'unavailable',
          `${baseUrl} does not answer: ${error instanceof Error ? error.message : String(error)}.`,
          {},
          error,
        )
      await pause(attempt * 500)
    }
  }
}
