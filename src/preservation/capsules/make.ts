// Makes a capsule: written as a draft, read again as a whole, kept, and only then recorded. Killed at any moment, there is a whole capsule that the
// database knows, or one that the next run records, or none.
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { schemaVersion } from '../../firebird/migrate.ts'
import { readManifest } from '../../formats/bagit/bag.ts'
import type { Services } from '../../http/module.ts'
import { operatorPrincipal } from '../../http/principal.ts'
import { version } from '../../root.ts'
import { record } from '../../system/log/index.ts'
import type { BagStore } from '../../storage/bags.ts'
import { readPagination } from '../../catalogue/pages/index.ts'
import { metsOfObject } from '../../dissemination/mets/index.ts'
import { loadObject } from '../../dissemination/objects/index.ts'
import { asBytes, BagWriter } from './bag-writer.ts'
import { type CapsuleFile, digestOf, filesOf } from './files.ts'
import { pointTo } from './freed.ts'
import { enter } from './phases.ts'
import { premisOf } from './premis-of-title.ts'
import * as repository from './repository.ts'
import { asLine, nodesBelow, rowFiles } from './rows.ts'
import type { StoredRow } from './tables.ts'
import { capsuleStore, readCapsule } from './read.ts'
import { recordDelivered } from './record-delivered.ts'
import { textIn, verifyBag } from './verify.ts'

export type Progress = (done: number, total?: number) => Promise<void>

/** @throws Refusal not-found, not-processable where a title stands above */
async function topTitle(services: Services, id: number): Promise<repository.TopTitle> {
  const title = await repository.findTitle(services.db, id)
  if (!title || title.datatype !== services.types.code('title'))
    throw new Refusal('not-found', `There is no title ${id}.`)
  if (title.titleAbove !== null)
    throw new Refusal(
      'not-processable',
      `Title ${id} belongs to title ${title.titleAbove}; capsules are made of the title at the top.`,
    )
  return title
}

/** What the capsules since the last full one hold already; undefined where one of them is not at hand, so that a full one is due. */
async function deliveredFiles(
  store: BagStore,
  capsules: readonly repository.Capsule[],
): Promise<Map<string, string> | undefined> {
  const known = new Map<string, string>()
  const from = capsules.findLastIndex(({ kind }) => kind === 'full')
  for (const { name } of capsules.slice(Math.max(0, from))) {
    const text = await textIn(store.bag(name), 'manifest-sha256.txt')
    const entries = text === undefined ? '' : readManifest(text)
    if (typeof entries === 'string') return undefined
    for (const { path } of entries) {
      const digest = digestOf(path)
      if (digest !== undefined) known.set(digest, `${name}/${path}`)
    }
  }
  return from < 0 ? undefined : known
}

/** A freed master lies in an earlier capsule. @throws Refusal not-processable where that is in no place */
async function sourceOf({ bags, archive }: Services, { freed, what, address }: CapsuleFile) {
  if (!freed) return archive.read(address)
  const bag = await bags.find(freed.capsule)
  if (bag) return bag.read(freed.file)
  throw new Refusal(
    'not-processable',
    `The ${what} ${address} was freed, and its capsule ${freed.capsule} is in no place of [capsules].`,
  )
}

async function* checked(services: Services, file: CapsuleFile): AsyncGenerator<Uint8Array> {
  const source = await sourceOf(services, file)
  try {
    for await (const chunk of source) yield chunk as Buffer
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const where = file.freed ? ` of the capsule ${file.freed.capsule}` : ''
    throw new Refusal(
      'not-processable',
      `The ${file.what} ${file.address}${where} cannot be read (${code ?? 'unknown'}); no capsule is made of a title that is not whole. Run firefolio ${file.freed ? 'check --only capsules' : 'fixity check --title'}.`,
      {},
      error,
    )
  } finally {
    if ('destroy' in source) source.destroy()
  }
}

class CapsuleMaker {
  readonly #services: Services
  readonly #bag: BagWriter
  readonly #title: repository.TopTitle
  readonly #progress: Progress

  constructor(services: Services, bag: BagWriter, title: repository.TopTitle, progress: Progress) {
    this.#services = services
    this.#bag = bag
    this.#title = title
    this.#progress = progress
  }

