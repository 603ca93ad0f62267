// What harvesters, viewers and readers get: manifests and PDF of books of growing size, a harvest of many records, the search index.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp, follow, jobHandlers } from '../src/app.ts'
import { JobRunner } from '../src/jobs/runner.ts'
import { createDomain } from '../src/catalogue/domains/index.ts'
import { Manifest, runItem } from '../src/intake/imports/index.ts'
import { makeSample } from '../src/sample/load.ts'
import { statementsOf } from '../test/support/statements.ts'
import { SqliteIndex } from '../src/search-index/sqlite.ts'
import type { OpenServices } from '../src/services.ts'
import { median, report, time } from './measure.ts'
import { benchServer, servicesOn } from './server.ts'

const actor = { name: 'bench', application: 'bench' }
const say = (sentence: string): void => void process.stdout.write(`      (${sentence})\n`)
const megabytes = (bytes: number): number => bytes / 1024 / 1024

/** A book whose pages all show one sheet, with its text. */
async function book(services: OpenServices, sheet: string, pages: number): Promise<number> {
  const list = Array.from({ length: pages }, (_, at) => ({
    ident: `p${at + 1}`,
    file: `${sheet}/MAX/0010.jpg`,
    alto: `${sheet}/FULLTEXT/0010.xml`,
    pagination: `Seite ${at + 1}`,
  }))
  const manifest = Manifest.parse({
    domain: 'bench',
    mods: `<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Buch mit ${pages} Seiten</title></titleInfo><recordInfo><recordIdentifier source="bench">book-${pages}</recordIdentifier></recordInfo></mods>`,
    pages: list,
    structure: Array.from({ length: Math.ceil(pages / 20) }, (_, at) => ({
      type: 'chapter',
      caption: `Kapitel ${at + 1}`,
      pages: list.slice(at * 20, at * 20 + 20).map(page => page.ident),
    })),
    release: true,
  })
  const { report: done, messages } = await runItem(services, {
    source: 'manifest',
    options: { manifest, actor, hasIdempotencyKey: false },
  })
  if (done?.titleId === undefined) throw new Error(messages.map(message => message.sentence).join(' '))
  return done.titleId
}

async function manifests(services: OpenServices, books: ReadonlyMap<number, number>): Promise<void> {
  for (const [pages, id] of books) {
    const times: number[] = []
    let bytes = 0
    // an application of its own each time: nothing is kept
    for (let round = 0; round < 9; round++) {
      const app = await buildApp(services)
      await app.ready()
      times.push(
        await time(async () => {
          bytes = (await app.inject(`/iiif/presentation/3/${id}/manifest`)).rawPayload.length
        }),
      )
      if (round === 8)
        say(
          `manifest of ${pages} pages: ${Math.round(bytes / 1024)} KiB, ${(await statementsOf(() => app.inject(`/iiif/presentation/2/${id}/manifest`))).length} statements`,
        )
      await app.close()
    }
    report(`manifest of ${pages} pages, cold`, median(times), { atMost: pages <= 1000 ? 100 : 500 }, 'ms')
  }
}

async function pdfs(services: OpenServices, books: ReadonlyMap<number, number>): Promise<void> {
  const app = await buildApp(services)
  const base = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const [pages, id] of books) {
    if (pages > 1000) continue
    global.gc?.()
    const before = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 20)
    const started = performance.now()
    const response = await fetch(`${base}/download/pdf/${id}`)
    let first = 0
    let bytes = 0
    for await (const part of response.body ?? []) {
      first ||= performance.now() - started
      bytes += part.length
    }
    const seconds = (performance.now() - started) / 1000
    clearInterval(watch)
    say(
      `PDF of ${pages} pages: ${megabytes(bytes).toFixed(1)} MB, ${Math.round(pages / seconds)} pages a second`,
    )
    report(`PDF of ${pages} pages, first byte`, first / 1000, { atMost: 1 }, 's')
    report(`PDF of ${pages} pages, memory over that before`, megabytes(most), { atMost: 150 }, 'MB')
  }
  await app.close()
}

async function harvest(services: OpenServices, records: number): Promise<void> {
  await services.database.withConnection(connection =>
    connection.run(
      `execute block as
        declare I integer = 0;
        declare T integer;
      begin
        while (I < ${records}) do begin
          T = next value for OPR_Tree_SEQ;
          insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path, OT_State)
            values (:T, (select OD_ID from OPR_Domain where OD_Name = 'bench'), 1, 1, 'Title ' || :T, :I, '', 1);
          insert into OPR_Content (OC_ID, OC_OT_ID, OC_XML) values (next value for OPR_Content_SEQ, :T,
            '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Title ' || :T || '</title></titleInfo><recordInfo><recordIdentifier source="bench">' || :T || '</recordIdentifier></recordInfo></mods>');
          I = I + 1;
        end
      end`,
      [],
      600_000,
    ),
  )
  const followed = await time(() => follow(services))
  say(`${records.toLocaleString('en')} new titles followed up in ${(followed / 1000).toFixed(1)} s`)
  const app = await buildApp(services)
  await app.ready()
  global.gc?.()
  const before = process.memoryUsage().rss
  const times: number[] = []
  let count = 0
  const started = performance.now()
  for (let url = '/oai?verb=ListRecords&metadataPrefix=oai_dc'; url !== '';) {
    let text = ''
    times.push(
      await time(async () => {
        text = (await app.inject(url)).body
      }),
    )
    count += text.match(/<record>/g)?.length ?? 0
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(text)?.[1]
    url = token ? `/oai?verb=ListRecords&resumptionToken=${token}` : ''
  }
  const seconds = (performance.now() - started) / 1000
  say(`${count.toLocaleString('en')} records of oai_dc: ${Math.round(count / seconds)} a second`)
  report(
    'OAI-PMH: the last tenth of the answers against the first',
    median(times.slice(-times.length / 10)) / median(times.slice(1, times.length / 10)),
    { atMost: 1.5 },
  )
  report(
    'OAI-PMH: memory over that before',
    megabytes(process.memoryUsage().rss - before),
    { atMost: 100 },
    'MB',
  )
  await app.close()
}

