// One run of a harvest: list by list, each record an operation of its own, the place noted after each list. A run that was interrupted goes on
// with its token; where the repository no longer knows the token, it begins again from the date of the last complete run.
import { Refusal } from '../../errors.ts'
import type { XmlElement } from '../../formats/xml/read.ts'
import type { Services } from '../../http/module.ts'
import { type ImportReport, storeInTurn } from '../imports/index.ts'
import { Circles } from './circles.ts'
import { ask } from './client.ts'
import { fromOf, identify, lookedAt, type Repository } from './identify.ts'
import * as repository from './repository.ts'
import type { Harvest } from './repository.ts'
import { nameless, type ReadAnswer } from './salvage.ts'
import { follow, type Harvested, type HarvestWay, type PreparedRecord, readRecord } from './take.ts'

export interface HarvestReport {
  created: number
  updated: number
  unchanged: number
  deleted: number
  failed: number
  /** The first refusals, each with the identifier of its record */
  readonly failures: { identifier: string; sentence: string }[]
}
export interface HarvestProgress {
  (done: number, total: number | undefined): Promise<void> | void
}

const mostFailures = 50
/** Tokens of the run before, and those of a repository that was started anew meanwhile */
const mostForgotten = 2

const signEveryMs = 20_000

/**
 * One run; two runs of one harvest never overlap. What came of it is noted with the harvest, whether it ends well or not.
 * @throws Refusal busy while another run is under way; unavailable, bad-xml, not-processable where the repository is at fault
 */
export async function runHarvest(
  services: Services,
  id: number,
  onProgress: HarvestProgress = () => {},
): Promise<HarvestReport> {
  const { db } = services
  const harvest = await repository.find(db, id)
  if (!harvest) throw new Refusal('not-found', `There is no harvest ${id}.`)
  if (!(await repository.begin(db, id))) throw new Refusal('busy', `Harvest ${id} is running already.`)
  const sign = setInterval(
    () => void repository.note(db, id, { runAt: new Date() }).catch(() => {}),
    signEveryMs,
  )
  try {
    const report = await new Run(services, harvest, onProgress).toEnd()
    clearInterval(sign)
    await repository.note(db, id, { runAt: null, succeededAt: new Date(), fault: null })
    return report
  } catch (error) {
    clearInterval(sign)
    const fault = error instanceof Error ? error.message : String(error)
    const beginsAnew = error instanceof Refusal && error.details['beginsAnew'] === true
    await repository.note(db, id, {
      runAt: null,
      failedAt: new Date(),
      fault,
      // a token that leads in a circle, or nowhere, is not followed again
      ...(beginsAnew ? { token: null, started: null } : {}),
    })
    throw error
  } finally {
    clearInterval(sign)
  }
}

/**
 * One pass over all that a repository has, of which nothing is noted: begun again, it looks at every record again.
 * @throws Refusal unavailable, bad-xml, not-processable where the repository is at fault
 */
export const passOnce = (
  services: Services,
  key: Omit<repository.HarvestKey, 'domainId'> & { readonly release: boolean },
  way: HarvestWay,
  onProgress: HarvestProgress = () => {},
): Promise<HarvestReport> => {
  // a domain that is not there yet has taken nothing that a deletion could lead to
  const domainId = typeof way.domain === 'function' ? 0 : way.domain.id
  return new Run(services, repository.unkept({ ...key, domainId }), onProgress, way).toEnd()
}

