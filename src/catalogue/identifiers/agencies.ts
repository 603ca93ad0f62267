// The agencies: the URN service of the Deutsche Nationalbibliothek, DataCite for DOIs, a Handle server for handles. Each is told where a title is
// and DataCite what it is; asked again, it is told again.
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { causeOf, type Response, send } from '../../http/outgoing.ts'
import type { State } from './repository.ts'
import type { Scheme } from './settings.ts'

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

interface Asked {
  readonly body?: unknown
  readonly media?: string
  /** 404 is an answer, too */
  readonly unknown?: boolean
}

/** @throws Refusal not-processable where it declines, unavailable where a later attempt may succeed */
async function ask(
  services: Services,
  url: string,
  method: 'HEAD' | 'PATCH' | 'POST' | 'PUT',
  authorization: string,
  { body, media = 'application/json', unknown = false }: Asked = {},
): Promise<Response> {
  const { host } = new URL(url)
  let answer: Response
  try {
    answer = await send(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        authorization,
        accept: 'application/json, */*',
        ...(body === undefined ? {} : { 'content-type': media }),
      },
      timeoutS: services.config.identifiers.timeoutS,
    })
  } catch (error) {
    throw new Refusal('unavailable', `${host} does not answer: ${causeOf(error).message}.`, {}, error)
  }
  if (answer.ok || (unknown && answer.status === 404)) return answer
  const text = (await answer.text()).slice(0, 500)
  const isTheirs = answer.status >= 500 || answer.status === 429 || answer.status === 408
  throw new Refusal(
    isTheirs ? 'unavailable' : 'not-processable',
    `${host} answers ${answer.status}${text === '' ? '.' : `: ${text}`}`,
  )
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
      media: 'application/vnd.api+json',
      body: {
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
    { body: { values: [{ index: 1, type: 'URL', data: { format: 'string', value: url } }] } },
  )
  return 'findable'
}

/**
 * A URN leads to the title's or page's address. One that the service knows already gets the address for ours there.
 * @see https://wiki.dnb.de/display/URNSERVDOK
 */
export async function tellUrnService(services: Services, { value, url }: Described): Promise<State> {
  const { urnUrl, urnUser, urnPassword } = services.config.identifiers
  const account = basic(urnUser, urnPassword)
  const base = `${urnUrl.replace(/\/$/, '')}/urns`
  const urls = [{ url, priority: 1 }]
  const known = await ask(services, `${base}/urn/${value}`, 'HEAD', account, { unknown: true })
  if (known.status === 404) await ask(services, base, 'POST', account, { body: { urn: value, urls } })
  else await ask(services, `${base}/urn/${value}/my-urls`, 'PATCH', account, { body: urls })
  return 'findable'
}

/** Whether somebody is told of identifiers of a kind. URNs without a service are collected by OAI-PMH (epicur). */
export function hasAgency(services: Services, scheme: Scheme): boolean {
  const { urnUrl, handleUrl } = services.config.identifiers
  if (scheme === 'doi') return dataciteAccounts(services).size > 0
  return (scheme === 'urn' ? urnUrl : handleUrl) !== ''
}
