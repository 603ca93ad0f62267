// The agencies: DataCite for DOIs, a Handle server for handles. Each is told where a title is and what it is; asked again, it is told again.
import { fetch, type Response } from 'undici'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { State } from './repository.ts'

/** What an agency is told of a title. */
export interface Described {
  readonly value: string
  readonly url: string
  readonly title: string
  readonly persons: readonly string[]
  readonly publisher: string
  readonly year: number
  readonly language: string | null
}

/** @throws Refusal not-processable where it declines, unavailable where a later attempt may succeed */
async function ask(
  services: Services,
  url: string,
  method: 'PUT',
  authorization: string,
  body: unknown,
): Promise<Response> {
  const { host } = new URL(url)
  let answer: Response
  try {
    answer = await fetch(url, {
      method,
      body: JSON.stringify(body),
      headers: { authorization, 'content-type': 'application/vnd.api+json', accept: 'application/json, */*' },
      redirect: 'manual',
      signal: AbortSignal.timeout(services.config.identifiers.timeoutS * 1000),
    })
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause ?? error
    throw new Refusal(
      'unavailable',
      `${host} does not answer: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {},
      error,
    )
  }
  if (answer.ok) return answer
  const text = (await answer.text()).slice(0, 500)
  const isTheirs = answer.status >= 500 || answer.status === 429 || answer.status === 408
  throw new Refusal(isTheirs ? 'unavailable' : 'not-processable', `${host} answers ${answer.status}: ${text}`)
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Accounts of [identifiers] dataciteAccounts by name. */
export function dataciteAccounts({ config }: Services): ReadonlyMap<string, string> {
  const accounts = config.identifiers.dataciteAccounts.split(',').map(each => each.trim())
  return new Map(
    accounts
      .filter(each => each.includes(':'))
      .map(each => [each.slice(0, each.indexOf(':')), each.slice(each.indexOf(':') + 1)]),
  )
}

/** Draft DOIs have no event; a findable one that is hidden is registered. */
const eventOf = (wanted: State, now: State): string | undefined =>
  wanted === 'findable'
    ? 'publish'
    : wanted === 'registered'
      ? now === 'findable'
        ? 'hide'
        : 'register'
      : undefined

/** @returns the state that DataCite says the DOI is in now */
export async function tellDatacite(
  services: Services,
  account: string,
  { wanted, now }: { readonly wanted: State; readonly now: State },
  described: Described,
): Promise<State> {
  const { dataciteUrl } = services.config.identifiers
  const password = dataciteAccounts(services).get(account)
  if (password === undefined)
    throw new Refusal(
      'not-processable',
      `There is no account ‘${account}’ among those of [identifiers] dataciteAccounts.`,
    )
  const event = eventOf(wanted, now)
  // what nobody knows is said in DataCite's words for it (Metadata Schema, Appendix 3)
  const creators = described.persons.length > 0 ? described.persons : [':unkn']
  const answer = await ask(
    services,
    `${dataciteUrl.replace(/\/$/, '')}/dois/${encodeURIComponent(described.value)}`,
    'PUT',
    basic(account, password),
    {
      data: {
        type: 'dois',
        attributes: {
          doi: described.value,
          ...(event === undefined ? {} : { event }),
          url: described.url,
          titles: [{ title: described.title }],
          creators: creators.map(name => ({ name })),
          publisher: described.publisher || ':unav',
          publicationYear: described.year,
          types: { resourceTypeGeneral: 'Text' },
          ...(described.language === null ? {} : { language: described.language }),
        },
      },
    },
  )
  const { data } = (await answer.json()) as { data?: { attributes?: { state?: string } } }
  const state = data?.attributes?.state
  return state === 'draft' || state === 'registered' || state === 'findable' ? state : wanted
}

/** A handle leads to the title's address, and after a withdrawal to what is said of it there. */
export async function tellHandleServer(services: Services, { value, url }: Described): Promise<State> {
  const { handleUrl, handleUser, handlePassword } = services.config.identifiers
  await ask(
    services,
    `${handleUrl.replace(/\/$/, '')}/api/handles/${value}?overwrite=true`,
    'PUT',
    basic(encodeURIComponent(handleUser), encodeURIComponent(handlePassword)),
    { values: [{ index: 1, type: 'URL', data: { format: 'string', value: url } }] },
  )
  return 'findable'
}
