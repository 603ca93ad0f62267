// Holds answers against the published document: status, media type and headers of each must be declared there, or the test that gets it
// fails. With the name of a file in FIREFOLIO_TEST_UNDECLARED a run lists there what is not, instead.
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import type { App } from '../../src/http/module.ts'
import { root } from '../../src/root.ts'

interface Declared {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, unknown>>
  readonly 'x-ndjson'?: object
}
interface Operation {
  readonly operationId: string
  readonly tags?: readonly string[]
  readonly responses: Readonly<Record<string, Declared>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, Declared>> }
}

const document = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8')) as Document
const patterns = Object.entries(document.paths)
  .map(([path, operations]) => ({
    path,
    operations,
    isFixed: path.split('/').map(part => (part.includes('{') ? '1' : '0')).join(''), // prettier-ignore
    pattern: new RegExp(
      `^${path.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replace('{rest}', '.*').replace(/\{\w+\}/g, '[^/]+')}/?$`, // prettier-ignore
    ),
  }))
  // the router takes the address with the earliest fixed parts
  .sort((a, b) => (a.isFixed < b.isFixed ? -1 : 1))

const declaredHeaders = [
  'etag', 'location', 'operation', 'retry-after', 'ratelimit', 'ratelimit-policy', 'www-authenticate',
  'content-range', 'accept-ranges', 'content-disposition', 'repr-digest', 'link',
] // prettier-ignore

const isKnown = ({ content = {}, 'x-ndjson': line }: Declared, media: string): boolean =>
  media in content || '*/*' in content || (line !== undefined && media === 'application/x-ndjson')

/** The operation of the document that a request asks for; none where there is nothing, or not by this method. */
export function operationAt(
  method: string,
  url: string,
): (Operation & { readonly path: string }) | undefined {
  // as inject reads it: steps up are taken
  const address = new URL(url, 'http://localhost').pathname
  const found = patterns.find(({ pattern }) => pattern.test(address))
  const operation = found?.operations[method === 'HEAD' ? 'get' : method.toLowerCase()]
  return operation && { ...operation, path: found?.path ?? '' }
}

/** Changes of the catalogue that the document has, by those of its tags. */
export const changesOf = (tags: readonly string[]): string[] =>
  Object.values(document.paths)
    .flatMap(operations => Object.entries(operations))
    .filter(([method, operation]) => method !== 'get' && operation.tags?.some(tag => tags.includes(tag)))
    .map(([, operation]) => operation.operationId)

/** @returns what the document does not know of the answer, as sentences */
function undeclared(
  method: string,
  url: string,
  answer: { readonly statusCode: number; readonly headers: Readonly<Record<string, string | string[] | number | undefined>>; readonly body: string }, // prettier-ignore
  accept = '',
): string[] {
  const operation = operationAt(method, url)
  // what is not there, or not by this method, is answered before any route
  if (!operation) return []
  const at = `${method} ${operation.path}`
  const { statusCode, headers, body } = answer
  const given = operation.responses[statusCode]
  const name = given?.$ref?.split('/').at(-1)
  const declared = name === undefined ? given : document.components.responses[name]
  if (!declared) return [`${at} answers ${statusCode}, which openapi.json does not know`]
  const media = String(headers['content-type'] ?? '').split(';')[0] ?? ''
  // browsers get problems as pages, and what lies beside the API answers by pages alone or to whoever prefers none
  const isPage =
    media === 'text/html' &&
    statusCode >= 400 &&
    (accept.startsWith('text/html') || !operation.path.startsWith('/api/'))
  // whoever follows reads no body
  const isRedirection = statusCode >= 300 && statusCode < 400
  return [
    // null is no document
    ...(body === '' || body === 'null' || isRedirection || isPage || isKnown(declared, media)
      ? []
      : [`${at} answers ${statusCode} as ${media}, which openapi.json does not know`]),
    ...declaredHeaders
      .filter(
        header =>
          headers[header] !== undefined &&
          !Object.keys(declared.headers ?? {}).some(known => known.toLowerCase() === header),
      )
      .map(header => `${at} answers ${statusCode} with ${header}, which openapi.json does not know`),
  ]
}

const list = process.env['FIREFOLIO_TEST_UNDECLARED']

/** The service, whose answers to a test are all held against the document. */
export function conforming(app: App): App {
  const plain = app.inject.bind(app) as (options: InjectOptions) => ReturnType<App['inject']>
  const inject = async (asked: InjectOptions | string) => {
    const options = typeof asked === 'string' ? { url: asked } : asked
    const answer = await plain(options)
    const sentences = undeclared(options.method ?? 'GET', options.url as string, answer, String(options.headers?.['accept'] ?? '')) // prettier-ignore
    if (list !== undefined) for (const sentence of sentences) appendFileSync(list, `${sentence}\n`)
    else if (sentences.length > 0) throw new Error(`${sentences.join('; ')}.`)
    return answer
  }
  return Object.assign(app, { inject })
}
