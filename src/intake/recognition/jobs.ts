// texts.recognise: reads the pages below a node, or of all domains that have languages of their own, one after the other. A page is a
// transaction; a job that is taken up again goes on with the pages that it has not read.
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { recognitionLanguages } from '../../config/recognition-options.ts'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { readAlto } from '../../formats/alto/read.ts'
import { movedAlto } from '../../formats/alto/moved.ts'
import { decodeUtf8 } from '../../formats/xml/read.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { tryRoom } from '../../imaging/own-files.ts'
import { asItLies, find as findImage, type ImageRow } from '../../images/packs/index.ts'
import { archiveFor, domainConfiguration, listDomains } from '../../catalogue/domains/index.ts'
import { getPage } from '../../catalogue/pages/index.ts'
import { keepText, lifted, storeText } from '../../catalogue/texts/index.ts'
import { findNode, refreshTitles } from '../../catalogue/tree/index.ts'
import { placesOfAuthor, type placesOf, requireOfAuthor } from '../../people/sessions/index.ts'
import { record as log } from '../../system/log/index.ts'
import { NoProgram, readPage } from './engine.ts'
import * as repository from './repository.ts'

/** Bytes that the image of a page may take there, and what is read of it */
const roomForPage = 64 * 1024 * 1024

export const Order = z.strictObject({
  node: z.number().int().min(1).max(2_147_483_647).optional(),
  pages: z.enum(['missing', 'all']).default('missing'),
  languages: z.string().regex(recognitionLanguages).optional(),
  dryRun: z.boolean().optional(),
  only: z.array(z.number().int()).optional(),
})
export type Order = z.output<typeof Order>

export interface Recognised {
  readonly read: number
  /** Pages whose image was changed while they were read, or is gone: they are read by the next job */
  readonly passed: number
  /** Pages that an entry keeps from who ordered it */
  readonly refused: number
  /** Pages that could not be read, with the reason; the first thousand */
  readonly failed: readonly { readonly page: number; readonly reason: string }[]
}

const portion = 100
/** So many pages one after the other that cannot be read: the program is at fault, not they. */
const enough = 10

/** Languages of domains: their own, and those of server.ini. */
export async function languagesOf(services: Services, db: Db) {
  const own = new Map<number, string>()
  for (const domain of await listDomains(db, undefined)) {
    const found = (await domainConfiguration(services, db, domain)).find(each => each.key === 'ocr.languages')
    if (found && String(found.value) !== '') own.set(domain.id, String(found.value))
  }
  return { own, of: (domainId: number) => own.get(domainId) ?? services.config.ocr.languages }
}

/** What an order means; undefined where nothing can be meant. @throws Refusal not-found */
export async function wantedBy(
  services: Services,
  order: Order,
  own: ReadonlyMap<number, string>,
  before: Date,
): Promise<repository.Wanted | undefined> {
  const { node: id, pages, only } = order
  if (id === undefined)
    return own.size === 0 ? undefined : { path: undefined, domainIds: [...own.keys()], only, pages, before }
  const node = await findNode(services.db, id)
  if (!node) throw new Refusal('not-found', `There is no node ${id}.`)
  return { path: node.path, domainIds: undefined, only, pages, before }
}

/** ISO 639-2 of a single language; scripts and lists of languages say nothing about a block. */
const languageOf = (languages: string): string | undefined =>
  /^[a-z]{3}$/.test(languages) ? languages : undefined

async function recognise(
  services: Services,
  page: repository.Candidate,
  languages: string,
  actor: Actor,
): Promise<'read' | 'passed'> {
  const { db, archive, packs, config, database, types } = services
  const row = await findImage(db, page.id)
  if (!row?.recipe) return 'passed'
  // a watermark is no word of the page
  const read = row.unmarked ?? row.recipe
  const image = read === asItLies ? await archive.local(row.url ?? '') : await packs.local(read)
  const { command, timeout } = config.ocr
  const found = await readPage(
    { command, timeout, maxBytes: config.limits.metadataBytes },
    image,
    languages,
    page.density,
  )
  const kept = await keepText(
    services,
    await archiveFor(services, row.domainId, 'texts'),
    ofMaster(found, row, languages),
    `What was read of page ${page.id}`,
  )
  return await database.inTransaction({ actor }, async trx => {
    const now = await findImage(trx, page.id)
    // another image meanwhile, or none
    if ((now?.unmarked ?? now?.recipe) !== read || now?.hashsum !== row.hashsum) return 'passed'
    const { path, width, height } = await getPage(trx, page.id)
    if (await storeText(trx, page.id, kept, { width, height })) {
      const data = { hashsum: `sha256:${kept.sha256}`, languages }
      await log(trx, { entity: 'page', entityId: page.id, action: 'recognise-text', actor, data })
      await refreshTitles(trx, types, [path])
      await requireOfAuthor(services, trx, actor.name, 'text:write')
    }
    return 'read'
  })
}