class Run {
  readonly #services: Services
  readonly #harvest: Harvest
  readonly #onProgress: HarvestProgress
  readonly #way: HarvestWay | undefined
  readonly #report: HarvestReport = {
    created: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    failed: 0,
    failures: [],
  }
  #circles: Circles
  #forgotten = 0
  #token: string | undefined
  #started: string | undefined
  #done = 0

  constructor(services: Services, harvest: Harvest, onProgress: HarvestProgress, way?: HarvestWay) {
    this.#services = services
    this.#way = way
    this.#harvest = harvest
    this.#onProgress = onProgress
    this.#circles = new Circles(harvest.baseUrl)
    this.#token = harvest.token ?? undefined
    this.#started = harvest.started ?? undefined
  }

  async toEnd(): Promise<HarvestReport> {
    const { config } = this.#services
    const { baseUrl, everyHours } = this.#harvest
    let of = await identify(baseUrl, config.harvest)
    for (;;) {
      const answer = await ask(baseUrl, this.#request(of), config.harvest)
      const error = answer.root.first('error')
      if (error) {
        const again = await this.#afterError(error, of)
        if (again) {
          of = again
          continue
        }
      }
      // taken for an empty list, it would move the date that the next run asks from
      if (!error && !answer.root.first('ListRecords'))
        throw new Refusal(
          'not-processable',
          `${baseUrl} answered ListRecords with neither records nor a fault.`,
        )
      this.#started ??= lookedAt(answer.root.first('responseDate')?.text)
      await this.#list(answer)
      if (this.#token === undefined || this.#way?.isStopped()) break
      await this.#note({ token: this.#token, started: this.#started.slice(0, 20) })
    }
    const { created, updated, unchanged, deleted, failed } = this.#report
    await this.#note({
      from: this.#started.slice(0, 20),
      token: null,
      started: null,
      next: everyHours === null ? null : new Date(Date.now() + everyHours * 3_600_000),
      message: `${created} created, ${updated} updated, ${unchanged} unchanged, ${deleted} deleted, ${failed} failed${of.keepsDeletions ? '' : '; the repository does not keep deletions, so not all may be known'}`,
    })
    return this.#report
  }

  /** A pass that is not kept has no row to note its place in. */
  async #note(position: repository.Position): Promise<void> {
    if (!this.#way) await repository.note(this.#services.db, this.#harvest.id, position)
  }

  #request(of: Repository): Record<string, string> {
    if (this.#token !== undefined) return { verb: 'ListRecords', resumptionToken: this.#token }
    const { metadataPrefix, set, from } = this.#harvest
    const asked = fromOf(from, of)
    return {
      verb: 'ListRecords',
      metadataPrefix,
      ...(set === '' ? {} : { set }),
      ...(asked === undefined ? {} : { from: asked }),
    }
  }

  /** @returns how to ask again; undefined where there is nothing new. @throws Refusal not-processable */
  async #afterError(error: XmlElement, of: Repository): Promise<Repository | undefined> {
    const code = error.attribute('code')
    if (code === 'badResumptionToken' && this.#token !== undefined) {
      if (++this.#forgotten > mostForgotten)
        throw new Refusal(
          'not-processable',
          `${this.#harvest.baseUrl} no longer knows the resumption tokens that it gives (badResumptionToken after ${this.#done} records). What was taken stays; the next run begins anew.`,
          { beginsAnew: true },
        )
      // the repository has forgotten: what was taken before is taken again, and found unchanged
      this.#circles = new Circles(this.#harvest.baseUrl)
      this.#token = undefined
      this.#started = undefined
      await this.#note({ token: null, started: null })
      return of
    }
    // some say seconds, and take days alone
    if (code === 'badArgument' && !of.isByDay && this.#harvest.from !== null) return { ...of, isByDay: true }
    if (code === 'noRecordsMatch') return undefined
    throw new Refusal('not-processable', `${this.#harvest.baseUrl}: ${code}: ${error.text}`)
  }

  async #list({ source, root, faults }: ReadAnswer): Promise<void> {
    const report = this.#report
    for (const fault of faults) {
      report.failed++
      if (report.failures.length < mostFailures) report.failures.push(fault)
    }
    const list = root.first('ListRecords')
    const resumption = list?.first('resumptionToken')
    const size = Number(resumption?.attribute('completeListSize') ?? Number.NaN)
    const records = list?.all('record') ?? []
    const token = resumption?.text || undefined
    const identifiers = records.map(record => record.first('header')?.first('identifier')?.text ?? '')
    this.#circles.see(identifiers, token, this.#done)
    const [services, harvest, way] = [this.#services, this.#harvest, this.#way]
    const open = new Set<PreparedRecord>()
    const read = async function* () {
      for (const record of records) {
        if (way?.isStopped()) return
        const harvested = await readRecord(services, harvest, source, record, way)
        if (harvested.prepared) open.add(harvested.prepared)
        yield harvested
      }
    }
    try {
      for await (const { document, result } of storeInTurn(services, read())) {
        await this.#took(document, result)
        await this.#onProgress(++this.#done, size > 0 ? Math.max(size, this.#done) : undefined)
        if (document.prepared && open.delete(document.prepared)) await document.prepared.discard()
      }
    } finally {
      for (const prepared of open) await prepared.discard()
    }
    this.#token = token
  }

  /** What became of a record. */
  async #took(
    { identifier, isDeleted, plan }: Harvested,
    result: ImportReport | Refusal | undefined,
  ): Promise<void> {
    const report = this.#report
    if (result instanceof Refusal) {
      report.failed++
      if (report.failures.length < mostFailures)
        report.failures.push({ identifier: identifier || nameless, sentence: result.message })
    } else if (result && plan) {
      await this.#way?.onTaken(identifier, plan, result)
      const { outcome } = result
      report[outcome === 'created' ? 'created' : outcome === 'unchanged' ? 'unchanged' : 'updated']++
    } else if (isDeleted && identifier !== '' && !this.#way?.dryRun)
      if (await follow(this.#services, this.#harvest, identifier)) report.deleted++
  }
}
