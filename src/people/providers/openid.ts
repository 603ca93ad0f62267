// Providers of OpenID Connect: found when they are first needed, so that one that is down hinders nobody else, nor the start.
// @see https://openid.net/specs/openid-connect-core-1_0.html
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
} from 'openid-client'
import type { Provider } from '../../config/provider-options.ts'
import type { Services } from '../../http/module.ts'
import type { Vouched } from '../accounts/index.ts'
import type { Flow } from './flow.ts'

/** Seconds within which a provider must have answered each request. */
const patience = 10
/** What a provider says of itself is asked anew after so long. */
const keptMs = 3_600_000

/** Where it comes back to; registered with the provider. */
export const returnAddress = (services: Services, name: string): string =>
  `${services.publicUrl()}/log-in/${name}/return`

/** As the provider offers; one that says nothing takes the header (RFC 8414 §2). */
const authentication =
  (secret: string): ClientAuth =>
  (server, ...rest) => {
    const offered = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const way = offered.includes('client_secret_basic') ? ClientSecretBasic : ClientSecretPost
    way(secret)(server, ...rest)
  }

async function find(provider: Provider): Promise<Configuration> {
  const { clientSecret } = provider
  const server = new URL(provider.issuer)
  const options = {
    timeout: patience,
    // the configuration allows http on this machine alone
    ...(server.protocol === 'http:' ? { execute: [allowInsecureRequests] } : {}),
  }
  return await discovery(
    server,
    provider.clientId,
    {},
    clientSecret === '' ? None() : authentication(clientSecret),
    options,
  )
}

interface Found {
  readonly configuration: Promise<Configuration>
  readonly until: number
}
const known = new WeakMap<Provider, Found>()

async function configurationOf(provider: Provider): Promise<Configuration> {
  let found = known.get(provider)
  if (!found || found.until < Date.now()) {
    const fresh = { configuration: find(provider), until: Date.now() + keptMs }
    known.set(provider, (found = fresh))
    fresh.configuration.catch(() => {
      if (known.get(provider) === fresh) known.delete(provider)
    })
  }
  return await found.configuration
}

type Checks = Pick<Flow, 'state' | 'nonce' | 'verifier'>
export const freshChecks = (): Checks => ({
  state: randomState(),
  nonce: randomNonce(),
  verifier: randomPKCECodeVerifier(),
})

/** The address to log in at, and what the way back is checked against. */
export async function addressOf(
  services: Services,
  name: string,
  provider: Provider,
): Promise<{ address: string; checks: Checks }> {
  const checks = freshChecks()
  const address = buildAuthorizationUrl(await configurationOf(provider), {
    redirect_uri: returnAddress(services, name),
    scope: provider.scopes.join(' '),
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: 'S256',
  })
  return { address: address.href, checks }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/** Values of a claim, which may lie within objects: realm_access.roles. */
function valuesOf(claims: Readonly<Record<string, unknown>>, path: string): string[] {
  const found = Object.hasOwn(claims, path)
    ? claims[path]
    : path
        .split('.')
        .reduce<unknown>(
          (at, part) =>
            typeof at === 'object' && at !== null && Object.hasOwn(at, part)
              ? (at as Record<string, unknown>)[part]
              : undefined,
          claims,
        )
  return [found].flat().filter(value => typeof value === 'string')
}

export interface Told extends Vouched {
  readonly groups: readonly string[]
}

/** Redeems the code that the browser brought back. @param query as it came, with its ? */
export async function redeem(
  services: Services,
  name: string,
  provider: Provider,
  flow: Flow,
  query: string,
): Promise<Told> {
  const configuration = await configurationOf(provider)
  const tokens = await authorizationCodeGrant(configuration, new URL(returnAddress(services, name) + query), {
    pkceCodeVerifier: flow.verifier,
    expectedNonce: flow.nonce,
    expectedState: flow.state,
    idTokenExpected: true,
  })
  const token = tokens.claims()
  if (!token) throw new Error('There is no ID token.')
  if (token.sub.length > 255)
    throw new Error('The subject has more than 255 characters (OpenID Connect Core §2).')
  const more =
    configuration.serverMetadata().userinfo_endpoint === undefined
      ? {}
      : await fetchUserInfo(configuration, tokens.access_token, token.sub)
  const claims: Readonly<Record<string, unknown>> = { ...token, ...more }
  const given = [claims['given_name'], claims['family_name']].map(textOf).filter(part => part !== undefined)
  return {
    source: name,
    subject: token.sub,
    name: textOf(claims['name']) ?? textOf(given.join(' ')) ?? textOf(claims['preferred_username']),
    email: textOf(claims['email']),
    isEmailVerified: claims['email_verified'] === true,
    groups: valuesOf(claims, provider.groupsClaim),
  }
}

/** Where to log out at the provider (OpenID Connect RP-Initiated Logout 1.0); undefined where it offers that not. */
export async function logOutAddress(services: Services, provider: Provider): Promise<string | undefined> {
  const configuration = await configurationOf(provider)
  if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
  return buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${services.publicUrl()}/` }).href
}

export type Failure = 'refused' | 'unreachable' | 'failed'

/** What kind of failure it was, and what the log may say of it: nothing of what tokens hold. */
export function failureOf(error: unknown): { kind: Failure; detail: string } {
  if (error instanceof AuthorizationResponseError)
    return { kind: 'refused', detail: `${error.error} ${error.error_description ?? ''}`.trim() }
  if (error instanceof ResponseBodyError)
    return { kind: 'failed', detail: `${error.error} ${error.error_description ?? ''}`.trim() }
  const { code, message, cause } = error as Error & { code?: string }
  const inner = cause as { code?: unknown } | undefined
  const detail = [code, message, typeof inner?.code === 'string' ? inner.code : undefined]
    .filter(part => part !== undefined)
    .join(' ')
  const isAway =
    (error instanceof TypeError && message === 'fetch failed') ||
    (error instanceof ClientError &&
      ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'].includes(code ?? ''))
  return { kind: isAway ? 'unreachable' : 'failed', detail }
}
