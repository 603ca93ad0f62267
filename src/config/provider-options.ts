// Options of [auth.NAME], one section for each provider of OpenID Connect, and of [shibboleth].
import { z } from 'zod'
import { flag, list, oneOf, secret, text } from './option-kinds.ts'

/** Who may come in by a provider, and what they get of it. */
const admission = {
  label: text('', 'Words on the button of the log-in page; empty: the name of the section.'),
  kiosk: flag(
    false,
    'Nobody has to type anything there (Kerberos, a certificate of the machine): IIIF viewers of other sites are offered this way first and open its window by themselves (profile kiosk). Of several ways in that say so the first counts.',
  ),
  accounts: oneOf(
    ['known', 'create'],
    'known',
    'Whom no account here belongs to: turned away, or given an account. An account that somebody closed stays closed.',
  ),
  byEmail: flag(
    true,
    'An account whose confirmed e-mail address is the verified one of the provider is taken for the same person. false where the provider gives addresses that it has not verified: whoever gets one there would get the account here.',
  ),
  groups: list(
    [],
    'Who is in which group here, as value=group: staff-library=Staff. A * in a value stands for anything, * alone for everybody of this provider. Given and taken back at each log-in; memberships that people gave stay.',
    z.string().regex(/^.+=[^=]+$/, 'expected value=group'),
  ),
}

export const providerSection = z
  .strictObject({
    issuer: text(
      '',
      'Address of the provider, below which its .well-known/openid-configuration lies; https, or http on this machine. Another issuer gets a section of another name: accounts are known by name and subject.',
    ),
    clientId: text('', 'Id under which the provider knows this service.'),
    clientSecret: secret('', 'Secret that goes with it; empty: a client without secret.'),
    scopes: list(['openid', 'profile', 'email'], 'What the provider is asked to tell.'),
    groupsClaim: text('groups', 'Claim whose values [auth.NAME] groups is about; dots lead into objects.'),
    ...admission,
    logOut: flag(
      true,
      'Who logs out here is led to the provider to log out there, where it offers that; false on machines of one person.',
    ),
  })
  .describe(
    'A provider of OpenID Connect; as many sections as providers, e.g. [auth.university]. Names are of small letters and digits.',
  )

export const shibbolethSection = z
  .strictObject({
    on: flag(
      false,
      'Take log-ins from a proxy in front that speaks SAML (mod_shib and the like): /log-in/shibboleth is opened by it alone, with headers that say who it is. Only addresses of [server] trustProxy are believed.',
    ),
    subjectHeader: text(
      'X-Shib-Subject',
      'Header with what a person is known by and nobody gets again: persistent-id, subject-id or pairwise-id.',
    ),
    nameHeader: text('X-Shib-Name', 'Header with the name of the person: displayName.'),
    emailHeader: text('X-Shib-Mail', 'Header with the e-mail address: mail.'),
    groupsHeader: text(
      'X-Shib-Groups',
      'Header whose values, separated by ;, [shibboleth] groups is about: affiliation, entitlement.',
    ),
    ...admission,
    logOutUrl: text(
      '',
      'Address at which the proxy ends its session, e.g. /Shibboleth.sso/Logout; empty: its session stays.',
    ),
  })
  .describe('Log-in by SAML 2.0 through a proxy in front.')

export type Provider = z.output<typeof providerSection>
export type Shibboleth = z.output<typeof shibbolethSection>

interface Providers {
  readonly providers: ReadonlyMap<string, Provider>
  readonly shibboleth: Shibboleth
}

/** Ways in of our own, whose names a session notes as it does those of providers; and words of addresses below /log-in/. */
const taken = ['password', 'key', 'link', 'operator', 'shibboleth']

/** Whether a provider may be called so: names stand in addresses and in names of environment variables. */
export const isProviderName = (name: string): boolean =>
  /^[a-z][a-z0-9]{0,29}$/.test(name) && !taken.includes(name)

const isLoopback = (url: URL): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)

/** What is wrong with a provider, as sentences that name the option. */
export function faultsOfProvider(provider: Provider): string[] {
  const faults: string[] = []
  const url = URL.canParse(provider.issuer) ? new URL(provider.issuer) : undefined
  if (url === undefined) faults.push(`issuer: expected an address, got ‘${provider.issuer}’.`)
  else if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    faults.push(`issuer: expected https:, or http: on this machine, got ‘${provider.issuer}’.`)
  if (provider.clientId === '') faults.push('clientId: is missing.')
  if (!provider.scopes.includes('openid')) faults.push('scopes: openid must be among them.')
  return [...faults, ...faultsOfGroups(provider.groups)]
}

export function faultsOfShibboleth(shibboleth: Shibboleth, trustProxy: readonly string[]): string[] {
  if (!shibboleth.on) return []
  const faults: string[] = []
  if (trustProxy.length === 0)
    faults.push('on: [server] trustProxy names no proxy, so nobody would be believed.')
  if (shibboleth.subjectHeader === '') faults.push('subjectHeader: is missing.')
  return [...faults, ...faultsOfGroups(shibboleth.groups)]
}

/** Where somebody goes on to who logs out here and came by this way, an address of ours without the prefix; undefined: nowhere. */
export function logOutOf(config: Providers, means: string): string | undefined {
  const goesOn =
    means === 'shibboleth'
      ? config.shibboleth.on && config.shibboleth.logOutUrl !== ''
      : config.providers.get(means)?.logOut === true
  return goesOn ? `/log-in/${means}/out` : undefined
}

/** Those who vouch for people here, with the words on their buttons. */
export const providersOf = (config: Providers): { readonly name: string; readonly label: string }[] => [
  ...[...config.providers].map(([name, { label }]) => ({ name, label })),
  ...(config.shibboleth.on ? [{ name: 'shibboleth', label: config.shibboleth.label || 'Shibboleth' }] : []),
]

/** Ways in beside the password, as buttons; addresses of ours without the prefix. */
export const waysIn = (config: Providers): { readonly label: string; readonly href: string }[] =>
  providersOf(config).map(({ name, label }) => ({ label, href: `/log-in/${name}` }))

/** The way in by which viewers of other sites let their readers in without a word of theirs, an address of ours without the prefix. */
export function kioskOf(config: Providers): string | undefined {
  if (config.shibboleth.on && config.shibboleth.kiosk) return '/log-in/shibboleth'
  const [name] = [...config.providers].find(([, { kiosk }]) => kiosk) ?? []
  return name === undefined ? undefined : `/log-in/${name}`
}

/** Who is in these follows by itself. */
const faultsOfGroups = (rules: readonly string[]): string[] =>
  rules
    .filter(rule => /=\s*(everyone|signed-in)$/i.test(rule))
    .map(rule => `groups: nobody is put into the group of ‘${rule}’; who is in it follows by itself.`)