/** The text with its boxes on the master: the image that was read is cropped, mirrored and turned. */
function ofMaster(
  found: { readonly alto: Buffer; readonly width: number; readonly height: number },
  row: ImageRow,
  languages: string,
): Buffer {
  const { rotation, mirrored, cropX, cropY, cropWidth, cropHeight } = row
  const isTurned = rotation === 90 || rotation === 270
  const upright = {
    width: isTurned ? found.height : found.width,
    height: isTurned ? found.width : found.height,
  }
  const master = { width: row.masterWidth ?? upright.width, height: row.masterHeight ?? upright.height }
  const crop =
    cropX === null || cropY === null || cropWidth === null || cropHeight === null
      ? undefined
      : { x: cropX, y: cropY, width: cropWidth, height: cropHeight }
  const move = (box: Parameters<typeof lifted>[0]) =>
    lifted(box, { master, crop, mirrored: mirrored === 1, rotation: rotation ?? 0 })
  const source = decodeUtf8(found.alto)
  // boxes of other forms would stay on the image that was read
  readAlto(source, { name: 'What was read' })
  return Buffer.from(movedAlto(source, master, move, languageOf(languages)))
}

/** How many pages an order means, of those that its author may have read. */
export async function countFor(
  db: Db,
  wanted: repository.Wanted,
  isAllowed: ReturnType<typeof placesOf>,
): Promise<number> {
  if (!isAllowed) return await repository.count(db, wanted)
  let found = 0
  for (let after = 0; ;) {
    const pages = await repository.candidates(db, wanted, after, 1000)
    if (pages.length === 0) return found
    found += pages.filter(isAllowed).length
    after = (pages.at(-1) as repository.Candidate).id
  }
}

/** Reads what an order asks for. @throws Refusal not-processable where the program is not installed or reads no page */
export async function recogniseAll(
  services: Services,
  order: Order,
  actor: Actor,
  before: Date,
  onPage: (done: number, total: number) => Promise<void>,
): Promise<Recognised> {
  const { db } = services
  const languages = await languagesOf(services, db)
  const wanted = await wantedBy(services, order, languages.own, before)
  if (!wanted) return { read: 0, passed: 0, refused: 0, failed: [] }
  const total = await countFor(db, wanted, await placesOfAuthor(services, actor.name, 'text:write'))
  if (order.dryRun) return { read: total, passed: 0, refused: 0, failed: [] }
  const failed: { page: number; reason: string }[] = []
  let [read, passed, refused, done, inVain] = [0, 0, 0, 0, 0]
  for (let after = 0; ;) {
    const pages = await repository.candidates(db, wanted, after, portion)
    if (pages.length === 0) break
    after = (pages.at(-1) as repository.Candidate).id
    // entries of now: a long job outlasts the rights that it was ordered with
    const isAllowed = await placesOfAuthor(services, actor.name, 'text:write')
    for (const page of pages) {
      if (isAllowed && !isAllowed(page)) {
        refused++
        continue
      }
      try {
        const outcome = await recognise(services, page, order.languages ?? languages.of(page.domainId), actor)
        if (outcome === 'read') read++
        else passed++
        inVain = 0
      } catch (error) {
        if (!(error instanceof Refusal) || error instanceof NoProgram) throw error
        // the program may have had no room for what it wrote, and said something else
        await tryRoom(join(tmpdir(), `firefolio-ocr-${randomUUID()}`), roomForPage)
        if (failed.length < 1000) failed.push({ page: page.id, reason: error.message })
        if (++inVain >= enough)
          throw new Refusal(
            'not-processable',
            `${enough} pages one after the other could not be read, the last one, ${page.id}, because: ${error.message}`,
            {},
            error,
          )
      }
      await onPage(++done, Math.max(total, done))
    }
  }
  const [first] = failed
  if (first && read + passed === 0)
    throw new Refusal('not-processable', `No page could be read; page ${first.page}: ${first.reason}`)
  return { read, passed, refused, failed }
}

export const recogniseJob: JobHandler<Services> = async (services, { job, progress }) =>
  await recogniseAll(
    services,
    Order.parse(job.payload ?? {}),
    { name: job.actor ?? 'job', application: 'texts.recognise' },
    job.createdAt,
    progress,
  )
