// A whole database of a Visual Library Server, by way of its backup: portion by portion, each title with all of its own in one transaction.
import { raiseSequence } from '../../../firebird/database.ts'
import type { AdministeredDatabase } from '../../../firebird/server/gbak.ts'
import type { Services } from '../../../http/module.ts'
import { readPagination } from '../../../catalogue/pages/index.ts'
import { Refusal } from '../../../errors.ts'
import { failureOf } from '../../imports/index.ts'
import { type Migration, refuseTaken } from '../mets.ts'
import { Comparison, type MigrationReport } from '../report.ts'
import * as repository from '../repository.ts'
import { mostId } from '../shift.ts'
import { Across } from './across.ts'
import { columnsOf, Fitting, type Row, textOf } from './columns.ts'
import { PortionComparison } from './compare.ts'
import { hasMasterOf, hasTextOf, type StagedPages, stagePages } from './files.ts'
import { addFiles } from './later.ts'
import { mapDomains, mapTypes } from './mapping.ts'
import { notTaken, pagesOf, type Portion, readingOf, readPortion, rootsText, type Unit } from './portion.ts'
import { documented, type Source, withSource } from './source.ts'
import { parentHere, type StoreOptions } from './rows.ts'
import { storeUnits } from './store.ts'

export interface FdbSource {
  readonly administered: AdministeredDatabase
  /** Backup made by gbak */
  readonly path: string
  /** Name of the installation, as its METS have it */
  readonly instance: string
  /** datatype:type=name */
  readonly types: readonly string[]
  /** id=name */
  readonly domains: readonly string[]
  /** Where the server keeps masters and texts; undefined: they stay there */
  readonly files: string | undefined
  /** Of columns whose characters the database does not know */
  readonly charset: string
}

/** Titles of a portion; looked up at once. */
const titlesAtOnce = 40
const idsAtOnce = 4000

class FdbMigration {
  readonly #services: Services
  readonly #source: Source
  readonly #given: FdbSource
  readonly #migration: Migration
  readonly #options: StoreOptions
  readonly #comparison: Comparison
  readonly #portions: PortionComparison
  readonly outcomes = { stored: 0, unchanged: 0 }
  readonly failed: { name: string; sentence: string }[] = []
  readonly notes: string[] = []
  seen = 0

  constructor(
    services: Services,
    source: Source,
    given: FdbSource,
    migration: Migration,
    options: StoreOptions,
  ) {
    this.#services = services
    this.#source = source
    this.#given = given
    this.#migration = migration
    this.#options = options
    this.#comparison = new Comparison(services.types)
    this.#portions = new PortionComparison(services, this.#comparison, options, given.files)
  }

  get comparison(): Comparison {
    return this.#comparison
  }

