// METS that a Visual Library Server wrote, taken with its ids. All ids are looked at before anything is written.
import { relative } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { createDomain, type Domain, getDomain } from '../../catalogue/domains/index.ts'
import { readPagination } from '../../catalogue/pages/index.ts'
import { kindOf, survey } from '../deliveries/index.ts'
import { failureOf, importDocument, readDocument } from '../imports/index.ts'
import type { ImportPlan } from '../plans/index.ts'
import { expectedOf } from './expected.ts'
import { Comparison, type MigrationReport, reportOf } from './report.ts'
import * as repository from './repository.ts'
import { mostId, shifted } from './shift.ts'

export interface Migration {
  readonly actor: Actor
  /** Takes all titles; without it each goes into the domain that its document names */
  readonly domain: string | undefined
  /** Added to each id of theirs */
  readonly shift: number
  /** What it hands out is released there, and becomes so here */
  readonly release: boolean
  /** Scans and texts are left where they are */
  readonly bare: boolean
  readonly dryRun: boolean
  readonly onProgress: (done: number, total: number | undefined, what: string) => void
  readonly onDocument: (document: MigratedDocument) => void
  /** Whether to end after this document */
  readonly isStopped: () => boolean
}

export interface MigratedDocument {
  readonly name: string
  readonly outcome: string
  readonly titleId: number | undefined
  readonly messages: readonly { readonly level: 'info' | 'warning' | 'error'; readonly sentence: string }[]
}

const named = 10

/** @throws Refusal conflict naming who has the ids */
export function refuseTaken(holders: readonly repository.Holder[]): void {
  if (holders.length === 0) return
  const list = holders.slice(0, named).map(({ id, caption, path }) => `${id} by ‘${caption ?? ''}’ (${path})`)
  throw new Refusal(
    'conflict',
    `${holders.length} of their ids are taken here: ${list.join(', ')}${holders.length > named ? ', …' : ''}. Nothing was written. --shift-ids N adds N to each of their ids.`,
    { holders: holders.slice(0, 1000) },
  )
}

/** @throws Refusal conflict, not-processable */
export async function requireFreeIds(
  services: Services,
  plan: ImportPlan,
  name: string,
): Promise<repository.Holder[]> {
  const { nodes } = expectedOf(plan, readPagination(), 0)
  const ids = nodes.map(({ id }) => id)
  const highest = ids.reduce((most, id) => Math.max(most, id), 0)
  if (highest > mostId)
    throw new Refusal(
      'not-processable',
      `${name}: the id ${highest} is larger than ${mostId}; choose a smaller --shift-ids.`,
    )
  return await repository.strangers(services.db, ids, plan.vls?.instance ?? '')
}

type TargetDomain = Domain | ((trx: Db) => Promise<Domain>)

/** A domain, made where there is none; in a dry run what makes it, for a transaction that is taken back. */
export async function domainNamed(
  services: Services,
  wanted: Parameters<typeof createDomain>[2],
  { actor, dryRun }: Migration,
): Promise<TargetDomain> {
  const make = async (trx: Db): Promise<Domain> => {
    await createDomain(trx, actor, wanted)
    return await getDomain(trx, wanted.name)
  }
  try {
    return await getDomain(services.db, wanted.name)
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'not-found') throw error
    return dryRun ? make : await services.database.inTransaction({ actor }, make)
  }
}

/** The domain that a document goes to. @throws Refusal not-processable */
async function domainOf(services: Services, plan: ImportPlan, migration: Migration): Promise<TargetDomain> {
  const { domain } = migration
  const wanted = domain === undefined ? plan.vls?.domain : { name: domain, caption: domain }
  if (!wanted)
    throw new Refusal(
      'not-processable',
      'The document does not tell its domain: it was asked for without the path of one. Name one with --domain.',
    )
  return await domainNamed(services, wanted, migration)
}

/**
 * Takes every METS of a folder.
 * @throws Refusal conflict before anything is written, where an id of theirs is taken here
 */
export async function migrateMets(
  services: Services,
  folder: string,
  migration: Migration,
): Promise<MigrationReport> {
  const startedAt = new Date().toISOString()
  const pagination = readPagination()
  const pageType = services.types.get('page', 'page').number
  const sources = survey(folder).sources.filter(source => kindOf(source, source) === 'mets')
  if (sources.length === 0) throw new Refusal('not-found', `There is no METS in ${folder}.`)
  const failed: { name: string; sentence: string }[] = []
  const nameOf = (source: string) => relative(folder, source) || source
  const planOf = (plan: ImportPlan) => shifted(plan, migration.shift, migration.bare)
  const holders = new Map<number, repository.Holder>()
  for (const [at, source] of sources.entries()) {
    migration.onProgress(at, sources.length, `documents, reading ids of ${nameOf(source)}`)
    // what cannot be read is refused by name when its turn comes
    const read = await readDocument(services, source).catch(() => undefined)
    if (read)
      for (const holder of await requireFreeIds(services, planOf(read.plan), nameOf(source)))
        holders.set(holder.id, holder)
  }
  refuseTaken([...holders.values()])
  const comparison = new Comparison(services.types)
  const outcomes = new Map<string, number>()
  for (const [at, source] of sources.entries()) {
    if (migration.isStopped()) break
    const name = nameOf(source)
    migration.onProgress(at, sources.length, `documents, ${name}`)
    let document: MigratedDocument
    try {
      const read = await readDocument(services, source)
      const plan = planOf(read.plan)
      const report = await importDocument(
        services,
        { name: read.name, plan, locate: read.locate, notes: read.notes },
        {
          domain: await domainOf(services, plan, migration),
          parentId: undefined,
          keepIds: true,
          release: migration.release,
          strict: false,
          overwrite: false,
          dryRun: migration.dryRun,
          hasIdempotencyKey: false,
          origin: read.origin,
          actor: migration.actor,
        },
      )
      document = { name, ...report }
      await comparison.add(services.db, expectedOf(plan, pagination, pageType), name)
    } catch (error) {
      const messages = failureOf(error)
      failed.push({ name, sentence: messages[0]?.sentence ?? '' })
      document = { name, outcome: 'failed', titleId: undefined, messages }
    }
    outcomes.set(document.outcome, (outcomes.get(document.outcome) ?? 0) + 1)
    migration.onDocument(document)
  }
  return reportOf({ source: folder, isDryRun: migration.dryRun, startedAt }, comparison, outcomes, failed)
}
