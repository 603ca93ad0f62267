// The main job by a client that orval has generated: a record as MODS, a page with its scan, a guarded change, a list.
import { readFileSync } from 'node:fs'
import { mods, written } from './job.ts'
import {
  addPages,
  changeTitle,
  createDomain,
  createTitles,
  getTitle,
  listTitles,
  putMaster,
} from './orval/index.ts'
import { Declined, tags } from './orval-request.ts'

const scan = process.argv[4] ?? ''
await createDomain({ name: 'orval', caption: 'Orval' })
const posted = await createTitles({ mods: mods('orval1', 'Ein Buch') }, { domain: 'orval' })
const id = posted.items[0]?.id ?? 0
const pages = await addPages(id, { pages: [{ ident: '1' }] })
const page = await putMaster(pages.items[0]?.id ?? 0, new Blob([readFileSync(scan)]), { 'If-Match': '*' })
const read = await getTitle(id)
const guard = { 'If-Match': tags.get(read) ?? '' }
const changed = await changeTitle(id, { signature: 'O 1' }, guard)
const stale = await changeTitle(id, { signature: 'O 2' }, guard).catch((error: unknown) => error)
const listed = await listTitles({ domain: 'orval', signature: 'o1' })

written({
  outcome: posted.items[0]?.outcome,
  width: page.width,
  signature: changed.signature,
  stale: stale instanceof Declined ? stale.problem.status : undefined,
  found: listed.items.map(({ caption }) => caption),
})
