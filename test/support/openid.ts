// A provider of OpenID Connect on this machine, and somebody who logs in there without a browser.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AccountClaims, Provider } from 'oidc-provider'

export interface TestProvider {
  readonly issuer: string
  /** What it tells of people, by their name there */
  readonly people: Map<string, AccountClaims>
  /** Answers from now on; before that it is down. @param publicUrl of the service that logs in by it */
  open(publicUrl: string): void
}

export const client = { id: 'firefolio', secret: 'a secret/with: signs' }

type Teardown = { teardown(work: () => Promise<void> | void): void }

export async function aProvider(t: Teardown): Promise<TestProvider> {
  let answer: RequestListener = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const people = new Map<string, AccountClaims>()
  const open = (publicUrl: string): void => {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: [`${publicUrl}/log-in/university/return`, `${publicUrl}/log-in/open/return`],
          post_logout_redirect_uris: [`${publicUrl}/`],
        },
      ],
      claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
      cookies: { keys: ['test'] },
      features: { devInteractions: { enabled: false } },
      pkce: { required: () => true },
      interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
      // who logs in agrees
      loadExistingGrant: async ({ oidc }) => {
        const grant = new provider.Grant({
          clientId: oidc.client?.clientId ?? '',
          accountId: oidc.session?.accountId ?? '',
        })
        grant.addOIDCScope('openid profile email')
        await grant.save()
        return grant
      },
    })
    const serve = provider.callback()
    answer = (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
      if (!pathname.startsWith('/interaction/')) return void serve(request, response)
      const as = searchParams.get('as')
      if (as !== null)
        return void provider.interactionFinished(
          request,
          response,
          as === ''
            ? { error: 'access_denied', error_description: 'The person has cancelled' }
            : { login: { accountId: as } },
        )
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(
        '<!doctype html><html lang="en"><title>University</title><form><label>Name at the university<input name="as"></label><button>Go</button></form></html>',
      )
    }
  }
  return { issuer, people, open }
}

/** Logs in at the provider as a browser would. @returns where the provider sends the browser back to */
export async function throughProvider(address: string, as: string, publicUrl: string): Promise<string> {
  const jar = new Map<string, string>()
  for (let at = address, steps = 0; steps < 10; steps++) {
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    await answer.arrayBuffer()
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`the provider answered ${answer.status} at ${at}`)
    at = new URL(location, at).href
    if (at.startsWith(publicUrl)) return at.slice(publicUrl.length)
    if (new URL(at).pathname.startsWith('/interaction/')) at += `?as=${encodeURIComponent(as)}`
  }
  throw new Error('the provider sends around in circles')
}

/** Options that name a provider for log-ins. @param name of its section, in capitals */
export const optionsOf = (provider: { readonly issuer: string }, name: string): Record<string, string> => ({
  [`FIREFOLIO_AUTH_${name}_ISSUER`]: provider.issuer,
  [`FIREFOLIO_AUTH_${name}_CLIENTID`]: client.id,
  [`FIREFOLIO_AUTH_${name}_CLIENTSECRET`]: client.secret,
})
