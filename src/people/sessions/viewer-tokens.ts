// Tokens that viewers of other sites hold for their readers: for reading alone, and short. They are signed and not stored; what a reader may
// do is looked up whenever one is used, so a token of somebody who was shut out opens nothing.
import { createHmac } from 'node:crypto'
import { isSame } from '../../http/auth.ts'
import type { Services } from '../../http/module.ts'

export const viewerTokenSeconds = 3600

interface Content {
  /** PU_ID; undefined for who is nobody but sits in a reading room */
  readonly u?: number
  /** Address that it was given to, where that is what it stands for */
  readonly a?: string
  /** Site whose viewer the reader logged in from: no other gets a token by it */
  readonly o?: string | undefined
  /** End, in seconds */
  readonly e: number
}

const mac = (services: Services, payload: string): string =>
  createHmac('sha256', services.secret('viewer-token')).update(payload).digest('base64url')

/** @param who a user, or the address of somebody without a name */
export function makeViewerToken(
  services: Services,
  who: { readonly userId: number } | { readonly address: string },
  origin?: string,
): string {
  const content: Content = {
    ...('userId' in who ? { u: who.userId } : { a: who.address }),
    ...(origin === undefined ? {} : { o: origin }),
    e: Math.floor(Date.now() / 1000) + viewerTokenSeconds,
  }
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `fv_${payload}.${mac(services, payload)}`
}

/** Whom a token stands for; undefined where it is not ours or has ended. */
export function readViewerToken(
  services: Services,
  token: string,
):
  | {
      readonly userId: number | undefined
      readonly address: string | undefined
      readonly origin: string | undefined
    }
  | undefined {
  const [, payload, signature] = /^fv_([A-Za-z0-9_-]{1,300})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? []
  if (payload === undefined || signature === undefined || !isSame(signature, mac(services, payload)))
    return undefined
  const { u, a, o, e } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Content
  return e > Date.now() / 1000 ? { userId: u, address: a, origin: o } : undefined
}
