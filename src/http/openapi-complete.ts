// What holds for all operations of one kind, added to the published document in one place: headers, answers that any request may get,
// who may ask. Routes state what is theirs alone.
import { STATUS_CODES } from 'node:http'
import { tableOf } from '../codes.ts'
import { reasons } from '../errors.ts'
import { examples } from './openapi-examples.ts'
import { tagsInOrder } from './openapi-tags.ts'

interface Parameter {
  readonly in?: string
  readonly name?: string
  readonly $ref?: string
}
interface Response {
  readonly description?: string
  content?: Record<string, { schema?: object; example?: unknown }>
  headers?: Record<string, object>
  readonly $ref?: string
}
export interface Operation {
  operationId: string
  description?: string
  readonly tags?: readonly string[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema?: object; example?: unknown }> }
  responses: Record<string, Response>
  security?: object[]
  'x-right'?: string
  'x-rate-class'?: string
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components?: Record<string, object>
  [member: string]: unknown
}

const string = { type: 'string' } as const
const tag = (description: string) => ({ description, schema: string, example: '"7o"' })

const headers = {
  ETag: tag('The version of what is answered, for If-Match and If-None-Match.'),
  Location: { description: 'The address of what was made, or to go on at.', schema: string },
  Operation: {
    description: 'The number of the operation, which /api/v1/operations/{batch}/undo takes.',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
  },
  RetryAfter: {
    description: 'Seconds after which it is worth while to ask again.',
    schema: { type: 'integer', minimum: 0 },
  },
  RateLimit: {
    description:
      'What is left of the budget of this kind of requests (draft-ietf-httpapi-ratelimit-headers).',
    schema: string,
    example: '"api";r=598;t=41',
  },
  RateLimitPolicy: { description: 'The budget and its window.', schema: string, example: '"api";q=600;w=60' },
  WWWAuthenticate: { description: 'How to say who asks.', schema: string, example: 'Bearer' },
  Link: { description: 'Related addresses (RFC 8288).', schema: string },
  AcceptRanges: { description: 'Parts may be asked for with Range.', schema: string, example: 'bytes' },
  ContentRange: { description: 'Which part this is.', schema: string, example: 'bytes 0-999/5000' },
  ContentDisposition: { description: 'A name for the file.', schema: string },
  ReprDigest: { description: 'SHA-256 of the whole file (RFC 9530).', schema: string },
} as const
const header = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` })

const inHeader = (name: string, description: string, more: object = {}) => ({
  in: 'header',
  name,
  description,
  schema: string,
  ...more,
})
const parameters = {
  IfMatch: inHeader(
    'If-Match',
    'The ETag that the change was made on; * for whichever there is. Without it 428 is answered, with another one than the current 412.',
    { required: true, example: '"7o"' },
  ),
  IfNoneMatch: inHeader('If-None-Match', 'The ETag of a copy; while it is current, 304 is answered.'),
  IdempotencyKey: inHeader(
    'Idempotency-Key',
    'A name of the request, up to 200 characters: sent again with it within a day, it is answered as before and changes nothing more.',
    { schema: { type: 'string', minLength: 1, maxLength: 200 } },
  ),
  ChangeReason: inHeader('X-Change-Reason', 'Why; stands in the histories and the log.', {
    schema: { type: 'string', maxLength: 250 },
  }),
  ContentDigest: inHeader(
    'Content-Digest',
    'sha-256 of the body (RFC 9530); another body than this is refused.',
    { example: 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:' },
  ),
  Range: inHeader('Range', 'The part of the file that is wanted.', { example: 'bytes=0-999' }),
  IfRange: inHeader('If-Range', 'The ETag of the file that earlier parts are of.'),
}
const parameter = (name: keyof typeof parameters): Parameter => ({ $ref: `#/components/parameters/${name}` })

