// What holds for all operations of one kind, added to the published document in one place: headers, answers that any request may get,
// who may ask. Routes state what is theirs alone.
import { STATUS_CODES } from 'node:http'
import { tableOf } from '../codes.ts'
import { reasons } from '../errors.ts'
import { callOf } from './openapi-calls.ts'
import { examples } from './openapi-examples.ts'
import { header, headers, type Parameter, parameter, parameters } from './openapi-parts.ts'
import { isOfTree } from './nodes.ts'
import { tagsInOrder } from './openapi-tags.ts'

interface Response {
  readonly description?: string
  /** What one line is, where the list also comes as application/x-ndjson */
  'x-ndjson'?: object
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

/** Readings whose answers carry an ETag and are conditional, beside documents of JSON, which all do. */
const conditional = new Set([
  'getFileOfOrder',
  'getNode',
  'getDomain',
  'getDomainConfig',
  'getTitle',
  'getMods',
  'getDublinCore',
  'getPage',
  'getText',
  'getAlto',
  'getTextLines',
  'getMaster',
  'getUser',
  'getMe',
  'getMets',
  'getListTemplate',
  'getTitleMets',
  'getManifest',
  'getCollection',
  'getTextAnnotations',
  'downloadText',
  'downloadPdf',
  'getNote',
  'getTitleFile',
  'downloadFile',
  'getStaticFile',
  'getDomainFile',
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
/** Readings of people, of the moment and of secrets, which are never kept. */
const unkept = new Set([
  'getSession', 'listSessions', 'getTransitionSecret', 'getSystemReport', 'getSystem', 'listAccesses',
  'listAuthorities', 'getCatalogueRecord', 'compareWithCatalogue', 'getHotFolder', 'getPermissions', 'getDomainPermissions',
  'listKeysOfMe', 'listKeysOfUser', 'getPermissionsOfMe', 'getPermissionsOfUser', 'getLogOfMe', 'getLogOfUser', 'getActionsOfMe',
  'getActionsOfUser', 'listUsers', 'listGroups', 'listMembers', 'listLoans', 'listMyLoans', 'getLoan',
  'listOrders', 'listOrdersOfMe', 'listOrdersOfUser', 'listTitlesOfOrder', 'getLogOfOrder', 'getOrderHistory',
]) // prettier-ignore
/** Lists that also come as lines. No media type of theirs, because generated clients would have to tell text from document at each answer. */
const asLines: Readonly<Record<string, string>> = tableOf({
  listTree: 'TreeNode',
  listDescendants: 'TreeNode',
})
const ofImages = /^image\/|^application\/(ld\+json|xml)/

const named = (status: string): string => (STATUS_CODES[status] ?? `Status ${status}`).replace(/\W/g, '')
const reasonOf = (status: string): string | undefined =>
  Object.entries(reasons).find(([, [number]]) => String(number) === status)?.[0]
const isProblem = (response: Response): boolean =>
  Object.keys(response.content ?? {}).join() === 'application/problem+json'

const rateHeaders = { RateLimit: header('RateLimit'), 'RateLimit-Policy': header('RateLimitPolicy') }
const problemHeaders: Readonly<Record<string, Record<string, object>>> = tableOf({
  401: { 'WWW-Authenticate': header('WWWAuthenticate') },
  416: { 'Content-Range': header('ContentRange') },
  429: { 'Retry-After': header('RetryAfter') },
  503: { 'Retry-After': header('RetryAfter') },
  507: { 'Retry-After': header('RetryAfter') },
})
const problem = (status: string, description: string): Response => ({
  description,
  headers: { ...problemHeaders[status], ...rateHeaders },
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

/** Files, beside those whose media type says it */
const downloads = new Set(['downloadImage', 'getSystemReport'])

/** The headers of an answer that is no problem. */
function headersOf(method: string, status: string, operation: Operation): Record<string, object> {
  const { operationId: id, responses } = operation
  const media = Object.keys(responses[status]?.content ?? {})
  // what is left of an order is none
  const isWritten = method !== 'get' && id !== 'deleteOrder' && responses['412'] !== undefined
  const hasTag =
    responses['304'] !== undefined ||
    versioned.has(id) ||
    isWritten ||
    (method === 'get' && isImage(operation))
  const isOk = status === '200' || status === '201'
  return {
    ...problemHeaders[status],
    ...(status.startsWith('3') && status !== '304' ? { Location: header('Location') } : {}),
    ...((isOk && hasTag) || status === '304' || status === '206' || (isOk && method === 'post' && id !== 'logIn') ? { ETag: header('ETag') } : {}), // prettier-ignore
    ...(status === '201' || status === '202' || (isOk && method === 'post') ? { Location: header('Location') } : {}), // prettier-ignore
    ...(method === 'get' || !isWriting(operation) ? {} : { Operation: header('Operation') }),
    ...(operation['x-rate-class'] === undefined || operation['x-rate-class'] === 'images' ? {} : rateHeaders),
    ...(media.some(type => /ld\+json|image\//.test(type)) || media.includes('application/json') && isImage(operation) ? { Link: header('Link') } : {}), // prettier-ignore
    ...(isOk && (downloads.has(id) || media.some(type => /csv|spreadsheet|pdf|zip/.test(type)))
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
  const isDocument =
    path.startsWith('/api/') &&
    responses['200']?.content?.['application/json'] !== undefined &&
    !versioned.has(id) &&
    !unkept.has(id)
  const isConditional = conditional.has(id) || (method === 'get' && (isImage(operation) || isDocument))
  if (responses['428']) asked.push(parameter('IfMatch'))
  else if (responses['412']) asked.push(parameter('IfMatchOnWish'))
  if (isConditional) {
    asked.push(parameter('IfNoneMatch'))
    responses['304'] = { $ref: '#/components/responses/NotModified' }
  }
  // titles that were merged into others
  if (method === 'get' && isOfTree(path.replaceAll(/\{(\w+)\}/g, ':$1')))
    responses['301'] ??= { $ref: '#/components/responses/Merged' }
  if (responses['416']) {
    asked.push(parameter('Range'), parameter('IfRange'))
    responses['206'] = { description: 'The part that was asked for.', content: responses['200']?.content ?? {} } // prettier-ignore
  }
  if (method !== 'get' && isWriting(operation)) {
    if (method === 'post') asked.push(parameter('IdempotencyKey'))
    asked.push(parameter('ChangeReason'))
  }
  if (id === 'putMaster' || id === 'addScan' || id === 'addFileToOrder')
    asked.push(parameter('ContentDigest'))
  if (asked.length > 0) operation.parameters = asked
  else delete operation.parameters
  if (operation['x-rate-class'] !== undefined) responses['429'] ??= problem('429', '')
  // a body is looked at before it is known whether anybody takes one
  if (method !== 'get') for (const status of ['413', '415']) responses[status] ??= problem(status, '')
  const followed = Object.keys(responses).every(status => !status.startsWith('2'))
  if (followed) responses['200'] = { description: 'What stands there, for clients that follow.' }
  const line = asLines[id]
  if (line !== undefined && responses['200'])
    responses['200']['x-ndjson'] = { $ref: `#/components/schemas/${line}` }
  const example = examples[id]
  const body = operation.requestBody?.content['application/json']
  if (example !== undefined && body) body.example = example
  operation.description += `\n\n\`\`\`sh\n${callOf(path, method, operation, isOpen)}\n\`\`\``
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
      headers: { ETag: header('ETag'), 'Accept-Ranges': header('AcceptRanges'), ...rateHeaders },
    },
    Merged: {
      description: 'The title was merged into another one, which is answered at this address.',
      headers: { Location: header('Location'), ...rateHeaders },
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
