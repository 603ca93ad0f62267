// Behind a proxy that serves us below a path ([server] publicUrl = https://example.org/books), addresses that begin at the root of the host
// begin there: links of documents, locations, problem types. Where there is no such path nothing is done.
import type { App } from './module.ts'

/** The path of an address, without the slash at its end: '' or '/books'. */
export const pathOf = (publicUrl: string): string =>
  publicUrl === '' ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '')

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype

/** A copy of a document whose links begin with the prefix. */
export function withPrefix(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map(each => withPrefix(each, prefix))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'links' && isObject(member) ? prefixed(member, prefix) : withPrefix(member, prefix),
    ]),
  )
}

const prefixed = (links: Json, prefix: string): Json =>
  Object.fromEntries(
    Object.entries(links).map(([name, link]) => [
      name,
      typeof link === 'string' && link.startsWith('/') ? `${prefix}${link}` : link,
    ]),
  )

/** @param publicUrl [server] publicUrl */
export function registerPrefix(app: App, publicUrl: string): void {
  const prefix = pathOf(publicUrl)
  app.decorate('linkPrefix', prefix)
  if (prefix === '') return
  app.addHook('preSerialization', async (_request, _reply, payload) => withPrefix(payload, prefix))
  app.addHook('onSend', async (_request, reply) => {
    const location = reply.getHeader('location')
    if (typeof location === 'string' && location.startsWith('/') && !location.startsWith(`${prefix}/`))
      reply.header('location', `${prefix}${location}`)
  })
}
