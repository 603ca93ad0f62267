// A portion of theirs against what is here: what is missing, and what differs, column by column.
import type { Services } from '../../../http/module.ts'
import type { Comparison, Kind } from '../report.ts'
import * as repository from '../repository.ts'
import { Fitting, type Row, type Taken, textOf } from './columns.ts'
import { hasTextOf } from './files.ts'
import type { Portion, Reading } from './portion.ts'
import { idHere, parentHere, type StoreOptions, typeKey } from './rows.ts'
import { documented } from './source.ts'

/** Follow from other columns, or move with every change. */
const derived = /_(ID|OT_\w+|OD_ID|RCV_\w+|UpdateTS|ChangeTS|PaginationType|Url|State|Hashsum)$/i
const kept = (taken: readonly Taken[]): string[] =>
  taken.map(({ to }) => to).filter(name => !derived.test(name))

const shown = (value: unknown): string => {
  const text = value === null || value === undefined ? 'none' : textOf(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
const isSame = (left: unknown, right: unknown): boolean =>
  left instanceof Date && right instanceof Date
    ? left.getTime() === right.getTime()
    : (left ?? null) === (right ?? null)

export const kindOf = (node: Row): Kind =>
  node['OT_RCV_Datatype'] === documented.title
    ? 'titles'
    : node['OT_RCV_Datatype'] === documented.page
      ? 'pages'
      : 'structures'

export class PortionComparison {
  readonly #services: Services
  readonly #comparison: Comparison
  readonly #options: StoreOptions
  readonly #folder: string | undefined
  readonly #fitting = new Fitting()

  constructor(services: Services, comparison: Comparison, options: StoreOptions, folder: string | undefined) {
    this.#services = services
    this.#comparison = comparison
    this.#options = options
    this.#folder = folder
  }

  async #rows(
    table: string,
    key: string,
    taken: readonly Taken[],
    ids: readonly number[],
  ): Promise<Map<number, Row>> {
    const columns = [...new Set([key, ...kept(taken)])]
    const rows = await repository.rowsOf(this.#services.db, { table, key, columns }, ids)
    return new Map(rows.map(row => [row[key] as number, row]))
  }

  #differ(kind: Kind, node: Row, what: string, source: unknown, here: unknown): void {
    this.#comparison.differ({
      kind,
      id: node['OT_ID'] as number,
      name: shown(node['OT_Caption']),
      what,
      source: shown(source),
      here: shown(here),
    })
  }

  #columns(
    kind: Kind,
    node: Row,
    { source, here }: { readonly source: Row; readonly here: Row },
    taken: readonly Taken[],
  ): void {
    const fitted = this.#fitting.fit(source, taken)
    for (const name of kept(taken)) {
      // the first release is dated here where nobody did so there
      if (name === 'OC_ReleaseDate' && source[name] === null) continue
      if (source[name] === null && fitted[name] instanceof Date) continue
      if (!isSame(fitted[name], here[name])) this.#differ(kind, node, name, source[name], here[name])
    }
  }

  async add({ units, content, pages, histories }: Portion): Promise<void> {
    const { reading, mapping, shift, instance } = this.#options
    const nodes = units.flatMap(unit => unit.nodes)
    const ids = nodes.map(node => (node['OT_ID'] as number) + shift)
    const stored = new Map((await repository.nodesOf(this.#services.db, ids)).map(node => [node.id, node]))
    const tree = await this.#rows('OPR_Tree', 'OT_ID', reading.tree, ids)
    const states = new Map((await repository.rowsOf(this.#services.db, { table: 'OPR_Tree', key: 'OT_ID', columns: ['OT_ID', 'OT_OD_ID', 'OT_State', 'OT_DelState'] }, ids)).map(row => [row['OT_ID'] as number, row])) // prettier-ignore
    const titles = await this.#rows('OPR_Content', 'OC_OT_ID', reading.content, ids)
    const scans = await this.#rows('OPR_Page', 'OP_OT_ID', reading.page, ids)
    const named = new Set((await repository.identifiersOf(this.#services.db, units.map(({ root }) => root + shift))).filter(({ scheme }) => scheme === 'vls').map(({ value }) => value)) // prettier-ignore
    for (const node of nodes) {
      const id = (node['OT_ID'] as number) + shift
      const kind = kindOf(node)
      const there = stored.get(id)
      const finding = { id: node['OT_ID'] as number, name: shown(node['OT_Caption']) }
      this.#comparison.see(kind, finding, there !== undefined)
      const row = content.get(node['OT_ID'] as number)
      const page = pages.get(node['OT_ID'] as number)
      if (row && row['OC_XML'] !== null) this.#comparison.see('records', finding, there?.hasRecord === 1)
      if (page && this.#folder !== undefined) {
        if ([1, 4].includes(page['OP_State'] as number))
          this.#comparison.see('masters', finding, (there?.master ?? 0) > 0)
        if (hasTextOf(this.#folder, node['OT_ID'] as number))
          this.#comparison.see('texts', finding, (there?.texts ?? 0) > 0)
      }
      if (!there) continue
      const type = mapping.types.get(typeKey(node))
      if (type && (there.type !== type.number || there.datatype !== this.#services.types.code(type.datatype)))
        this.#differ(kind, node, 'type', `${type.datatype}:${type.name}`, `${there.datatype}:${there.type}`)
      if (there.parent !== parentHere(node, this.#options))
        this.#differ(kind, node, 'OT_OT_Parent', parentHere(node, this.#options), there.parent)
      const domain = mapping.domains.get(node['OT_OD_ID'] as number)
      if (states.get(id)?.['OT_OD_ID'] !== domain)
        this.#differ(kind, node, 'OT_OD_ID', domain, states.get(id)?.['OT_OD_ID'])
      for (const name of ['OT_State', 'OT_DelState'])
        if (name in node && !isSame(node[name] ?? 0, states.get(id)?.[name]))
          this.#differ(kind, node, name, node[name], states.get(id)?.[name])
      this.#columns(kind, node, { source: node, here: tree.get(id) ?? {} }, reading.tree)
      if (row) this.#columns(kind, node, { source: row, here: titles.get(id) ?? {} }, reading.content)
      // a master that is here tells its own size and time
      const isDescribed = (there.master ?? 0) === 0
      if (page)
        this.#columns(
          kind,
          node,
          { source: page, here: scans.get(id) ?? {} },
          isDescribed ? reading.page : labelsOf(reading),
        )
    }
    for (const { root } of units)
      if (stored.has(root + shift))
        this.#comparison.see(
          'identifiers',
          { id: root, name: `vls ${instance}:${root}` },
          named.has(`${instance}:${root}`),
        )
    await this.#versions(histories)
  }

  async #versions(histories: Portion['histories']): Promise<void> {
    const { shift } = this.#options
    for (const { history, rows } of histories) {
      const { table, prefix } = history
      const there = new Map<number, number>()
      for (const row of rows) {
        const id = row[`${prefix}_OT_ID`] as number
        there.set(id, (there.get(id) ?? 0) + 1)
      }
      const here = await repository.countsOf(this.#services.db, { table, key: `${prefix}_OT_ID` }, [...there.keys()].map(id => id + shift)) // prettier-ignore
      for (const [id, count] of there)
        for (let at = 0; at < count; at++)
          this.#comparison.see(
            'versions',
            { id, name: table },
            at < (here.get(idHere(id, shift) as number) ?? 0),
          )
    }
  }
}

const labelsOf = (reading: Reading): readonly Taken[] =>
  reading.page.filter(({ to }) => /^OP_(Ident|Comment|Pagination\w+|InsertTs)$/.test(to))
