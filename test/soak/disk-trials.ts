// What the disk is made to fail at: everything that the service writes beside its database. Each trial is something new each time.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import sharp from 'sharp'
import { followIndex, indexFolder, sortOrders } from '../../src/dissemination/search/index.ts'
import { SearchService } from '../../src/dissemination/search/service.ts'
import { Refusal } from '../../src/errors.ts'
import { isAlive, type PrivateServer, usePrivateServer } from '../../src/firebird/server/private-server.ts'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import { encodeJp2 } from '../../src/imaging/encode-jp2.ts'
import { Pack } from '../../src/imaging/pack/open.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { openIndex } from '../../src/search-index/sqlite-thread.ts'
import { createLog, openServices, operatorKey } from '../../src/services.ts'
import { sentenceOf } from '../../src/start-faults.ts'
import { DerivativeCache } from '../../src/storage/cache.ts'
import { pagesOf, putMaster } from '../support/images.ts'
import { aTitle, modsOf, type TestApp } from '../support/start.ts'
import { until } from '../support/until.ts'

/** What a trial came to: acknowledged, refused or put off as a fault of the disk, or something that must not be */
export type Outcome = 'stored' | 'refused' | { readonly odd: string }

export interface Trial {
  readonly name: string
  /** The folder whose calls are touched; that of the service where nothing is said */
  readonly folder?: (app: TestApp, n: number) => string
  /** Only calls of this process, not those of the programs that it starts */
  readonly alone?: boolean
  /** A call that is shortened may be refused: whoever made it does not go on with the rest */
  readonly mayRefuseShort?: boolean
  /** @param underFault does work while the fault waits for its call; what comes before and after meets none */
  readonly run: (
    app: TestApp,
    n: number,
    underFault: <T>(work: () => Promise<T>) => Promise<T>,
  ) => Promise<Outcome>
}

const scan = async (width = 300, height = 300): Promise<Buffer> =>
  await sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
    .tiff({ compression: 'none' })
    .toBuffer()
const ofStatus = (status: number, body: unknown): Outcome =>
  status < 300
    ? 'stored'
    : status === 503 || status === 507
      ? 'refused'
      : { odd: `${status} ${JSON.stringify(body).slice(0, 200)}` }
const isDisk = (error: unknown): boolean =>
  error instanceof Refusal && ['unavailable', 'insufficient-storage'].includes(error.reason)

/** Whether the archive has what a page says of its master. */
async function isWhole(app: TestApp, page: number): Promise<boolean> {
  const { body } = await app.call('GET', `/api/v1/pages/${page}`)
  const hash = String(body.hashsum).replace('sha256:', '')
  const bytes = readFileSync(join(app.folder, 'media/sha256', hash.slice(0, 2), hash))
  return bytes.length === body.filesize && createHash('sha256').update(bytes).digest('hex') === hash
}

const upload: Trial = {
  name: 'upload',
  run: async (app, _n, underFault) => {
    const [page = 0] = await pagesOf(app, await aTitle(app, { pages: 1, release: true }))
    const bytes = await scan()
    const { status, body } = await underFault(() => putMaster(app, page, bytes))
    if (status < 300 && !(await isWhole(app, page))) return { odd: `page ${page} is torn` }
    return ofStatus(status, body)
  },
}

