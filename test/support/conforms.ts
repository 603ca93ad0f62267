// Holds an answer against the published document: its status, media type and headers must be declared there. With the name of a file in
// FIREFOLIO_TEST_UNDECLARED a run of the tests lists there what the document does not know of all answers that they get.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../src/root.ts'

interface Declared {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, unknown>>
}
interface Operation {
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

/** @returns what the document does not know of the answer, as sentences */
export function undeclared(
  method: string,
  url: string,
  answer: { readonly statusCode: number; readonly headers: Readonly<Record<string, string | string[] | number | undefined>>; readonly body: string }, // prettier-ignore
  accept = '',
): string[] {
  const address = url.split('?')[0] ?? ''
  const found = patterns.find(({ pattern }) => pattern.test(address))
  const operation = found?.operations[method.toLowerCase() === 'head' ? 'get' : method.toLowerCase()]
  // what is not there, or not by this method, is answered before any route
  if (!found || !operation) return []
  const at = `${method} ${found.path}`
  const { statusCode, headers, body } = answer
  const given = operation.responses[statusCode]
  const name = given?.$ref?.split('/').at(-1)
  const declared = name === undefined ? given : document.components.responses[name]
  if (!declared) return [`${at} answers ${statusCode}, which openapi.json does not know`]
  const media = String(headers['content-type'] ?? '').split(';')[0] ?? ''
  // browsers get problems as pages
  const isPage = media === 'text/html' && statusCode >= 400 && accept.startsWith('text/html')
  // whoever follows reads no body
  const isRedirection = statusCode >= 300 && statusCode < 400
  return [
    ...(body === '' || isRedirection || isPage || Object.keys(declared.content ?? {}).includes(media)
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
