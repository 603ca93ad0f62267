// Requests to other servers: one way out. Its client is loaded with the first of them, because most processes make none.
import type { Dispatcher, RequestInit, Response } from 'undici'
import { publicOnly } from './public-only.ts'

export type { Response } from 'undici'

export interface Outgoing extends Omit<RequestInit, 'dispatcher' | 'redirect' | 'signal'> {
  readonly timeoutS: number
  /** The option that would allow private networks, where this request may not go there */
  readonly publicUnless?: string | undefined
  /** How many are followed; each address on the way is looked at */
  readonly redirects?: number
}

const client = () => import('undici')
const dispatchers = new Map<string, Dispatcher>()

async function dispatcherFor(publicUnless: string | undefined, redirects: number): Promise<Dispatcher> {
  const { Agent, buildConnector, interceptors } = await client()
  const key = `${publicUnless ?? ''} ${redirects}`
  const known = dispatchers.get(key)
  if (known) return known
  const agent =
    publicUnless === undefined
      ? new Agent()
      : new Agent({ connect: publicOnly(publicUnless, buildConnector) })
  const made = redirects === 0 ? agent : agent.compose(interceptors.redirect({ maxRedirections: redirects }))
  dispatchers.set(key, made)
  return made
}

/** What fetch hides behind ‘fetch failed’: an unknown host, a refused connection, a certificate, our own refusal of the address. */
export function causeOf(error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause : new Error(String(cause))
}

/** @throws what `causeOf` finds behind a failure: Refusal not-processable where the address is in a private network */
export async function send(
  url: string,
  { timeoutS, publicUnless, redirects = 0, ...init }: Outgoing,
): Promise<Response> {
  const { fetch } = await client()
  const dispatcher = await dispatcherFor(publicUnless, redirects)
  const signal = AbortSignal.timeout(timeoutS * 1000)
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal, dispatcher })
  } catch (error) {
    throw causeOf(error)
  }
}
