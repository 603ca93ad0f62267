// The main job by a client that @hey-api/openapi-ts has generated: a record as MODS, a page with its scan, a guarded change, a list.
import { readFileSync } from 'node:fs'
import {
  addPages,
  changeTitle,
  createDomain,
  createTitles,
  getTitle,
  listTitles,
  putMaster,
} from './hey/index.ts'
import { client } from './hey/client.gen.ts'
import { mods, written } from './job.ts'

const [baseUrl = '', key = '', scan = ''] = process.argv.slice(2)
client.setConfig({ baseUrl, auth: key })
const need = { throwOnError: true } as const

await createDomain({ ...need, body: { name: 'hey', caption: 'Hey' } })
const posted = await createTitles({
  ...need,
  query: { domain: 'hey' },
  body: { mods: mods('hey1', 'Ein Buch') },
})
const id = posted.data.items[0]?.id ?? 0
const path = { id }
const pages = await addPages({ ...need, path, body: { pages: [{ ident: '1' }] } })
const page = await putMaster({
  ...need,
  path: { id: pages.data.items[0]?.id ?? 0 },
  headers: { 'If-Match': '*' },
  body: new Blob([readFileSync(scan)]),
})
const read = await getTitle({ ...need, path })
const change = {
  path,
  headers: { 'If-Match': read.response.headers.get('etag') ?? '' },
  body: { signature: 'H 1' },
}
const changed = await changeTitle({ ...need, ...change })
const stale = await changeTitle({ ...change, body: { signature: 'H 2' } })
const listed = await listTitles({ ...need, query: { domain: 'hey', signature: 'h1' } })

written({
  outcome: posted.data.items[0]?.outcome,
  width: page.data.width,
  signature: changed.data.signature,
  stale: stale.error?.status,
  found: listed.data.items.map(({ caption }) => caption),
})