/** Readings whose answers carry an ETag and are conditional. */
const conditional = new Set([
  'getNode',
  'getDomain',
  'getTitle',
  'getMods',
  'getPage',
  'getText',
  'getAlto',
  'getMaster',
  'getUser',
  'getMe',
  'getMets',
  'getTitleMets',
  'getManifest',
  'getCollection',
  'getTextAnnotations',
  'downloadText',
])
/** Readings whose answers carry an ETag for a change, and are never kept. */
const versioned = new Set([
  'getStructure',
  'getNodeTags',
  'getTag',
  'getPageImage',
  'getNodeRights',
  'getDomainRights',
  'getGroup',
])
const ofImages = /^image\/|^application\/(ld\+json|xml)/

const named = (status: string): string => (STATUS_CODES[status] ?? `Status ${status}`).replace(/\W/g, '')
const reasonOf = (status: string): string | undefined =>
  Object.entries(reasons).find(([, [number]]) => String(number) === status)?.[0]
const isProblem = (response: Response): boolean =>
  Object.keys(response.content ?? {}).join() === 'application/problem+json'

const problemHeaders: Readonly<Record<string, Record<string, object>>> = tableOf({
  401: { 'WWW-Authenticate': header('WWWAuthenticate') },
  429: {
    'Retry-After': header('RetryAfter'),
    RateLimit: header('RateLimit'),
    'RateLimit-Policy': header('RateLimitPolicy'),
  },
  503: { 'Retry-After': header('RetryAfter') },
})
const problem = (status: string, description: string): Response => ({
  description,
  ...(problemHeaders[status] ? { headers: problemHeaders[status] } : {}),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      example: {
        type: reasonOf(status) === undefined ? 'about:blank' : `/problems/${reasonOf(status)}`,
        title: description.replace(/\.$/, ''),
        status: Number(status),
      },
    },
  },
})

