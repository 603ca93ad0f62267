// A run: open findings first, then the files of its scope in the order of their addresses. Where it was ended, by a kill or the end of its
// portion, the next one goes on.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { compare, Pace, type Verdict } from './compare.ts'
import { isKept, type KeptFile, keptFiles, type Scope, shareOf } from './kept-files.ts'
import type { MasterStore } from '../../storage/stores.ts'
import { type Belonging, Places } from './places.ts'
import { repairFindings } from './repair.ts'
import { moment } from '../../http/moment.ts'
import * as repository from './repository.ts'

/** What a run is asked for; nothing asks for the next portion of the round. */
export const Wanted = z.strictObject({
  all: z.literal(true).optional().meta({ description: 'The whole archive, now' }),
  title: z.number().int().min(1).optional().meta({ description: 'A node with all below it' }),
  since: moment('What has changed since').optional(),
})
export type Wanted = z.output<typeof Wanted>

export interface RunReport {
  readonly files: number
  readonly bytes: number
  /** Of this run */
  readonly found: number
  readonly repaired: number
  /** Findings that are open now */
  readonly open: number
}

const msPerDay = 86_400_000
/** How often a run says how far it is, and keeps its place */
const noteEveryMs = 2000

async function scopeOf(services: Services, wanted: Wanted): Promise<Scope> {
  if (wanted.title !== undefined) {
    const row = await services.db
      .selectFrom('OPR_Tree')
      .select('OT_Path as path')
      .where('OT_ID', '=', wanted.title)
      .executeTakeFirst()
    if (!row) throw new Refusal('not-found', `There is no tree node ${wanted.title}.`)
    return { kind: 'title', id: wanted.title, path: row.path }
  }
  if (wanted.since !== undefined) return { kind: 'since', moment: new Date(wanted.since) }
  return { kind: wanted.all ? 'all' : 'round' }
}

const keyOf = (scope: Scope): string =>
  scope.kind === 'title'
    ? `title:${scope.id}`
    : scope.kind === 'since'
      ? `since:${scope.moment.toISOString()}`
      : scope.kind

/** The run to go on with, and how much of the archive it may have done today; undefined where the round is done for now. */
async function runOf(
  services: Services,
  scope: Scope,
): Promise<{ run: repository.Run; upTo: number } | undefined> {
  const { days } = services.config.fixity
  const last = await repository.lastRun(services.db, keyOf(scope))
  const ageDays = last ? (Date.now() - last.beganAt.getTime()) / msPerDay : 0
  if (scope.kind !== 'round') {
    const run = last && !last.endedAt ? last : await repository.beginRun(services.db, keyOf(scope))
    return { run, upTo: 1 }
  }
  if (last && !last.endedAt) return { run: last, upTo: Math.min(1, (ageDays + 1) / days) }
  // half a day of grace: a job of each night comes now and then a few seconds earlier than the day before
  if (last && ageDays < days - 0.5) return undefined
  return { run: await repository.beginRun(services.db, keyOf(scope)), upTo: 1 / days }
}

class FixityRun {
  readonly #services: Services
  readonly #progress: (files: number) => Promise<void>
  readonly #pace: Pace
  #files = 0
  #bytes = 0
  #found = 0
  #isThere = false
  #places: Places | undefined
  #noted = { files: 0, bytes: 0, found: 0, at: Date.now() }

  constructor(services: Services, progress: (files: number) => Promise<void>) {
    this.#services = services
    this.#progress = progress
    this.#pace = new Pace(services.config.fixity.bytesPerSecond)
  }

  async #compare(
    file: KeptFile,
    { places }: Pick<Belonging, 'places'>,
    onBytes: () => Promise<void>,
  ): Promise<Verdict> {
    const { archive, stores, config } = this.#services
    const isAnywhere = config.stores.mastersCopy === '' && (await this.#where()).isOne
    const within = isAnywhere ? [] : places.map(name => stores.byName.get(name) as MasterStore)
    const isCopied = config.stores.mastersCopy !== ''
    const verdict = await compare(archive, within, isCopied, file, this.#pace, onBytes)
    // a disk that is not mounted is one fault, not a million lost files
    if (!verdict.isGood && verdict.fault === 'missing' && !this.#isThere) {
      if (!(await archive.isThere()))
        throw new Refusal(
          'unavailable',
          `Nothing was compared: ${archive.called} holds no files at all; is its disk mounted?`,
        )
      this.#isThere = true
    }
    return verdict
  }

  async #where(): Promise<Places> {
    return (this.#places ??= await Places.read(this.#services))
  }

  async #note(run: repository.Run, cursor: string | null, isEnd: boolean): Promise<void> {
    const { files, bytes, found } = this.#noted
    await repository.noteSteps(
      this.#services.db,
      run.id,
      { cursor, files: this.#files - files, bytes: this.#bytes - bytes, findings: this.#found - found },
      isEnd,
    )
    this.#noted = { files: this.#files, bytes: this.#bytes, found: this.#found, at: Date.now() }
    await this.#progress(this.#files)
  }

  /** Ends the findings whose file is good again, or needed by nothing any more. */
  async #lookAgain(): Promise<void> {
    const { db } = this.#services
    for await (const finding of repository.openFindings(db)) {
      // capsules are read as a whole, by the module that makes them
      if (finding.what === 'capsule') continue
      if (!(await isKept(db, finding.address))) {
        await repository.endFinding(db, finding.id, 'unneeded')
        continue
      }
      const belonging = (await (await this.#where()).ofFiles([finding.address]))(finding.address)
      const verdict = await this.#compare(finding, belonging, async () => {})
      if (verdict.isGood) await repository.endFinding(db, finding.id, 'good')
      else await repository.noteFinding(db, finding, verdict)
      await this.#progress(this.#files)
    }
  }

  async #goThrough(scope: Scope, run: repository.Run, upTo: number): Promise<void> {
    let { cursor } = run
    const inTime = async () => {
      if (Date.now() - this.#noted.at >= noteEveryMs) await this.#note(run, cursor, false)
    }
    const files = keptFiles(this.#services.db, scope, run.cursor)
    const where = await this.#where()
    const isWhole = scope.kind === 'all' || scope.kind === 'round'
    for await (const [file, belonging] of isWhole
      ? where.along(files, ({ address }) => address)
      : where.alongNodes(files)) {
      if (shareOf(file.address) > upTo) return await this.#note(run, cursor, false)
      const verdict = await this.#compare(file, belonging, inTime)
      this.#files++
      this.#bytes += verdict.bytes ?? 0
      if (!verdict.isGood) {
        this.#found++
        await repository.noteFinding(this.#services.db, file, verdict)
      }
      cursor = file.address
      await inTime()
    }
    await this.#note(run, cursor, true)
  }

  async go(wanted: Wanted): Promise<RunReport> {
    const scope = await scopeOf(this.#services, wanted)
    await this.#lookAgain()
    const next = await runOf(this.#services, scope)
    if (next) await this.#goThrough(scope, next.run, next.upTo)
    const { repaired, open } = this.#services.config.fixity.repair
      ? await repairFindings(this.#services)
      : { repaired: 0, open: await repository.countOpen(this.#services.db) }
    return { files: this.#files, bytes: this.#bytes, found: this.#found, repaired, open }
  }
}

/** Compares kept files with their hashes. @throws Refusal not-found, unavailable where the archive is not there */
export const checkFixity = (
  services: Services,
  wanted: Wanted,
  progress: (files: number) => Promise<void>,
): Promise<RunReport> => new FixityRun(services, progress).go(wanted)