const imported: Trial = {
  name: 'import',
  run: async (app, n, underFault) => {
    const folder = join(app.services.config.path.import, 'soak')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${n}.tif`), await scan())
    const manifest = Manifest.parse({
      domain: 'lib',
      type: 'monograph',
      release: true,
      mods: modsOf(`soak-${n}`, `Soak ${n}`),
      pages: [{ ident: `p${n}`, file: `soak/${n}.tif` }],
    })
    const actor = { name: 'soak', application: 'soak' }
    try {
      const options = { manifest, actor, hasIdempotencyKey: false }
      const { report, messages } = await underFault(() =>
        runItem(app.services, { source: 'manifest', options }),
      )
      if (!report && messages.some(({ code }) => code === 'insufficient-storage')) return 'refused'
      if (report?.outcome !== 'created')
        return { odd: `${report?.outcome}: ${messages.map(({ sentence }) => sentence).join(' ')}` }
      const [page = 0] = await pagesOf(app, report.titleId as number)
      return (await isWhole(app, page)) ? 'stored' : { odd: `page ${page} is torn` }
    } catch (error) {
      // thrown, the job is tried again
      return isDisk(error) ? 'refused' : { odd: String(error) }
    }
  },
}

/** Lets jobs that failed come at once. */
const makeDue = async (app: TestApp): Promise<void> =>
  void (await sql`update SYS_Job set SJ_RunAfterTS = current_timestamp where SJ_State = 0`.execute(
    app.services.db,
  ))

/** Whether the job that makes packs failed, and is to be tried again. */
const isWaiting = async (app: TestApp): Promise<boolean> =>
  (await app.services.db
    .selectFrom('SYS_Job')
    .select('SJ_ID')
    .where('SJ_UniqueKey', '=', 'images.ingest')
    .where('SJ_State', '=', 0)
    .executeTakeFirst()) !== undefined

/** What is wrong with the pack of a page that is made; undefined where it is as it must be. */
async function packFault(app: TestApp, page: number, size: readonly number[]): Promise<string | undefined> {
  const row = await app.services.db
    .selectFrom('OPR_Pack')
    .select(['OPK_Recipe as recipe', 'OPK_Width as width', 'OPK_Height as height'])
    .where('OPK_OT_ID', '=', page)
    .executeTakeFirstOrThrow()
  const recipe = row.recipe ?? ''
  if (`${row.width}×${row.height}` !== size.join('×')) return `${row.width}×${row.height} is recorded`
  const path = join(app.folder, 'packs', recipe.slice(0, 2), `${recipe}.tif`)
  try {
    Pack.open(path, recipe).close()
    for (let level = 0; level < 2; level++)
      await sharp(path, { page: level, failOn: 'warning' }).raw().toBuffer()
  } catch (error) {
    return String(error)
  }
  return undefined
}

/**
 * Runs the job that makes packs under the fault, then once more.
 * @param meanwhile how the image is answered until its pack is made: from its master, or not yet
 */
async function ingest(
  app: TestApp,
  page: number,
  size: readonly number[],
  underFault: <T>(work: () => Promise<T>) => Promise<T>,
  meanwhile = 200,
): Promise<Outcome> {
  const state = async (): Promise<string> =>
    (await app.call('GET', `/api/v1/pages/${page}/pack`)).body.state as string
  await underFault(() => app.drain())
  const first = await state()
  const image = await app.read(`/iiif/image/3/${page}/full/200,/0/default.jpg`)
  if (image.status !== (first === 'made' ? 200 : meanwhile))
    return { odd: `the image is ${image.status} while its pack is ${first}` }
  if (first === 'refused')
    return {
      odd: `the disk was taken for a fault of the master: ${(await app.call('GET', `/api/v1/pages/${page}/pack`)).body.verdict}`,
    }
  // one that failed would keep the packs of all other pages waiting
  if (first === 'made' && (await isWaiting(app))) return { odd: 'the pack is made, and its job has failed' }
  if (first !== 'made') {
    await makeDue(app)
    await app.drain()
    if ((await state()) !== 'made') return { odd: `the pack stays ${await state()}` }
  }
  const fault = await packFault(app, page, size)
  if (fault !== undefined) return { odd: fault }
  return first === 'made' ? 'stored' : 'refused'
}

/** Of two tiles and two levels */
const packed = { width: 520, height: 300 }

/** Masters that are decoded into a file before sharp reads them */
const decoded: Readonly<Record<string, () => Promise<Buffer>>> = {
  'image/jp2': async () => {
    const { width, height } = packed
    return await encodeJp2({ width, height, channels: 3, pixels: randomBytes(width * height * 3) }, 64)
  },
  'application/pdf': async () => {
    const { width, height } = packed
    const raw = { width, height, channels: 3 } as const
    const jpeg = await sharp(randomBytes(width * height * 3), { raw })
      .jpeg()
      .toBuffer()
    return pdfOfImage(jpeg, { width, height, isGrey: false })
  },
}

const aPage = async (app: TestApp, media = 'image/tiff'): Promise<number> => {
  const [page = 0] = await pagesOf(app, await aTitle(app, { pages: 1, release: true }))
  const bytes = await (decoded[media]?.() ?? scan(packed.width, packed.height))
  await putMaster(app, page, bytes, media)
  return page
}

/** What follows changes writes beside it, and has trials of its own. */
const packFolder = (app: TestApp): string => join(app.folder, 'packs')

const pack: Trial = {
  name: 'making a pack',
  folder: packFolder,
  run: async (app, _n, underFault) => await ingest(app, await aPage(app), [520, 300], underFault),
}

const decodedPacks = Object.keys(decoded).map((media): Trial => ({
  name: `making a pack of ${media}`,
  folder: packFolder,
  run: async (app, _n, underFault) => await ingest(app, await aPage(app, media), [520, 300], underFault, 503),
}))

const judged = Object.entries(decoded).map(([media, make]): Trial => ({
  name: `judging ${media}`,
  folder: () => join(tmpdir(), 'firefolio-probe-'),
  run: async (app, _n, underFault) => {
    const [page = 0] = await pagesOf(app, await aTitle(app, { pages: 1, release: true }))
    const bytes = await make()
    const { status, body } = await underFault(() => putMaster(app, page, bytes, media))
    return ofStatus(status, body)
  },
}))

const edited: Trial = {
  name: 'making a pack anew with edits',
  folder: packFolder,
  run: async (app, _n, underFault) => {
    const page = await aPage(app)
    await app.drain()
    const { status } = await app.call(
      'PATCH',
      `/api/v1/pages/${page}/pack`,
      { rotation: 90, crop: { x: 0, y: 0, width: 515, height: 300 } },
      { 'if-match': '*' },
    )
    if (status !== 200) return { odd: `the edit is ${status}` }
    return await ingest(app, page, [300, 515], underFault)
  },
}

/** How many titles a word brings; undefined where the search is not there for the moment. */
async function hits(app: TestApp, word: string): Promise<number | undefined> {
  const { status, body } = await app.read(`/api/v1/search?q=${word}`)
  if (status === 503) return undefined
  if (status !== 200) throw new Error(`the search is ${status}: ${JSON.stringify(body).slice(0, 200)}`)
  return body.total as number
}

const index: Trial = {
  name: 'taking a change into the search index',
  mayRefuseShort: true,
  run: async (app, n, underFault) => {
    const service = SearchService.of(app.services) as SearchService
    await aTitle(app, { title: `Indexed word${n}x`, release: true })
    try {
      const followed = await underFault(async () => {
        // a service that meets a fault here notes it and goes on
        const drained = await app.drain().then(
          () => true,
          () => false,
        )
        const outcome = await service.follow().then(
          () => true,
          () => false,
        )
        await hits(app, `word${n}x`)
        return drained && outcome
      })
      const found = await hits(app, `word${n}x`)
      if (followed && found !== 1) return { odd: `followed, and ${found} found` }
      await until(async () => (await hits(app, `word${n}x`)) === 1, 'the title in the index', 15_000)
      const all = await hits(app, 'indexed')
      const { length } = await app.services.db
        .selectFrom('OPR_Tree')
        .select('OT_ID')
        .where('OT_Caption', 'like', 'Indexed word%')
        .execute()
      if (all !== length) return { odd: `${all} of ${length} titles are found` }
      return followed ? 'stored' : 'refused'
    } catch (error) {
      return { odd: String(error) }
    }
  },
}

const releasedTitles = async (app: TestApp): Promise<number> =>
  (
    await app.services.db
      .selectFrom('OPR_Tree')
      .innerJoin('OPR_Content', 'OC_OT_ID', 'OT_ID')
      .select('OT_ID')
      .where('OT_State', '=', 1)
      .execute()
  ).length

const newIndex: Trial = {
  name: 'making a search index',
  mayRefuseShort: true,
  run: async (app, n, underFault) => {
    const { services } = app
    // the same few each time: more of them would make each time longer
    if ((await releasedTitles(app)) === 0)
      for (const title of ['One', 'Two', 'Three']) await aTitle(app, { title, release: true })
    // what was changed is noted before
    await app.drain()
    const file = join(indexFolder(services), `titles-trial-${n}.sqlite`)
    const make = async (): Promise<number> => {
      const made = openIndex(file, services.config.search.maxHits, sortOrders(services).mark)
      try {
        await followIndex(services, made)
        return (await made.size()).titles
      } finally {
        await made.close().catch(() => {})
      }
    }
    const first = await underFault(make).catch(() => undefined)
    const titles = await make()
    rmSync(file, { force: true })
    const expected = await releasedTitles(app)
    if (titles !== expected) return { odd: `${titles} of ${expected} titles` }
    if (first !== undefined && first !== expected) return { odd: `${first} of ${expected} titles at first` }
    return first === undefined ? 'refused' : 'stored'
  },
}

const cache: Trial = {
  name: 'keeping a rendering',
  run: async (app, n, underFault) => {
    const { cache: kept } = app.services
    const key = `trial-${n}`
    const bytes = randomBytes(40_000)
    const stored = await underFault(() =>
      kept.put(key, bytes).then(
        () => true,
        () => false,
      ),
    )
    const now = await kept.get(key)
    if (now !== undefined && !now.equals(bytes)) return { odd: 'a torn rendering is handed out' }
    if (stored && now === undefined) return { odd: 'what was kept is not there' }
    const anew = new DerivativeCache(join(app.folder, 'cache'), 1_000_000_000)
    await anew.prepare()
    const later = await anew.get(key)
    if (later !== undefined && !later.equals(bytes)) return { odd: 'a torn rendering is there after a start' }
    await kept.put(key, bytes)
    if (!(await kept.get(key))?.equals(bytes)) return { odd: 'it is not kept afterwards' }
    return stored ? 'stored' : 'refused'
  },
}

const purge: Trial = {
  name: 'removing renderings',
  folder: (app, n) => join(app.folder, `purged-${n}`),
  run: async (app, n, underFault) => {
    const folder = join(app.folder, `purged-${n}`)
    const kept = new DerivativeCache(folder, 100_000)
    await kept.prepare()
    for (const key of ['a', 'b']) await kept.put(key, randomBytes(45_000))
    // the third is one too many, then all go
    const done = await underFault(async () => {
      const put = await kept.put('c', randomBytes(45_000)).then(
        () => true,
        () => false,
      )
      const purged = await kept.purge({ toBytes: 0 }).then(
        () => true,
        () => false,
      )
      return put && purged
    })
    await kept.purge({ toBytes: 0 })
    const anew = new DerivativeCache(folder, 100_000)
    await anew.prepare()
    if (kept.bytes !== 0 || anew.bytes !== 0)
      return { odd: `${anew.bytes} bytes are left, ${kept.bytes} are known` }
    return done ? 'stored' : 'refused'
  },
}

const key: Trial = {
  name: "the operator's key",
  folder: (app, n) => join(app.folder, `key-${n}`),
  run: async (app, n, underFault) => {
    const config = {
      ...app.services.config,
      access: { ...app.services.config.access, operatorKey: '' },
      path: { ...app.services.config.path, var: join(app.folder, `key-${n}`) },
    }
    let told: string | undefined
    let outcome: Outcome = 'stored'
    try {
      told = (await underFault(async () => operatorKey(config))).key
    } catch (error) {
      outcome = /\n\s+at /.test(sentenceOf(error)) ? { odd: sentenceOf(error) } : 'refused'
    }
    const { key: now } = operatorKey(config)
    if (told !== undefined && told !== now) return { odd: 'the key that was told is another one now' }
    if (now.length !== 32) return { odd: `the key is ‘${now}’` }
    return outcome
  },
}

const starting: Trial = {
  name: 'the folders of a first start',
  folder: (app, n) => join(app.folder, `start-${n}`),
  alone: true,
  run: async (app, n, underFault) => {
    const folder = join(app.folder, `start-${n}`)
    const { config } = app.services
    const fresh = {
      ...config,
      access: { ...config.access, operatorKey: '' },
      path: {
        ...config.path,
        var: folder,
        varLarge: folder,
        varFast: folder,
        import: join(folder, 'import'),
      },
    }
    const begin = async (): Promise<void> => {
      const services = await openServices(fresh, createLog(config))
      await services.close()
    }
    let outcome: Outcome = 'stored'
    try {
      await underFault(begin)
    } catch (error) {
      outcome = /\n\s+at /.test(sentenceOf(error)) ? { odd: sentenceOf(error) } : 'refused'
    }
    await begin()
    rmSync(folder, { recursive: true })
    return outcome
  },
}

/** Starts a private server under the fault and ends it, then once more. */
async function firebird(
  folder: string,
  underFault: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Outcome> {
  const noted = (): number => {
    const file = join(folder, 'server.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : 0
  }
  const ended = async (server: PrivateServer): Promise<void> => {
    await server.release()
    if (isAlive(server.pid)) throw new Error('Firebird stays behind')
  }
  let outcome: Outcome = 'stored'
  try {
    await ended(await underFault(() => usePrivateServer(folder)))
  } catch (error) {
    outcome = /\n\s+at |stays behind/.test(sentenceOf(error)) ? { odd: sentenceOf(error) } : 'refused'
  }
  const pid = noted()
  if (pid !== 0 && isAlive(pid)) return { odd: `Firebird ${pid} runs on without a user` }
  const server = await usePrivateServer(folder)
  await ended(server)
  return outcome
}

const newServer: Trial = {
  name: 'the pid and password files of a new private Firebird server',
  folder: (app, n) => join(app.folder, `firebird-${n}`),
  alone: true,
  run: async (app, n, underFault) => {
    const folder = join(app.folder, `firebird-${n}`)
    try {
      return await firebird(folder, underFault)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const server: Trial = {
  name: 'the pid file of a private Firebird server that starts again',
  folder: app => join(app.folder, 'firebird-again'),
  alone: true,
  run: async (app, _n, underFault) => {
    const folder = join(app.folder, 'firebird-again')
    if (!existsSync(folder)) await (await usePrivateServer(folder)).release()
    return await firebird(folder, underFault)
  },
}

/** First an index of few titles: each trial behind it adds some. */
export const trials: readonly Trial[] = [
  newIndex, index, upload, imported, ...judged, pack, edited, ...decodedPacks, cache, purge, key, starting, server, newServer,
] // prettier-ignore
