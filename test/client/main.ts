// The main job as a consumer of the API does it: types from openapi.json, a typed client, nothing else.
import createClient from 'openapi-fetch'
import type { components, paths } from './api.ts'

declare const process: { argv: string[]; stdout: { write(text: string): void } }

const [baseUrl = '', key = '', scan = ''] = process.argv.slice(2)
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } })

function need<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined)
    throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`)
  return answer.data
}

const mods = (id: string, title: string) =>
  `<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>${title}</title></titleInfo><recordInfo><recordIdentifier source="client">${id}</recordIdentifier></recordInfo></mods>`

const domain = need(
  await api.POST('/api/v1/domains', { body: { name: 'client', caption: 'A client’s books' } }),
)

// a record by itself
const posted = need(
  await api.POST('/api/v1/titles', {
    params: { query: { domain: domain.name } },
    headers: { 'content-type': 'application/mods+xml' },
    body: mods('c1', 'Erstes Buch'),
    bodySerializer: body => body as string,
  }),
)

// a title with its pages in one call
const batch = need(
  await api.POST('/api/v1/imports', {
    body: {
      domain: domain.name,
      mods: mods('c2', 'Zweites Buch'),
      pages: [
        { ident: '1', file: scan, pagination: '[Seite 1]' },
        { ident: '2', file: scan, pagination: '[Seite 2]' },
      ],
      structure: [{ type: 'chapter', caption: 'Kapitel', pages: ['2'] }],
      release: true,
    },
  }),
)
let state: components['schemas']['ImportBatch'] = batch
while (state.state !== 'finished') {
  await new Promise(resolve => setTimeout(resolve, 200))
  state = need(await api.GET('/api/v1/imports/{id}', { params: { path: { id: batch.id } } }))
}
const titleId = state.items[0]?.titleId
if (state.items[0]?.outcome !== 'created' || titleId == null) throw new Error(JSON.stringify(state.items))

// browse by path prefix
const node = need(await api.GET('/api/v1/tree/{id}', { params: { path: { id: titleId } } }))
const below = need(
  await api.GET('/api/v1/tree', { params: { query: { path: node.path, datatype: 'page' } } }),
)

// read and change
const read = await api.GET('/api/v1/titles/{id}', { params: { path: { id: titleId } } })
const changed = need(
  await api.PATCH('/api/v1/titles/{id}', {
    params: { path: { id: titleId }, header: { 'If-Match': read.response.headers.get('etag') ?? '' } },
    body: { signature: 'C 2' },
  }),
)

// see a page
const page = below.items[0]
if (!page) throw new Error('There is no page.')
const image = await api.GET('/api/v1/pages/{id}/image', {
  params: { path: { id: page.id }, query: { width: 128 } },
  parseAs: 'arrayBuffer',
})

process.stdout.write(
  JSON.stringify({
    posted: posted.items.length,
    pages: below.items.map(item => item.caption),
    signature: changed.signature,
    imageBytes: image.data?.byteLength ?? 0,
    problem: (await api.GET('/api/v1/tree/{id}', { params: { path: { id: 999_999 } } })).error?.title,
  }),
)
