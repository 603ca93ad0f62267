// Stores a portion in one transaction: nodes with their ids, rows of titles and pages, fields and identifiers drawn from the records, versions, texts.
import { sql } from 'kysely'
import type { FirebirdConnection } from '../../../firebird/connection.ts'
import { type Db, nextIds, setContext } from '../../../firebird/database.ts'
import { insertMany } from '../../../firebird/insert-many.ts'
import type { Schema } from '../../../firebird/schema.generated.ts'
import type { Services } from '../../../http/module.ts'
import type { Mods } from '../../../formats/mods/read.ts'
import { labelFields, masterFields, pageColumns } from '../../../catalogue/pages/index.ts'
import { storeText } from '../../../catalogue/texts/index.ts'
import { drawFields, fieldRow, identifiers, identifiersOf } from '../../../catalogue/titles/index.ts'
import { record } from '../../../system/log/index.ts'
import { inTree, refreshTitles, type TreeTransaction } from '../../../catalogue/tree/index.ts'
import { enter } from '../../imports/index.ts'
import { Refusal } from '../../../errors.ts'
import type { Row } from './columns.ts'
import type { StagedPages } from './files.ts'
import { pagesOf, type Portion, type TakenHistory, type Unit } from './portion.ts'
import { idHere, modsOf, parentHere, type StoreOptions, typeKey } from './rows.ts'
import { documented } from './source.ts'

/** What a master tells of a page, whether the source has the columns or not. */
const scanColumns = ['OP_ImgWidth', 'OP_ImgHeight', 'OP_ImgDateTime', 'OP_ImgPageName', 'OP_Filesize', 'OP_ModificationTimestamp'] // prettier-ignore
const withoutMaster = { OP_Url: null, OP_State: 0, OP_OIP_ID: null }

class Storing {
  readonly #trx: TreeTransaction
  readonly #connection: FirebirdConnection
  readonly #services: Services
  readonly #portion: Portion
  readonly #options: StoreOptions
  readonly #nodes: ReadonlyMap<number, Row>
  readonly messages: string[] = []

