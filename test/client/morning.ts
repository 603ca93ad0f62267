// A cataloguer's morning as a consumer of the API works through it: ten jobs, each with the number of its calls.
import createClient from 'openapi-fetch'
import type { paths } from './api.ts'

declare const process: { argv: string[]; stdout: { write(text: string): void } }

const [baseUrl = '', key = ''] = process.argv.slice(2)
let calls = 0
const api = createClient<paths>({
  baseUrl,
  headers: { authorization: `Bearer ${key}` },
  fetch: request => {
    calls++
    return fetch(request)
  },
})

function need<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined)
    throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`)
  return answer.data
}
/** What was read, with the version that a change of it names. */
async function withTag<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<[T, { 'If-Match': string }]> {
  const answer = await asked
  return [need(answer), { 'If-Match': answer.response.headers.get('etag') ?? '' }]
}

const counts: Record<string, number> = {}
async function job<T>(name: string, work: () => Promise<T>): Promise<T> {
  calls = 0
  const result = await work()
  counts[name] = calls
  return result
}

/** What the night has brought: titles from an import, without labels and structure. */
async function aTitle(
  title: string,
  more: { type?: string; pages?: number; shelfLocator?: string } = {},
): Promise<number> {
  const { type = 'monograph', pages = 0, ...fields } = more
  const stored = need(
    await api.POST('/api/v1/titles', {
      params: { query: { domain: 'morning', type } },
      body: { title, record: { value: title, source: 'night' }, ...fields },
    }),
  )
  const id = stored.items[0]?.id
  if (id == null) throw new Error(JSON.stringify(stored))
  if (pages > 0)
    need(
      await api.POST('/api/v1/titles/{id}/pages', {
        params: { path: { id } },
        body: { pages: Array.from({ length: pages }, (_, at) => ({ ident: `p${at + 1}` })) },
      }),
    )
  return id
}
need(await api.POST('/api/v1/domains', { body: { name: 'morning', caption: 'A morning' } }))
await aTitle('Ein Buhc', { pages: 6, shelfLocator: 'Ca 007' })
const work = await aTitle('Ein Werk', { type: 'multivolume_work' })
const volume = await aTitle('Band 1')
const half = await aTitle('Die andere Hälfte', { pages: 2 })
for (let at = 1; at <= 50; at++) await aTitle(`Zeitnug ${at}`)

const at = { domain: 'morning' } as const
const book = await job('find by signature', async () => {
  const found = need(await api.GET('/api/v1/titles', { params: { query: { ...at, signature: 'ca007' } } }))
  const id = found.items[0]?.id
  if (id === undefined || found.items.length !== 1) throw new Error(JSON.stringify(found))
  return id
})
const here = { path: { id: book } } as const

await job('correct a title', async () => {
  const [, header] = await withTag(api.GET('/api/v1/titles/{id}', { params: here }))
  need(await api.PATCH('/api/v1/titles/{id}', { params: { ...here, header }, body: { caption: 'Ein Buch' } }))
})

const pages = await job('add a page in the middle', async () => {
  const { items } = need(await api.GET('/api/v1/titles/{id}/pages', { params: here }))
  const third = items[2]
  if (!third) throw new Error('There is no third page.')
  const added = need(
    await api.POST('/api/v1/titles/{id}/pages', {
      params: here,
      body: { pages: [{ ident: 'p3a' }], position: { after: third.id } },
    }),
  )
  return [...items.slice(0, 3), ...added.items, ...items.slice(3)].map(({ id }) => id)
})
const [first = 0, second = 0, third = 0, plate = 0, ...rest] = pages

await job('paginate with plates', async () => {
  const { items } = need(
    await api.POST('/api/v1/titles/{id}/paginate', {
      params: here,
      body: {
        from: first,
        to: rest.at(-1) ?? 0,
        type: 'page',
        others: [{ pages: [plate], type: 'plate-unnumbered' }],
      },
    }),
  )
  if (items.map(({ after }) => after).join() !== 'Seite 1,Seite 2,Seite 3,[Tafel],Seite 4,Seite 5,Seite 6')
    throw new Error(JSON.stringify(items))
})

await job('outline', async () => {
  const [, header] = await withTag(api.GET('/api/v1/titles/{id}/structure', { params: here }))
  need(
    await api.PUT('/api/v1/titles/{id}/structure', {
      params: { ...here, header },
      body: {
        children: [
          { type: 'title_page', caption: 'Titelblatt', children: [{ id: first }] },
          {
            type: 'chapter',
            caption: 'Erstes Kapitel',
            children: [second, third, plate].map(id => ({ id })),
          },
          ...rest.map(id => ({ id })),
        ],
      },
    }),
  )
})

await job('title page', async () => {
  const [, header] = await withTag(api.GET('/api/v1/titles/{id}', { params: here }))
  need(
    await api.PUT('/api/v1/titles/{id}/titlepage', { params: { ...here, header }, body: { page: second } }),
  )
})

await job('release', async () => {
  need(await api.POST('/api/v1/tree/{id}/release', { params: here, body: { scope: 'subtree' } }))
})

await job('move a volume', async () => {
  const path = { id: volume }
  const [, header] = await withTag(api.GET('/api/v1/tree/{id}', { params: { path } }))
  need(await api.POST('/api/v1/tree/{id}/move', { params: { path, header }, body: { parent: work } }))
})

await job('merge two titles', async () => {
  const [, header] = await withTag(api.GET('/api/v1/titles/{id}', { params: here }))
  need(await api.POST('/api/v1/titles/{id}/merge', { params: { ...here, header }, body: { from: half } }))
})

await job('retitle 50 and undo', async () => {
  const done = need(
    await api.POST('/api/v1/titles/batch', {
      body: {
        search: { ...at, q: 'Zeitnug' },
        changes: [{ action: 'replace', field: 'mods.title', find: 'Zeitnug', with: 'Zeitung' }],
      },
    }),
  )
  if (!('batch' in done) || done.batch == null || done.changed !== 50) throw new Error(JSON.stringify(done))
  need(await api.POST('/api/v1/operations/{batch}/undo', { params: { path: { batch: done.batch } } }))
})

const after = need(await api.GET('/api/v1/titles/{id}', { params: here }))
const { children } = need(await api.GET('/api/v1/titles/{id}/structure', { params: here }))
const wrong = need(
  await api.GET('/api/v1/titles', { params: { query: { ...at, q: 'Zeitnug', limit: 100 } } }),
)
const moved = need(await api.GET('/api/v1/tree/{id}', { params: { path: { id: volume } } }))
process.stdout.write(
  JSON.stringify({
    counts,
    book: [after.caption, after.pagesPresent, after.isReleased, after.titlepageId === second],
    outline: children.map(({ caption }) => caption),
    volumeBelow: moved.parentId === work,
    wrong: wrong.items.length,
  }),
)
