// What every answer tells browsers: not to guess types, what a document may load, who may frame it. A table of constants; a plugin would
// compute the same for each request.
import { createHash } from 'node:crypto'

/** Directives of a Content-Security-Policy by name. @see https://www.w3.org/TR/CSP3/ */
export type Policy = Readonly<Record<string, string>>

const written = (policy: Policy): string =>
  Object.entries(policy)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')

/** For data: JSON, XML, images, texts. Opened as a document it loads nothing and is framed by nobody. */
const dataPolicy = written({ 'default-src': "'none'", 'frame-ancestors': "'none'" })

/** The policy of a page of ours: its own files, and what is named. Inline scripts do not run; inline styles only by their hash. */
export const pagePolicy = (more: Policy = {}): string =>
  written({
    'default-src': "'none'",
    'img-src': "'self' data:",
    'style-src': "'self'",
    'script-src': "'self'",
    'font-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'self'",
    ...more,
  })

/** A source expression for an inline style or script of just this text. */
export const hashSource = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * Cache-Control of answers with a secret in them (token, key, link to a password). They are compressed by nobody: whoever has a browser ask
 * with words of his own would learn from the size whether they are like the secret. @see https://breachattack.com
 */
export const withSecret = 'no-store, no-transform'

/** Sent with images, too, which leave past Fastify. */
export const noSniff = { 'x-content-type-options': 'nosniff' } as const

/** @param publicUrl behind TLS browsers are told to stay there. @see RFC 6797 */
export const headersOfAll = (publicUrl: string): Readonly<Record<string, string>> => ({
  ...noSniff,
  'referrer-policy': 'strict-origin-when-cross-origin',
  'content-security-policy': dataPolicy,
  ...(publicUrl.startsWith('https://') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
})