  constructor(
    trx: TreeTransaction,
    connection: FirebirdConnection,
    services: Services,
    portion: Portion,
    options: StoreOptions,
  ) {
    this.#trx = trx
    this.#connection = connection
    this.#services = services
    this.#portion = portion
    this.#nodes = new Map(
      portion.units.flatMap(unit => unit.nodes.map(node => [node['OT_ID'] as number, node] as const)),
    )
    this.#options = options
  }

  #shifted(row: Record<string, unknown>): Record<string, unknown> {
    const { shift } = this.#options
    // every column that leads to a node has the prefix of the tree inside
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        /_OT_\w+$/.test(name) && !name.endsWith('_OT_TitlepageMode') ? idHere(value, shift) : value,
      ]),
    )
  }

  async #insert(table: keyof Schema, rows: readonly Record<string, unknown>[]): Promise<void> {
    await insertMany(this.#connection, table, rows)
  }

  /** @throws Refusal not-processable where the domain is not there */
  #domain(node: Row): number {
    const id = this.#options.mapping.domains.get(node['OT_OD_ID'] as number)
    if (id === undefined)
      throw new Refusal(
        'not-processable',
        `Node ${String(node['OT_ID'])} belongs to domain ${String(node['OT_OD_ID'])}, which is not there.`,
      )
    return id
  }

  async nodes(nodes: readonly Row[]): Promise<void> {
    const { mapping, reading, fitting, shift } = this.#options
    await insertMany(
      this.#connection,
      'OPR_Tree',
      nodes.map(node => {
        const type = mapping.types.get(typeKey(node))
        if (!type)
          throw new Refusal('not-processable', `Node ${String(node['OT_ID'])} has a type without meaning.`)
        const fitted = fitting.fit(node, reading.tree)
        return {
          ...fitted,
          OT_ID: (node['OT_ID'] as number) + shift,
          OT_OD_ID: this.#domain(node),
          OT_OT_Parent: parentHere(node, this.#options),
          OT_OT_Link: idHere(node['OT_OT_Link'], shift),
          OT_RCV_Datatype: this.#services.types.code(type.datatype),
          OT_RCV_Type: type.number,
          OT_Path: '',
        }
      }),
    )
  }

  /** @param there nodes that links of the rows may lead to: those of the portion */
  async titles(nodes: readonly Row[], there: ReadonlySet<number>): Promise<void> {
    const { reading, fitting } = this.#options
    const titles = nodes.flatMap(node => {
      const row = this.#portion.content.get(node['OT_ID'] as number)
      return row ? [{ node, row }] : []
    })
    if (titles.length === 0) return
    const first = await nextIds(this.#trx, 'OPR_Content_SEQ', titles.length)
    await this.#insert(
      'OPR_Content',
      titles.map(({ row }, at) => {
        const fitted = this.#shifted(fitting.fit(row, reading.content))
        const page = row['OC_OT_Titlepage'] as number | null
        return {
          ...fitted,
          OC_ID: first + at,
          // what stands elsewhere is linked when all is here
          ...('OC_OT_Deliverer' in fitted ? { OC_OT_Deliverer: null } : {}),
          ...('OC_OT_Titlepage' in fitted && page !== null && !there.has(page)
            ? { OC_OT_Titlepage: null, OC_OT_TitlepageMode: 0 }
            : {}),
        }
      }),
    )
    const drawn = titles.map(({ node, row }) => ({ node, ...modsOf(row, node['OT_ID'] as number) }))
    for (const { node, fault } of drawn)
      if (fault !== undefined)
        this.messages.push(
          `The record of title ${String(node['OT_ID'])} cannot be read, and was stored as it is: ${fault}`,
        )
    await this.#insert('OPR_ContentField', drawn.map(({ node, mods }) => fieldRow((node['OT_ID'] as number) + this.#options.shift, drawFields(mods, node['OT_Caption'] as string | null), null))) // prettier-ignore
    await this.#identifiers(drawn)
  }

  async #identifiers(titles: readonly { readonly node: Row; readonly mods: Mods }[]): Promise<void> {
    const { shift } = this.#options
    const byDomain = new Map<number, { nodeId: number; identifier: identifiers.NewIdentifier }[]>()
    for (const { node, mods } of titles) {
      const domain = this.#domain(node)
      const entries = byDomain.get(domain) ?? []
      byDomain.set(domain, entries)
      for (const identifier of identifiersOf(mods))
        entries.push({ nodeId: (node['OT_ID'] as number) + shift, identifier })
    }
    for (const [domain, entries] of byDomain) {
      const holders = await identifiers.holdersOf(
        this.#trx,
        domain,
        entries.map(({ identifier }) => identifier),
      )
      const fresh = entries.filter(({ nodeId, identifier }) => {
        const holder = holders.get(identifiers.keyOf(identifier))
        if (holder === undefined) holders.set(identifiers.keyOf(identifier), nodeId)
        else if (holder !== nodeId)
          this.messages.push(
            `Node ${holder} carries ${identifier.scheme} ${identifier.value} already; it was not given to title ${nodeId}.`,
          )
        return holder === undefined
      })
      await identifiers.addMany(this.#trx, domain, fresh, 'mods')
    }
  }

  /** The name of each portion's top there: by it a repetition knows what is its own. */
  async names(tops: readonly Row[]): Promise<void> {
    const { instance, shift } = this.#options
    for (const top of tops)
      await identifiers.addMany(
        this.#trx,
        this.#domain(top),
        [
          {
            nodeId: (top['OT_ID'] as number) + shift,
            identifier: { scheme: 'vls', value: `${instance}:${String(top['OT_ID'])}` },
          },
        ],
        'import',
      )
  }

  async pages(nodes: readonly Row[], staged: StagedPages): Promise<void> {
    const { reading, fitting, pagination } = this.#options
    const rows = nodes.flatMap(node => pagesOf(this.#portion, node))
    if (rows.length === 0) return
    const first = await nextIds(this.#trx, 'OPR_Page_SEQ', rows.length)
    await this.#insert(
      'OPR_Page',
      rows.map((row, at) => {
        const fitted = this.#shifted(fitting.fit(row, reading.page))
        const master = staged.pages.get(row['OP_OT_ID'] as number)?.master
        const label = labelFields(pagination, (fitted['OP_PaginationCaption'] as string | null) ?? undefined)
        const hashsum = fitted['OP_Hashsum']
        return {
          ...Object.fromEntries(scanColumns.map(name => [name, null])),
          ...fitted,
          OP_ID: first + at,
          // types of pagination have numbers of their own there
          OP_PaginationType: label.paginationType ?? null,
          OP_PaginationValue: fitted['OP_PaginationValue'] ?? label.paginationValue ?? null,
          OP_Hashsum: typeof hashsum === 'string' && /^sha256:[0-9a-f]{64}$/.test(hashsum) ? hashsum : null,
          ...withoutMaster,
          ...(master
            ? pageColumns(
                masterFields(master.url, master, master.scan, master.profileId ?? null, master.modifiedAt),
              )
            : {}),
        }
      }),
    )
    for (const row of rows) {
      const page = staged.pages.get(row['OP_OT_ID'] as number)
      if (page?.text)
        await storeText(
          this.#trx,
          (row['OP_OT_ID'] as number) + this.#options.shift,
          page.text,
          page.master?.scan,
        )
    }
  }

  /** What their versions do not keep is as it is now: a version that is restored leaves it alone. */
  #now({ ofTable, columns, prefix }: TakenHistory, id: number): Record<string, unknown> {
    const { reading, fitting, mapping } = this.#options
    const row = (
      ofTable === 'OT' ? this.#nodes : ofTable === 'OC' ? this.#portion.content : this.#portion.pages
    ).get(id)
    if (!row) return {}
    const now = this.#shifted(
      fitting.fit(row, ofTable === 'OT' ? reading.tree : ofTable === 'OC' ? reading.content : reading.page),
    )
    const type = ofTable === 'OT' ? mapping.types.get(typeKey(row)) : undefined
    return Object.fromEntries(
      columns.flatMap(column => {
        const name = `${ofTable}${column.slice(prefix.length)}`
        return name in now ? [[column, name === 'OT_RCV_Type' ? (type?.number ?? 0) : now[name]]] : []
      }),
    )
  }

  async versions(ids: ReadonlySet<number>): Promise<void> {
    const { fitting, mapping } = this.#options
    for (const { history, rows } of this.#portion.histories) {
      const { table, prefix, taken, defaults } = history
      const mine = rows.filter(row => ids.has(row[`${prefix}_OT_ID`] as number))
      if (mine.length === 0) continue
      const first = await nextIds(this.#trx, `${table}_SEQ`, mine.length)
      await this.#insert(
        table,
        mine.map((row, at) => ({
          ...defaults,
          ...this.#now(history, row[`${prefix}_OT_ID`] as number),
          ...this.#shifted(fitting.fit(row, taken)),
          ...(table === 'OPR_TreeHistory'
            ? { OTH_OD_ID: mapping.domains.get(row['OTH_OD_ID'] as number) ?? 0, OTH_Version: 1 }
            : {}),
          [`${prefix}_ID`]: first + at,
          // their operations are none of ours
          [`${prefix}_Batch`]: null,
        })),
      )
    }
  }
}