  /** Rows as JSON lines. @returns the lines of the log among them, and the titles */
  async rows(trx: Db): Promise<{ log: StoredRow[]; titles: number[] }> {
    const ids = await nodesBelow(trx, this.#title.path)
    const log: StoredRow[] = []
    const titles: number[] = []
    const mods: { id: number; xml: string }[] = []
    for (const file of rowFiles(trx, ids, this.#title.path, new Set())) {
      const lines = async function* () {
        for await (const row of file.rows()) {
          if (file.name === 'SYS_Log') log.push(row)
          if (file.name === 'OPR_Content') {
            titles.push(row['OC_OT_ID'] as number)
            if (typeof row['OC_XML'] === 'string' && row['OC_XML'] !== '')
              mods.push({ id: row['OC_OT_ID'] as number, xml: row['OC_XML'] })
          }
          yield asLine(row)
        }
      }
      await this.#bag.add(`rows/${file.name}.ndjson`, asBytes(lines()))
      for (const { id, xml } of mods.splice(0)) await this.#bag.addText(`mods/${id}.xml`, xml)
      await this.#progress(this.#bag.files)
    }
    return { log, titles }
  }

  /** METS of each title that is an object of its own, for those who do not know our tables. */
  async mets(titles: readonly number[]): Promise<void> {
    const services = this.#services
    const pagination = readPagination()
    const objects = [this.#title.id]
    for (let id = objects.shift(); id !== undefined; id = objects.shift()) {
      const object = await loadObject(services, services.db, operatorPrincipal, id)
      const xml = await metsOfObject(services, services.db, object, pagination)
      await this.#bag.addText(`mets/${id}.xml`, `<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`)
      objects.push(...object.members.map(member => member.id).filter(member => titles.includes(member)))
      await this.#progress(this.#bag.files)
    }
  }

  async files(files: readonly CapsuleFile[]): Promise<void> {
    for (const file of files) {
      const digest = await this.#bag.add(file.path, checked(this.#services, file))
      if (`sha256:${digest}` !== file.expected)
        throw new Refusal(
          'not-processable',
          `The ${file.what} ${file.address} is damaged; no capsule is made of it. Run firefolio fixity check --title ${this.#title.id}.`,
        )
      await this.#progress(this.#bag.files)
    }
  }
}

export interface MadeCapsule {
  readonly name: string
  readonly kind: repository.CapsuleKind
  readonly files: number
  readonly bytes: number
}

/** What has been delivered of a title where another capsule is due; undefined where nothing has changed. */
async function deliveredBefore(
  db: Db,
  title: repository.TopTitle,
  isFull: boolean,
): Promise<readonly repository.Capsule[] | undefined> {
  const earlier = await repository.ofTitle(db, title.id)
  const last = earlier.at(-1)
  return last && !isFull && !(await repository.changedSince(db, title.path, last.moment))
    ? undefined
    : earlier
}

/** Whether `makeCapsule` would make one. */
export async function isCapsuleDue(services: Services, id: number, isFull: boolean): Promise<boolean> {
  const title = await topTitle(services, id)
  return (await deliveredBefore(services.db, title, isFull)) !== undefined
}

/**
 * Makes the next capsule of a title: a full one first, then what has changed.
 * @returns undefined where nothing has changed since the last one
 */
export async function makeCapsule(
  services: Services,
  id: number,
  options: { readonly actor: Actor; readonly full?: boolean; readonly progress?: Progress },
): Promise<MadeCapsule | undefined> {
  const store = capsuleStore(services)
  const { db } = services
  const title = await topTitle(services, id)
  const dueAfter = () => deliveredBefore(db, title, options.full ?? false)
  let earlier = await dueAfter()
  // one that was kept by a process that ended before it was recorded
  if (earlier && (await adoptNext(services, store, title, earlier))) earlier = await dueAfter()
  if (!earlier) return undefined
  const delivered = options.full ? undefined : await deliveredFiles(store, earlier)
  const kind = delivered === undefined ? 'full' : 'increment'
  const number = (earlier.at(-1)?.number ?? 0) + 1
  const began = new Date()
  const draft = await store.begin(`${nameOf(id, number)}${began.toISOString().replace(/[-:]|\.\d+/g, '')}`)
  const { name } = draft
  try {
    const bag = new BagWriter(draft)
    const maker = new CapsuleMaker(services, bag, title, options.progress ?? (async () => {}))
    const { moment, files, log, titles } = await services.database.inTransaction(
      { isolation: 'snapshot', readOnly: true },
      async trx => {
        const moment = await repository.momentOf(trx)
        const files = await filesOf(trx, title)
        return { moment, files, ...(await maker.rows(trx)) }
      },
    )
    enter('write', name)
    await maker.mets(titles)
    await maker.files(files.filter(file => !delivered?.has(file.sha256)))
    const premisFiles = files.map(({ sha256, premis }) => {
      const elsewhere = delivered?.get(sha256)
      return elsewhere === undefined ? premis : { ...premis, path: `../${elsewhere}` }
    })
    await bag.add('premis.xml', asBytes(premisOf(title, premisFiles, log, began)))
    const counts = { files: bag.files, bytes: bag.bytes }
    const { organisation, contact } = services.config.capsules
    const digest = await bag.close([
      ...(organisation === '' ? [] : [['Source-Organization', organisation] as const]),
      ...(contact === '' ? [] : [['Contact-Email', contact] as const]),
      ['External-Description', title.caption ?? `Title ${id}`],
      ['Bagging-Date', began.toISOString().slice(0, 10)],
      ['External-Identifier', name],
      ['Bag-Group-Identifier', `title-${id}`],
      ['Bag-Count', `${number} of ?`],
      ['Bag-Software-Agent', `firefolio/${version}`],
      ['Capsule-Schema', schemaVersion],
      ['Internal-Sender-Identifier', String(id)],
      ['Capsule-Kind', kind],
      ['Capsule-Moment', moment.toISOString()],
    ])
    enter('seal', name)
    const read = await verifyBag(draft)
    if (read.faults.length > 0 || read.digest !== digest)
      throw new Refusal(
        'unavailable',
        `The capsule was read again and is not what was written: ${read.faults[0] ?? 'another tag manifest'}`,
      )
    await draft.keep()
    enter('kept', name)
    const freed = files.filter(file => file.freed && !delivered?.has(file.sha256))
    await recordMade(services, options.actor, freed, {
      titleId: id,
      number,
      kind,
      name,
      caption: title.caption,
      digest,
      ...counts,
      moment,
    })
    enter('recorded', name)
    return { name, kind, ...counts }
  } catch (error) {
    // another one has made the same capsule meanwhile, or the database is away: what is not recorded is not delivered
    if (!(error instanceof FirebirdFault && error.kind === 'unknown-outcome'))
      await draft.discard().catch(() => {})
    throw error
  }
}

/** How names of the capsules of a title with a number begin. */
const nameOf = (titleId: number, number: number): string =>
  `title-${titleId}-${String(number).padStart(4, '0')}-`

async function recordMade(
  { database, db }: Services,
  actor: Actor,
  freed: readonly CapsuleFile[],
  capsule: Parameters<typeof repository.insert>[1],
): Promise<void> {
  const { titleId, number, name, kind, digest, files, bytes } = capsule
  try {
    await database.inTransaction({ actor }, async trx => {
      await repository.insert(trx, capsule)
      await pointTo(
        trx,
        name,
        freed.map(({ path }) => `data/${path}`),
      )
      await record(trx, {
        entity: 'title',
        entityId: titleId,
        action: 'capsule',
        actor,
        data: { name, kind, digest, files, bytes },
      })
    })
  } catch (error) {
    // another run has seen it meanwhile, and recorded it
    const known = await repository.ofTitle(db, titleId).catch(() => [])
    if (!known.some(each => each.number === number && each.name === name)) throw error
  }
}

/** Records the next capsule of a title where it lies there whole. @returns whether there was one */
async function adoptNext(
  services: Services,
  store: BagStore,
  title: repository.TopTitle,
  earlier: readonly repository.Capsule[],
): Promise<boolean> {
  const last = earlier.at(-1)
  for await (const name of store.names(nameOf(title.id, (last?.number ?? 0) + 1))) {
    const capsule = await readCapsule(store.bag(name)).catch((error: unknown) => {
      if (error instanceof Refusal && error.reason === 'not-processable') return undefined
      throw error
    })
    const moment = new Date(capsule?.bag.info.get('Capsule-Moment') ?? 0)
    if (!capsule || capsule.titleId !== title.id || (last && moment < last.moment)) continue
    const recorded = await services.database.inTransaction({}, trx =>
      recordDelivered(services, trx, [capsule], title.caption),
    )
    if (recorded > 0) return true
  }
  return false
}
