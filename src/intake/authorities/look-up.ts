// Asks the authority file of this installation.
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { fetchFrom } from '../remote/index.ts'
import { Answer, type Authority, authorityOf } from './lobid.ts'

const called = 'The authority file'

/** What is asked speaks Lucene's query syntax: signs go, and its operators, which are written in capitals, are words. */
const asWords = (words: string): string =>
  words
    .replaceAll(/[^\p{L}\p{M}\p{N}'’.-]+/gu, ' ')
    .replaceAll(/(?<=^| )(AND|OR|NOT)(?= |$)/g, operator => operator.toLowerCase())
    .replaceAll(/(?<=^| )-+/g, '')
    .trim()

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new Refusal('not-processable', `${called} answered with something that is no JSON.`, {}, error)
  }
}

/** @throws Refusal not-implemented where none is set; unavailable, too-large, not-processable */
export async function lookUp({ config }: Services, words: string): Promise<Authority[]> {
  const { provider, url, records } = config.authority
  if (provider === 'none')
    throw new Refusal('not-implemented', 'No authority file is set ([authority] provider).')
  const q = asWords(words)
  if (q === '') return []
  const query = new URLSearchParams({ q, filter: 'type:Person', size: String(records), format: 'json' })
  const bytes = await fetchFrom(`${url.replace(/\/$/, '')}/search?${query}`, {
    ...config.authority,
    name: called,
    what: called,
    section: 'authority',
    accept: 'application/json',
    attempts: 2,
    longestPauseS: 2,
  })
  const answer = Answer.safeParse(parsed(bytes))
  if (!answer.success)
    throw new Refusal('not-processable', `${called} answered with something that has no list ‘member’.`)
  return answer.data.member.flatMap(member => authorityOf(member) ?? []).slice(0, records)
}
