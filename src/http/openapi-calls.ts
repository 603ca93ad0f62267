// One call of each operation, as it is typed: with the values of an example installation, and with what the operation asks for.
import { tableOf } from '../codes.ts'

interface Asked {
  readonly name?: string
  readonly in?: string
  readonly required?: boolean
  readonly schema?: { readonly type?: string }
}
interface Called {
  readonly operationId: string
  readonly parameters?: readonly Asked[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

/** Values of parameters, by name. */
const values: Readonly<Record<string, string>> = tableOf({
  domain: 'maps', reason: 'stale', tag: 'to-check', transition: 'publish', id: '144', note: '5', n: '2', file: '5', urn: 'urn:nbn:de:xyz-144-1',
  rest: 'logo.png', batch: '9', order: '1', title: '144', region: 'full', size: 'max', rotation: '0', folder: 'a1', level: '10', tile: '0_0.jpg',
  zoom: '3', column: '0', row: '0', name: 'books', turned: '0', width: '600', version: '2', picture: 'strip.png', page: '151', kind: 'plain',
  part: '1', presentation: '3', format: 'jpg', map: 'a', view: 'titleinfo', index: '0', member: '8', key: '3', provider: 'library',
  q: 'zauberberg', pages: '151', messageId: '1', origin: 'https://viewer.example', identifier: '1234567890',
}) // prettier-ignore
const aUser = '018f6b1e-7c3a-7d42-9a51-2f8c1e0b6d77'

/** Files that bodies come from, by media type. */
const files: Readonly<Record<string, string>> = tableOf({
  'application/mods+xml': 'record.xml',
  'application/octet-stream': 'offer.pdf',
  'application/pdf': 'book.pdf',
  'application/alto+xml': 'page.xml',
  'image/tiff': 'page.tif',
  'image/png': 'strip.png',
  'text/csv': 'titles.csv',
  'text/plain': 'page.txt',
})

/** Forms, by operation. */
const forms: Readonly<Record<string, string>> = tableOf({
  harvestByPost: 'verb=Identify',
  harvestDomainByPost: 'verb=Identify',
  sruByPost: 'operation=searchRetrieve&query=zauberberg',
  sruOfDomainByPost: 'operation=searchRetrieve&query=zauberberg',
  logInByForm: 'login=ada&password=a+long+sentence',
})

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
/** Media types whose bytes a terminal does not show */
const isShown = (media: string): boolean => /json|xml|text/.test(media)

const valueOf = ({ name = '', schema }: Asked): string =>
  name === 'id' && schema?.type === 'string' ? aUser : (values[name] ?? '1')

function bodyOf({ operationId, requestBody }: Called): string[] {
  const content = requestBody?.content ?? {}
  const json = content['application/json']
  if (json) return ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(json.example ?? {}))}`]
  const form = forms[operationId]
  if (form !== undefined) return [`-d ${quoted(form)}`]
  const media = Object.keys(content).find(type => files[type] !== undefined)
  return media === undefined ? [] : [`-H 'Content-Type: ${media}'`, `--data-binary @${files[media]}`]
}

/** @param isOpen everybody may call it @returns a line of shell; $SERVER is the address of the service, $KEY a key */
export function callOf(path: string, method: string, operation: Called, isOpen: boolean): string {
  const { parameters = [], responses } = operation
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(
      valueOf(parameters.find(each => each.in === 'path' && each.name === name) ?? { name }),
    ),
  )
  const query = parameters
    .filter(each => each.in === 'query' && (each.required === true || each.name === 'q'))
    .map(each => `${each.name}=${encodeURIComponent(valueOf(each))}`)
  const media = Object.keys(responses['200']?.content ?? {})
  return [
    'curl',
    ...(method === 'get' || (method === 'post' && operation.requestBody)
      ? []
      : [`-X ${method.toUpperCase()}`]),
    ...(isOpen ? [] : ['-H "Authorization: Bearer $KEY"']),
    ...(responses['428'] ? [`-H 'If-Match: "4"'`] : []),
    ...bodyOf(operation),
    ...(media.length > 0 && !media.some(isShown) ? ['-O'] : []),
    `"$SERVER${address}${query.length > 0 ? `?${query.join('&')}` : ''}"`,
  ].join(' ')
}