/** Generated texts: words as frequent as words are, a page of 120. */
function index(folder: string, pages: number): void {
  const words = Array.from({ length: 50_000 }, (_, at) => `wort${at.toString(36)}`)
  const word = (): string => words[Math.floor(words.length * Math.random() ** 4)] as string
  const text = (): string => Array.from({ length: 120 }, word).join(' ')
  const engine = new SqliteIndex(join(folder, 'index/bench.sqlite'), 10_000, '')
  const perTitle = 200
  const started = performance.now()
  for (let title = 1; title * perTitle <= pages; title++)
    engine.apply(
      [
        {
          id: title,
          domainId: (title % 20) + 1,
          path: `|${title}|`,
          type: 'monograph',
          fields: {
            title: `titel ${word()} ${word()}`,
            person: word(),
            publisher: '',
            place: '',
            subject: '',
            identifier: String(title),
            other: '',
          },
          names: [],
          sort: {
            date: String(1500 + (title % 400)),
            release: '',
          },
          orders: [{ title: word(), person: '', place: '', publisher: '' }],
          dateFrom: `${1500 + (title % 400)}-01-01`,
          dateTo: `${1500 + (title % 400)}-12-31`,
          languages: ['ger'],
          pages: Array.from({ length: perTitle }, (_, at) => ({
            id: title * 1000 + at,
            label: `Seite ${at}`,
            text: text(),
          })),
          textTag: 'bench',
        },
      ],
      [],
      title,
    )
  const seconds = (performance.now() - started) / 1000
  const { bytes } = engine.size()
  say(
    `index of ${pages.toLocaleString('en')} pages: ${Math.round(pages / seconds)} pages a second, ${Math.round(megabytes(bytes))} MB`,
  )
  const ask = (fields: readonly ('title' | 'fulltext')[], match: 'all' | 'phrase', ...terms: string[]) => {
    const condition = {
      kind: 'terms' as const,
      fields,
      terms: { match, words: terms.map(each => ({ text: each, isPrefix: false })) },
    }
    const times: number[] = []
    let total = 0
    for (let round = 0; round < 9; round++) {
      const at = performance.now()
      ;({ total } = engine.titles({
        condition,
        scope: {},
        sort: [],
        order: 0,
        offset: 0,
        limit: 20,
        facets: true,
      }))
      times.push(performance.now() - at)
    }
    return { ms: median(times), total }
  }
  for (const [what, most, found] of [
    ['a word that is on few pages', 150, ask(['fulltext'], 'all', words[40_000] as string)],
    ['two words', 250, ask(['fulltext'], 'all', words[300] as string, words[500] as string)],
    ['a word that is on many pages', 1500, ask(['fulltext'], 'all', words[1] as string)],
    ['a title', 50, ask(['title'], 'all', words[300] as string)],
  ] as const)
    report(
      `search in ${pages.toLocaleString('en')} pages: ${what} (${found.total} titles, facets)`,
      found.ms,
      { atMost: most },
      'ms',
    )
  engine.close()
}

export async function benchStandards(sizes: {
  readonly records: number
  readonly pages: number
}): Promise<void> {
  const bench = await benchServer()
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-bench-var-'))
  try {
    const { server } = await bench.open('standards')
    mkdirSync(join(folder, 'import'))
    await makeSample(join(folder, 'import'))
    writeFileSync(join(folder, 'operator.key'), 'bench')
    const services = await servicesOn(server, folder, {
      FIREFOLIO_SEARCH_ON: 'false',
      FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
    })
    await services.database.inTransaction({ actor }, trx =>
      createDomain(trx, actor, { name: 'bench', caption: 'Bench' }),
    )
    const books = new Map<number, number>()
    for (const pages of [50, 100, 500, 1000, 5000]) books.set(pages, await book(services, 'monograph', pages))
    const runner = new JobRunner({
      db: services.db,
      services,
      handlers: jobHandlers as never,
      follow: () => follow(services),
      concurrency: 1,
      leaseS: 600,
      pollMs: 100,
      onEnd: () => {},
    })
    await runner.drain()
    await manifests(services, books)
    await pdfs(services, books)
    await harvest(services, sizes.records)
    await services.close()
    index(folder, sizes.pages)
  } finally {
    await bench.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
