// What leads from one title to another, stored when both are here: links, deliverers, title pages that a person chose.
import type { Services } from '../../../http/module.ts'
import { updateTitle } from '../../../catalogue/titles/index.ts'
import type { Migration } from '../mets.ts'
import type { Comparison } from '../report.ts'
import * as repository from '../repository.ts'
import { type Row, textOf } from './columns.ts'
import { idHere, parentHere, type StoreOptions } from './rows.ts'
import type { Source } from './source.ts'
import { operation, storeLinks } from './store.ts'

export class Across {
  readonly #services: Services
  readonly #source: Source
  readonly #migration: Migration
  readonly #options: StoreOptions
  readonly #comparison: Comparison

  constructor(
    services: Services,
    source: Source,
    migration: Migration,
    options: StoreOptions,
    comparison: Comparison,
  ) {
    this.#services = services
    this.#source = source
    this.#migration = migration
    this.#options = options
    this.#comparison = comparison
  }

  /** @returns how many there are */
  async links(): Promise<number> {
    let seen = 0
    const { shift, reading } = this.#options
    for await (const ids of this.#source.ids(
      'select OT_ID from OPR_Tree where OT_OT_Link is not null order by OT_ID',
      500,
    )) {
      if (this.#migration.isStopped()) return seen
      const rows = await this.#source.rowsOf('OPR_Tree', 'OT_ID', reading.tree, ids)
      const wanted = rows.flatMap(row =>
        [row['OT_ID'], row['OT_OT_Parent'], row['OT_OT_Link']].map(id => idHere(id, shift) ?? 0),
      )
      const there = async () =>
        new Set((await repository.nodesOf(this.#services.db, [...new Set(wanted)])).map(({ id }) => id))
      const before = await there()
      const missing = rows.filter(row => {
        const parent = parentHere(row, this.#options)
        return (
          !before.has((row['OT_ID'] as number) + shift) &&
          before.has((row['OT_OT_Link'] as number) + shift) &&
          (parent === null || before.has(parent))
        )
      })
      if (!this.#migration.dryRun && missing.length > 0)
        await storeLinks(this.#services, missing, this.#options)
      const after = await there()
      for (const row of rows)
        this.#comparison.see(
          'links',
          { id: row['OT_ID'] as number, name: textOf(row['OT_Caption']) },
          after.has((row['OT_ID'] as number) + shift),
        )
      seen += rows.length
    }
    return seen
  }

  /** Title pages that a person chose, and deliverers, which may stand anywhere in the tree. */
  async choices(): Promise<void> {
    const { reading, shift } = this.#options
    const has = (name: string) => reading.content.some(({ to }) => to === name)
    const wanted = [
      ...(has('OC_OT_Deliverer') ? ['OC_OT_Deliverer is not null'] : []),
      ...(has('OC_OT_Titlepage') && has('OC_OT_TitlepageMode')
        ? ['(OC_OT_Titlepage is not null and OC_OT_TitlepageMode = 1)']
        : []),
    ]
    if (wanted.length === 0) return
    for await (const ids of this.#source.ids(
      `select OC_OT_ID from OPR_Content where ${wanted.join(' or ')} order by OC_OT_ID`,
      500,
    )) {
      if (this.#migration.isStopped()) return
      const rows = await this.#source.rowsOf('OPR_Content', 'OC_OT_ID', reading.content.filter(({ to }) => to.startsWith('OC_OT_')), ids) // prettier-ignore
      const mine = new Map((await repository.linksOf(this.#services.db, ids.map(id => id + shift), this.#migration.actor.application)).map(row => [row.id, row])) // prettier-ignore
      const targets = rows.flatMap(row => [
        idHere(row['OC_OT_Deliverer'], shift) ?? 0,
        idHere(row['OC_OT_Titlepage'], shift) ?? 0,
      ])
      const there = new Set(
        (await repository.nodesOf(this.#services.db, [...new Set(targets)])).map(({ id }) => id),
      )
      for (const row of rows) await this.#choose(row, mine.get((row['OC_OT_ID'] as number) + shift), there)
    }
  }

  async #choose(
    row: Row,
    mine: repository.StoredLinks | undefined,
    there: ReadonlySet<number>,
  ): Promise<void> {
    if (!mine) return
    const { shift, actor } = this.#options
    const deliverer = idHere(row['OC_OT_Deliverer'], shift)
    const titlepage = row['OC_OT_TitlepageMode'] === 1 ? idHere(row['OC_OT_Titlepage'], shift) : null
    // only titles without one above have a deliverer
    const wantsDeliverer = deliverer !== null && mine.deliverer !== deliverer && mine.above === null
    const wantsPage = titlepage !== null && (mine.titlepage !== titlepage || mine.titlepageMode !== 1)
    if (!wantsDeliverer && !wantsPage) return
    const fields = {
      ...(wantsDeliverer && there.has(deliverer) ? { delivererId: deliverer } : {}),
      ...(wantsPage && there.has(titlepage) ? { titlepageId: titlepage, titlepageMode: 1 } : {}),
    }
    const name = { kind: 'titles', id: row['OC_OT_ID'] as number, name: '' } as const
    if (this.#migration.dryRun || mine.isEdited === 1 || Object.keys(fields).length === 0) {
      if (wantsDeliverer)
        this.#comparison.differ({
          ...name,
          what: 'OC_OT_Deliverer',
          source: String(deliverer - shift),
          here: String(mine.deliverer ?? 'none'),
        })
      if (wantsPage)
        this.#comparison.differ({
          ...name,
          what: 'OC_OT_Titlepage',
          source: String(titlepage - shift),
          here: String(mine.titlepage ?? 'none'),
        })
      return
    }
    await this.#services.database.inTransaction({ actor }, async trx => {
      await operation(trx, this.#options, row, { choices: 1 })
      await updateTitle(trx, mine.id, fields)
    })
  }
}
