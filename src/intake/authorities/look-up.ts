// Asks the authority files of this installation.
import { tableOf } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { fetchFrom } from '../remote/index.ts'
import { Answer, type Authority, authorityOf } from './lobid.ts'
import { lookUpLocal } from './local.ts'
import { Suggestions, suggestedOf } from './viaf.ts'

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

export type Provider = 'gnd' | 'viaf' | 'local'
export interface Found extends Authority {
  readonly provider: Provider
}

/** An authority file that did not answer, and its words for it */
export interface Failed {
  readonly provider: Provider
  readonly detail: string
}

/** Authority files that are asked, in their order. */
export const providersOf = ({ config }: Services): Provider[] =>
  [...new Set(config.authority.provider.filter(each => each !== 'none'))] as Provider[]

async function ask({ config }: Services, address: string): Promise<unknown> {
  const bytes = await fetchFrom(address, {
    ...config.authority,
    name: called,
    what: called,
    section: 'authority',
    accept: 'application/json',
    attempts: 2,
    longestPauseS: 2,
  })
  return parsed(bytes)
}

const noList = (name: string) =>
  new Refusal('not-processable', `${called} answered with something that has no list ‘${name}’.`)

const ways: Readonly<Record<Provider, (services: Services, q: string) => Promise<Authority[]>>> = tableOf({
  gnd: async (services, q) => {
    const { url, records } = services.config.authority
    const query = new URLSearchParams({ q, filter: 'type:Person', size: String(records), format: 'json' })
    const answer = Answer.safeParse(await ask(services, `${url.replace(/\/$/, '')}/search?${query}`))
    if (!answer.success) throw noList('member')
    return answer.data.member.flatMap(member => authorityOf(member) ?? [])
  },
  viaf: async (services, q) => {
    const { viafUrl } = services.config.authority
    const answer = Suggestions.safeParse(
      await ask(services, `${viafUrl}?${new URLSearchParams({ query: q })}`),
    )
    if (!answer.success) throw noList('result')
    return (answer.data.result ?? []).flatMap(member => suggestedOf(member) ?? [])
  },
  local: async ({ config: { authority } }, q) => lookUpLocal(authority.file, q, authority.records),
})

/**
 * Persons of all authority files, those of the first one first. One that fails hides no other, and is named.
 * @throws Refusal not-implemented where none is set; what the first says where all fail: unavailable, too-large, not-processable
 */
export async function lookUp(
  services: Services,
  words: string,
): Promise<{ readonly items: readonly Found[]; readonly failed: readonly Failed[] }> {
  const providers = providersOf(services)
  if (providers.length === 0)
    throw new Refusal('not-implemented', 'No authority file is set ([authority] provider).')
  const q = asWords(words)
  if (q === '') return { items: [], failed: [] }
  const { records } = services.config.authority
  const answers = await Promise.allSettled(
    providers.map(async provider =>
      (await ways[provider](services, q)).slice(0, records).map(found => ({ ...found, provider })),
    ),
  )
  const items: Found[] = []
  const failed: Failed[] = []
  for (const [at, answer] of answers.entries()) {
    const provider = providers[at] as Provider
    if (answer.status === 'fulfilled') items.push(...answer.value)
    else if (answer.reason instanceof Refusal) failed.push({ provider, detail: answer.reason.message })
    else throw answer.reason
  }
  const [first] = answers
  if (failed.length === providers.length && first?.status === 'rejected') throw first.reason
  return { items, failed }
}