/** Each transaction is an operation of its own: what asks for the nodes of one asks for few. */
export async function operation(
  trx: Db,
  { actor, instance, shift }: StoreOptions,
  first: Row | undefined,
  data: Readonly<Record<string, number>>,
): Promise<void> {
  const batch = await setContext(trx, { actor, batch: 'next' })
  const entityId = idHere(first?.['OT_ID'] ?? first?.['OC_OT_ID'], shift) ?? undefined
  await record(trx, { entity: 'node', entityId, action: 'import', batch, actor, data: { instance, ...data } })
}

/** Links, whose parents and originals are here. */
export const storeLinks = (services: Services, links: readonly Row[], options: StoreOptions): Promise<void> =>
  inTree(services, { lock: 'insert', actor: options.actor }, async (trx, connection) => {
    await operation(trx, options, links[0], { links: links.length })
    await new Storing(trx, connection, services, noPortion, options).nodes(links)
  })

const noPortion: Portion = { units: [], content: new Map(), pages: new Map(), histories: [] }

/** @throws Refusal not-processable, FirebirdFault where the database refuses a row; then nothing was stored */
export async function storeUnits(
  services: Services,
  portion: Portion,
  units: readonly Unit[],
  staged: StagedPages,
  options: StoreOptions,
): Promise<readonly string[]> {
  return await inTree(services, { lock: 'insert', actor: options.actor }, async (trx, connection) => {
    await operation(trx, options, units[0]?.nodes[0], { titles: units.length })
    // what is stored is what was there: times and versions stay
    await sql`select rdb$set_context('USER_TRANSACTION', 'PLAYBACK', '1') as "a" from RDB$DATABASE`.execute(
      trx,
    )
    const nodes = units.flatMap(unit => unit.nodes)
    const ids = new Set(nodes.map(node => node['OT_ID'] as number))
    const storing = new Storing(trx, connection, services, portion, options)
    await storing.nodes(nodes)
    await storing.pages(nodes, staged)
    await storing.titles(
      nodes.filter(node => node['OT_RCV_Datatype'] === documented.title),
      ids,
    )
    await storing.names(units.flatMap(({ root, nodes: [top] }) => (top?.['OT_ID'] === root ? [top] : [])))
    await storing.versions(ids)
    enter('commit', `titles ${units.map(({ root }) => root).join(', ')}`)
    await refreshTitles(
      trx,
      services.types,
      await pathsOf(
        trx,
        units.map(({ root }) => root + options.shift),
      ),
    )
    return storing.messages
  })
}

async function pathsOf(trx: TreeTransaction, ids: readonly number[]): Promise<string[]> {
  const rows = await trx.selectFrom('OPR_Tree').select('OT_Path as path').where('OT_ID', 'in', ids).execute()
  return rows.map(({ path }) => path)
}