  /** Of each unit what is not here, as far as its place is. */
  async #missing(portion: Portion): Promise<Unit[]> {
    const { shift } = this.#options
    const nodes = portion.units.flatMap(unit => unit.nodes)
    const wanted = nodes.flatMap(node => [
      (node['OT_ID'] as number) + shift,
      parentHere(node, this.#options) ?? 0,
    ])
    const there = new Set(
      (await repository.nodesOf(this.#services.db, [...new Set(wanted)])).map(({ id }) => id),
    )
    const units: Unit[] = []
    for (const { root, nodes: all } of portion.units) {
      const missing: Row[] = []
      for (const node of all) {
        const id = (node['OT_ID'] as number) + shift
        if (there.has(id)) continue
        const parent = parentHere(node, this.#options)
        if (parent !== null && !there.has(parent)) {
          this.failed.push({ name: `node ${String(node['OT_ID'])} ‘${textOf(node['OT_Caption'])}’`, sentence: `The node ${parent - shift} above it is not there.` }) // prettier-ignore
          continue
        }
        there.add(id)
        missing.push(node)
      }
      if (missing.length > 0) units.push({ root, nodes: missing })
    }
    return units
  }

  #stage(
    portion: Portion,
    files: string | undefined,
    pages: readonly Row[],
    name: string,
  ): Promise<StagedPages> {
    const { domains } = this.#options.mapping
    const byNode = new Map(
      portion.units
        .flatMap(unit => unit.nodes)
        .map(node => [node['OT_ID'], domains.get(node['OT_OD_ID'] as number)]),
    )
    return stagePages(this.#services, files, pages, name, row => byNode.get(row['OP_OT_ID']))
  }

  async #store(portion: Portion, units: readonly Unit[]): Promise<void> {
    const name = `title ${units[0]?.root ?? ''}`
    const pages = units.flatMap(unit => unit.nodes).flatMap(node => pagesOf(portion, node))
    const staged = await this.#stage(portion, this.#given.files, pages, name)
    const messages = await storeUnits(this.#services, portion, units, staged, this.#options)
    this.outcomes.stored += units.length
    this.#migration.onDocument({
      name: units.length === 1 ? name : `titles ${units[0]?.root ?? ''} to ${units.at(-1)?.root ?? ''}`,
      outcome: 'stored',
      titleId: undefined,
      messages: [...staged.messages, ...messages.map(sentence => ({ level: 'warning' as const, sentence }))],
    })
  }

  async #portion(roots: readonly number[]): Promise<void> {
    const portion = await readPortion(this.#source, this.#options.reading, roots)
    const missing = this.#migration.dryRun ? [] : await this.#missing(portion)
    if (missing.length > 0)
      await this.#store(portion, missing).catch(async (error: unknown) => {
        failureOf(error)
        // one of them is at fault: each by itself
        for (const unit of missing)
          await this.#store(portion, [unit]).catch((fault: unknown) => {
            this.failed.push({ name: `title ${unit.root}`, sentence: failureOf(fault)[0]?.sentence ?? '' })
          })
      })
    if (!this.#migration.dryRun) this.outcomes.unchanged += roots.length - missing.length
    if (!this.#migration.dryRun) await this.#later(portion)
    await this.#portions.add(portion)
    this.seen += portion.units.reduce((sum, { nodes }) => sum + nodes.length, 0)
  }

  /** Scans and texts of pages that are here without: a run without --files came before. */
  async #later(portion: Portion): Promise<void> {
    const { files } = this.#given
    if (files === undefined) return
    const { shift } = this.#options
    const rows = portion.units.flatMap(unit => unit.nodes).flatMap(node => pagesOf(portion, node))
    const ids = rows.map(row => (row['OP_OT_ID'] as number) + shift)
    const there = new Map((await repository.nodesOf(this.#services.db, ids)).map(node => [node.id, node]))
    const bare = rows.filter(row => {
      const node = there.get((row['OP_OT_ID'] as number) + shift)
      return (
        (node?.master === 0 && hasMasterOf(files, row)) ||
        (node?.texts === 0 && hasTextOf(files, row['OP_OT_ID'] as number))
      )
    })
    if (bare.length === 0) return
    const staged = await this.#stage(portion, files, bare, `title ${portion.units[0]?.root ?? ''}`)
    await addFiles(this.#services, bare, staged, there, this.#options)
  }

  async titles(total: number): Promise<void> {
    let done = 0
    for await (const roots of this.#source.ids(rootsText, titlesAtOnce)) {
      if (this.#migration.isStopped()) return
      this.#migration.onProgress(done, total, 'titles')
      await this.#portion(roots)
      done += roots.length
    }
  }

  /** Nodes that nothing leads to. */
  async unreached(): Promise<void> {
    const [row] = await this.#source.all(
      `select count(*) as "count" from OPR_Tree where OT_RCV_Datatype <> ${documented.domain}`,
    )
    const left = Number(row?.['count']) - this.seen
    if (left <= 0) return
    const lost = await this.#source.all(
      `select first 1000 t.OT_ID as "id", t.OT_Caption as "name" from OPR_Tree t left join OPR_Tree p on p.OT_ID = t.OT_OT_Parent
        where t.OT_RCV_Datatype not in (${documented.title}, ${documented.domain}) and t.OT_OT_Parent is not null and (p.OT_ID is null or p.OT_OT_Link is not null) order by t.OT_ID`,
    )
    for (const { id, name } of lost)
      this.#comparison.see('structures', { id: id as number, name: textOf(name) }, false)
    this.notes.push(
      `${left} nodes of theirs stand below what is not there, or below a link; they were not taken.`,
    )
  }
}

const count = async (source: Source, text: string): Promise<number> =>
  Number(Object.values((await source.all(text))[0] ?? {})[0] ?? 0)

/** @throws Refusal conflict, not-processable before anything is written */
async function prepare(
  services: Services,
  source: Source,
  given: FdbSource,
  migration: Migration,
): Promise<StoreOptions> {
  const { shift, dryRun, actor } = migration
  const types = await mapTypes(source, services.types, given.types)
  const highest = (await count(source, 'select max(OT_ID) from OPR_Tree')) + shift
  if (highest > mostId)
    throw new Refusal(
      'not-processable',
      `The id ${highest} is larger than ${mostId}; choose a smaller --shift-ids.`,
    )
  const holders: repository.Holder[] = []
  for await (const ids of source.ids(
    `select OT_ID from OPR_Tree where OT_RCV_Datatype <> ${documented.domain} order by OT_ID`,
    idsAtOnce,
  ))
    holders.push(
      ...(await repository.strangers(
        services.db,
        ids.map(id => id + shift),
        given.instance,
      )),
    )
  refuseTaken(holders)
  if (!dryRun) await raiseSequence(services.db, 'OPR_Tree_SEQ', [highest])
  const domains = await mapDomains(services, source, { given: given.domains, actor, dryRun })
  const domainNodes = new Set<number>()
  for await (const ids of source.ids(`select OT_ID from OPR_Tree where OT_RCV_Datatype = ${documented.domain}`, idsAtOnce)) for (const id of ids) domainNodes.add(id) // prettier-ignore
  return {
    mapping: { types, domains },
    reading: readingOf(source.columns, await columnsOf(services.db)),
    fitting: new Fitting(),
    pagination: readPagination(),
    instance: given.instance,
    shift,
    actor,
    domainNodes,
  }
}

/**
 * Takes over the database in a backup; what is here already is compared alone.
 * @throws Refusal conflict, not-found, not-processable before anything is written; unavailable where the server is away
 */
export async function migrateFdb(
  services: Services,
  given: FdbSource,
  migration: Migration,
): Promise<MigrationReport> {
  const startedAt = new Date().toISOString()
  return await withSource(given.administered, { path: given.path, charset: given.charset }, async source => {
    const options = await prepare(services, source, given, migration)
    const running = new FdbMigration(services, source, given, migration, options)
    for (const [id, here] of options.mapping.domains)
      running.comparison.see('domains', { id, name: `domain ${id}` }, here !== undefined)
    await running.titles(
      await count(source, `select count(*) from (${rootsText.replace(/order by[\s\S]*$/, '')})`),
    )
    const across = new Across(services, source, migration, options, running.comparison)
    running.seen += await across.links()
    await across.choices()
    await running.unreached()
    const { stored, unchanged } = running.outcomes
    const result: MigrationReport = {
      source: given.path,
      isDryRun: migration.dryRun,
      startedAt,
      endedAt: new Date().toISOString(),
      outcomes: {
        ...(stored > 0 ? { stored } : {}),
        ...(unchanged > 0 ? { unchanged } : {}),
        ...(running.failed.length > 0 ? { failed: running.failed.length } : {}),
      },
      kinds: running.comparison.counted(),
      missing: running.comparison.missing,
      differing: running.comparison.differing,
      failed: running.failed,
      notes: [...running.notes, ...options.fitting.notes(), ...(await notTaken(source, options.reading))],
    }
    return { result, isDone: !migration.dryRun && !migration.isStopped() }
  })
}
