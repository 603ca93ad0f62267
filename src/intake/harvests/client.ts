// Asks foreign repositories by OAI-PMH.
import type { Config } from '../../config/options.ts'
import { Refusal } from '../../errors.ts'
import { oaiNamespace } from '../../formats/oai-pmh/write.ts'
import { fetchFrom } from '../remote/index.ts'
import { type ReadAnswer, readAnswer } from './salvage.ts'

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
  const bytes = await fetchFrom(url, {
    ...options,
    name: baseUrl,
    what: 'The repository',
    section: 'harvest',
    attempts: 4,
    longestPauseS: 600,
  })
  const answer = readAnswer(new TextDecoder('utf-8', { fatal: false }).decode(bytes))
  if (answer.root.namespace !== oaiNamespace)
    throw new Refusal('bad-xml', `${baseUrl} does not speak OAI-PMH 2.0.`)
  return answer
}
