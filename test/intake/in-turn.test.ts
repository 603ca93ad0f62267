// Records that share transactions: fewer commits, and each record with the outcome and the operation that it would have had alone.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { FirebirdConnection } from '../../src/firebird/connection.ts'
import {
  type DeliveredFile,
  readFolder,
  RecordFolder,
  titleFiles,
} from '../../src/intake/deliveries/folder.ts'
import type { FileKind } from '../../src/intake/deliveries/kinds.ts'
import { survey } from '../../src/intake/deliveries/index.ts'
import { Manifest, runItems } from '../../src/intake/imports/index.ts'
import { bareName } from '../../src/intake/deliveries/folder.ts'
import { folded } from '../../src/intake/plans/index.ts'
import { aDomain, modsOf, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { services, call } = app
const actor = { name: 'test', application: 'test' }

/** A folder of records, a file each. */
function recordsIn(name: string, idents: readonly string[]): string {
  const folder = join(app.folder, name)
  mkdirSync(folder, { recursive: true })
  idents.forEach((ident, at) =>
    writeFileSync(join(folder, `${String(at).padStart(3, '0')}.mods`), modsOf(ident, `Record ${ident}`)),
  )
  return folder
}

async function importAll(folder: string) {
  const items = async function* () {
    for (const source of survey(folder).sources)
      yield {
        source,
        options: {
          manifest: Manifest.parse({ domain: 'lib', path: source }),
          actor,
          hasIdempotencyKey: false,
        },
      }
  }
  const results = []
  for await (const result of runItems(services, items())) results.push(result)
  return results
}

/** How often transactions were committed while a piece of work ran. */
async function commitsOf(work: () => Promise<unknown>): Promise<number> {
  const prototype = FirebirdConnection.prototype as unknown as Record<'commit', () => Promise<void>>
  const { commit } = prototype
  let commits = 0
  prototype.commit = function (this: FirebirdConnection) {
    if (this.inTransaction) commits++
    return commit.call(this)
  }
  try {
    await work()
  } finally {
    prototype.commit = commit
  }
  return commits
}

const idents = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}${at}`)
/** Titles that are there. */
async function countOf(): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as "n" from OPR_Content join OPR_Tree on OT_ID = OC_OT_ID where OT_DelState = 0`.execute(
    services.db,
  )
  return Number(rows[0]?.n)
}

t.test(
  'many records are a few transactions, each record an operation that can be undone by itself',
  async t => {
    const folder = recordsIn('many', idents('many', 60))
    let results: Awaited<ReturnType<typeof importAll>> = []
    const commits = await commitsOf(async () => (results = await importAll(folder)))
    t.ok(commits <= 20, `${commits} transactions`)
    t.same(
      results.map(({ item, report }) => [item.source.slice(-8), report?.outcome]),
      results.map((_, at) => [`${String(at).padStart(3, '0')}.mods`, 'created']),
      'in their order',
    )
    const { items } = (await call('GET', '/api/v1/log?action=import&limit=100')).body
    t.equal(new Set(items.map((line: { batch: number }) => line.batch)).size, 60)
    const taken = results[30]?.report?.titleId as number
    const { batch } = items.find((line: { entityId: number }) => line.entityId === taken)
    t.equal((await call('POST', `/api/v1/operations/${batch}/undo`)).status, 200)
    t.equal(await countOf(), 59, 'it alone is gone')
    t.ok((await importAll(folder)).filter(({ report }) => report?.outcome === 'unchanged').length === 59)
  },
)

t.test('one that is refused takes none of its neighbours along', async t => {
  const before = await countOf()
  const folder = recordsIn('mixed', [
    ...idents('mixed', 10),
    'binned',
    ...idents('later', 4),
    'binned too',
    'last',
  ])
  for (const ident of ['binned', 'binned too']) {
    const { items } = (
      await call('POST', '/api/v1/titles?domain=lib', modsOf(ident, ident), {
        'content-type': 'application/mods+xml',
      })
    ).body
    await call('POST', '/api/v1/tree/batch', { action: 'bin', ids: [items[0].id] })
  }
  writeFileSync(join(folder, '005.mods'), '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo>')
  const results = await importAll(folder)
  t.same(
    results.flatMap(({ report, messages }, at) => (report ? [] : [[at, messages[0]?.code]])),
    [
      [5, 'bad-xml'],
      [10, 'conflict'],
      [15, 'conflict'],
    ],
  )
  t.equal(await countOf(), before + 14)
  for (const { report } of results) t.not(report?.outcome, 'unchanged')
})

t.test('two imports of the same records at once store each of them once', async t => {
  const before = await countOf()
  const folder = recordsIn('twice', idents('twice', 40))
  const both = await Promise.all([importAll(folder), importAll(folder)])
  t.equal(await countOf(), before + 40)
  for (const outcome of ['created', 'unchanged'])
    t.equal(both.flat().filter(({ report }) => report?.outcome === outcome).length, 40, outcome)
})

t.test('a folder tells the files of each of its records as one who looks at every name would', t => {
  const kinds: Readonly<Record<string, FileKind>> = {
    xml: 'record',
    tif: 'image',
    pdf: 'pdf',
    mp3: 'file',
    alto: 'text',
  }
  const name = fc
    .tuple(
      fc.constantFrom('a', 'A', 'ab', 'a_b', 'ä', 'a\u0308', 'b'),
      fc.constantFrom('', '_1', '-2', ' x', '1', '_1_b'),
      fc.constantFrom(...Object.keys(kinds)),
    )
    .map(([stem, more, extension]) => `${stem}${more}.${extension}`)
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 25 }), names => {
      const files: DeliveredFile[] = names
        .toSorted((a, b) => (a < b ? -1 : 1))
        .map(each => ({
          path: `/d/${each}`,
          name: each,
          kind: kinds[each.split('.')[1] as string] as FileKind,
        }))
      const records = files.filter(({ kind }) => kind === 'record')
      if (records.length < 2) return
      const folder = new RecordFolder({ path: '/d', files, folders: [] })
      for (const record of records) {
        const base = folded(bareName(record.name))
        const belongs = ({ name: other, kind }: DeliveredFile): boolean => {
          const bare = folded(bareName(other))
          return ['image', 'pdf', 'file'].includes(kind) && (bare === base || (bare.startsWith(base) && /^[\s_.-]/.test(bare.slice(base.length)))) // prettier-ignore
        }
        const found = folder.filesOf(record)
        const own = [...found.images, ...found.files, ...found.pagePdfs, ...found.rest].map(
          ({ path }) => path,
        )
        t.same(own.sort(), files.filter(belongs).map(({ path }) => path).sort()) // prettier-ignore
      }
    }),
    { numRuns: 100 },
  )
  t.end()
})

t.test('of the parts of a title the best has its pages, and only images are pages', t => {
  const folder = join(app.folder, 'parts')
  for (const path of ['TIF/0002.tif', 'TIF/0001.tif', 'TIF/notes.txt', 'jpg/0001.jpg', 'jpg/0002.jpg']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), 'x')
  }
  const { images } = titleFiles(readFolder(folder))
  t.same(
    images.map(({ path }) => relative(folder, path)),
    ['TIF/0001.tif', 'TIF/0002.tif'],
  )
  t.end()
})
