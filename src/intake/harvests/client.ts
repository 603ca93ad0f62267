// Asks foreign repositories by OAI-PMH.
import type { Config } from '../../config/options.ts'
import { Refusal } from '../../errors.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import { oaiNamespace } from '../../formats/oai-pmh/write.ts'
import { fetchFrom } from '../remote/index.ts'
import { type ReadAnswer, readAnswer } from './salvage.ts'

const replaced = {
  identifier: 'the list',
  sentence: 'It is not in the encoding that it says; what could not be read was replaced.',
}

/** By the encoding that the answer declares; OAI-PMH wants UTF-8, and not all keep to it. */
function decoded(bytes: Buffer): { text: string; isReplaced: boolean } {
  try {
    return { text: decodeXml(bytes), isReplaced: false }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { text: new TextDecoder('utf-8', { fatal: false }).decode(bytes), isReplaced: true }
  }
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
  const bytes = await fetchFrom(url, {
    ...options,
    name: baseUrl,
    what: 'The repository',
    section: 'harvest',
    attempts: 4,
    longestPauseS: 600,
  })
  const { text, isReplaced } = decoded(bytes)
  if (
    /<(?:[\w.-]+:)?OAI-PMH[\s>]/.test(text) &&
    !/<\/(?:[\w.-]+:)?OAI-PMH\s*>\s*(?:<!--[^]*?-->\s*)*$/.test(text)
  )
    throw new Refusal(
      'unavailable',
      `${baseUrl} sent an answer that was cut off: it ends after ${bytes.length} bytes, within the document.`,
    )
  const read = readAnswer(text)
  const answer = isReplaced ? { ...read, faults: [...read.faults, replaced] } : read
  if (answer.root.namespace !== oaiNamespace)
    throw new Refusal('bad-xml', `${baseUrl} does not speak OAI-PMH 2.0.`)
  return answer
}