/** The headers of an answer that is no problem. */
function headersOf(method: string, status: string, operation: Operation): Record<string, object> {
  const { operationId: id, responses } = operation
  const media = Object.keys(responses[status]?.content ?? {})
  const isWritten = method !== 'get' && responses['428'] !== undefined
  const hasTag =
    conditional.has(id) || versioned.has(id) || isWritten || (method === 'get' && isImage(operation))
  const isOk = status === '200' || status === '201'
  return {
    ...(status.startsWith('3') && status !== '304' ? { Location: header('Location') } : {}),
    ...((isOk && hasTag) || status === '304' || (isOk && method === 'post' && id !== 'logIn') ? { ETag: header('ETag') } : {}), // prettier-ignore
    ...(status === '201' || status === '202' || (isOk && method === 'post') ? { Location: header('Location') } : {}), // prettier-ignore
    ...(method === 'get' || !isWriting(operation) ? {} : { Operation: header('Operation') }),
    ...(operation['x-rate-class'] === undefined || operation['x-rate-class'] === 'images'
      ? {}
      : { RateLimit: header('RateLimit'), 'RateLimit-Policy': header('RateLimitPolicy') }),
    ...(media.some(type => /ld\+json|image\//.test(type)) || media.includes('application/json') && isImage(operation) ? { Link: header('Link') } : {}), // prettier-ignore
    ...(isOk && (id === 'downloadImage' || media.some(type => /csv|spreadsheet|pdf|zip/.test(type)))
      ? { 'Content-Disposition': header('ContentDisposition') }
      : {}),
    ...(responses['416'] === undefined
      ? {}
      : {
          'Accept-Ranges': header('AcceptRanges'),
          'Repr-Digest': header('ReprDigest'),
          'Content-Disposition': header('ContentDisposition'),
          ...(status === '206' ? { 'Content-Range': header('ContentRange') } : {}),
        }),
  }
}

const isImage = ({ 'x-rate-class': budget, responses }: Operation): boolean =>
  budget === 'images' && Object.keys(responses['200']?.content ?? {}).some(type => ofImages.test(type))

/** Changes of the catalogue, which are operations with a number; people, loans and protocols have none. */
const isWriting = ({ tags = [] }: Operation): boolean =>
  !['people', 'lending', 'standards'].some(name => tags.includes(name))

function completeOperation(path: string, method: string, operation: Operation): void {
  const { responses, operationId: id } = operation
  const right = operation['x-right']
  const isOpen = right === 'public' || right === 'tree:read'
  operation.security = isOpen ? [{}, { key: [] }, { session: [] }] : [{ key: [] }, { session: [] }]
  operation.description =
    [operation.description, isOpen ? 'Open to everybody.' : `Asks for the right \`${right}\`.`] // prettier-ignore
      .filter(Boolean)
      .join('\n\n')
  const asked: Parameter[] = (operation.parameters ?? []).flatMap(given => {
    const name = given.in === 'path' && given.name === '*' ? 'rest' : given.name
    // routes that share a schema: a parameter that this address has not
    if (given.in === 'path' && !path.includes(`{${name}}`)) return []
    return [{ ...given, name } as Parameter]
  })
  const isConditional = conditional.has(id) || (method === 'get' && isImage(operation))
  if (responses['428']) asked.push(parameter('IfMatch'))
  if (isConditional) {
    asked.push(parameter('IfNoneMatch'))
    responses['304'] = { $ref: '#/components/responses/NotModified' }
  }
  if (responses['416']) {
    asked.push(parameter('Range'), parameter('IfRange'))
    responses['206'] = { description: 'The part that was asked for.', content: responses['200']?.content ?? {} } // prettier-ignore
  }
  if (method !== 'get' && isWriting(operation)) {
    if (method === 'post') asked.push(parameter('IdempotencyKey'))
    asked.push(parameter('ChangeReason'))
  }
  if (id === 'putMaster') asked.push(parameter('ContentDigest'))
  if (asked.length > 0) operation.parameters = asked
  else delete operation.parameters
  if (operation['x-rate-class'] !== undefined) responses['429'] ??= problem('429', '')
  if (operation.requestBody) for (const status of ['413', '415']) responses[status] ??= problem(status, '')
  const followed = Object.keys(responses).every(status => !status.startsWith('2'))
  if (followed) responses['200'] = { description: 'What stands there, for clients that follow.' }
  const example = examples[id]
  const body = operation.requestBody?.content['application/json']
  if (example !== undefined && body) body.example = example
}

/** Answers in order, problems by reference. */
function shareAnswers(method: string, operation: Operation, shared: Record<string, Response>): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (isProblem(response)) {
      shared[named(status)] ??= problem(status, response.description ?? '')
      operation.responses[status] = { $ref: `#/components/responses/${named(status)}` }
    } else if (response.$ref === undefined) {
      const found = headersOf(method, status, operation)
      if (Object.keys(found).length > 0) response.headers = { ...found, ...response.headers }
    }
  }
}

/** @param document what the routes say of themselves */
export function completed(document: Record<string, unknown>, publicUrl: string): Record<string, unknown> {
  const { paths, components, ...rest } = document as Document
  const responses: Record<string, Response> = {
    NotModified: {
      description: 'The copy is current.',
      headers: { ETag: header('ETag') },
    },
  }
  const addresses = Object.entries(paths).map(([path, operations]) => {
    const name = path.replaceAll('{*}', '{rest}')
    for (const [method, operation] of Object.entries(operations)) {
      completeOperation(name, method, operation)
      shareAnswers(method, operation, responses)
    }
    return [name, operations] as const
  })
  const descriptions: Readonly<Record<string, string>> = tableOf({
    429: 'Too many requests of this kind.',
    413: 'The request is larger than allowed.',
    415: 'This media type is not taken here.',
  })
  for (const [status, description] of Object.entries(descriptions))
    responses[named(status)] = problem(status, description)
  return {
    ...rest,
    servers: [{ url: publicUrl === '' ? '/' : publicUrl, description: 'This service' }],
    tags: tagsInOrder,
    paths: Object.fromEntries(addresses),
    components: {
      ...components,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of a user: POST /api/v1/users/me/keys.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'firefolio',
          description: 'The cookie of a log-in. Changes then need the header X-CSRF-Token, too.',
        },
      },
      headers,
      parameters,
      responses,
    },
  }
}
