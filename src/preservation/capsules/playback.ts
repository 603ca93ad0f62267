// The rows of a capsule, put back in one transaction as they were.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, nextId, raiseSequence } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { insertMany } from '../../firebird/insert-many.ts'
import { schemaNames, type Schema } from '../../firebird/schema.generated.ts'
import { builtInGroups } from '../../http/principal.ts'
import { pageStates } from '../../catalogue/pages/index.ts'
import { type FileInBag, type ReadCapsule, rowsIn } from './read.ts'
import { schemaOf } from './schema.ts'
import { type KeptTable, packTable, type StoredRow } from './tables.ts'

const portion = 500

/** What the database says of rows that are not as it wants them. */
const refusals: ReadonlySet<string> = new Set(['not-null', 'check', 'exception', 'foreign-key', 'too-long'])

async function* portions(rows: AsyncIterable<StoredRow>): AsyncGenerator<StoredRow[]> {
  let part: StoredRow[] = []
  for await (const row of rows) {
    part.push(row)
    if (part.length < portion) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}

export class Playback {
  readonly #trx: Db
  readonly #connection: FirebirdConnection
  readonly #capsule: ReadCapsule
  readonly #files: ReadonlyMap<string, FileInBag>
  readonly #highest = new Map<string, number>()
  /** Ids of notes in the capsule, and here, where another note may have the number */
  readonly #notesNow = new Map<unknown, unknown>()
  readonly notes: string[] = []
  rows = 0

  /** @param files that were brought, by their hashes */
  constructor(
    trx: Db,
    connection: FirebirdConnection,
    capsule: ReadCapsule,
    files: ReadonlyMap<string, FileInBag>,
  ) {
    this.#files = files
    this.#trx = trx
    this.#connection = connection
    this.#capsule = capsule
  }

  async #present(table: string, key: string, values: readonly unknown[]): Promise<Set<unknown>> {
    if (values.length === 0) return new Set()
    const { rows } = await sql<{
      key: unknown
    }>`select ${sql.id(key.toUpperCase())} as "key" from ${sql.table(table.toUpperCase())} where ${sql.id(key.toUpperCase())} in (${sql.join(values)})`.execute(
      this.#trx,
    )
    return new Set(rows.map(row => row.key))
  }

  async #insert(table: string, rows: readonly StoredRow[]): Promise<void> {
    for (const name of Object.keys(rows[0] ?? {}))
      if (!schemaNames.has(name))
        throw new Refusal(
          'not-processable',
          `The capsule is of ${schemaOf(this.#capsule)}: ${table} has no column ${name} here. Nothing was changed.`,
        )
    await insertMany(this.#connection, table as keyof Schema, rows).catch((error: unknown) => {
      if (!(error instanceof FirebirdFault) || !refusals.has(error.kind)) throw error
      throw new Refusal(
        'not-processable',
        `The capsule is of ${schemaOf(this.#capsule)}: ${table} does not take its rows: ${error.message} Nothing was changed.`,
        {},
        error,
      )
    })
    this.rows += rows.length
  }

  #note(sequence: string | undefined, key: string, rows: readonly StoredRow[]): void {
    if (sequence === undefined) return
    const highest = rows.reduce((most, row) => Math.max(most, row[key] as number), 0)
    this.#highest.set(sequence, Math.max(this.#highest.get(sequence) ?? 0, highest))
  }

  /** The domain of the title and those above it, where they are not there. */
  async domains(): Promise<void> {
    const missing = new Set<number>()
    for await (const row of rowsIn(this.#capsule, 'OPR_Domain')) {
      const [id, name] = [row['OD_ID'] as number, row['OD_Name'] as string]
      const there = await this.#trx
        .selectFrom('OPR_Domain')
        .select(['OD_ID as id', 'OD_Name as name'])
        .where(condition => condition.or([condition('OD_ID', '=', id), condition('OD_Name', '=', name)]))
        .execute()
      if (there.some(domain => domain.id === id && domain.name === name)) continue
      if (there.length > 0)
        throw new Refusal(
          'conflict',
          `The title belongs to domain ${id} ‘${name}’; here ${there.map(domain => `${domain.id} is ‘${domain.name}’`).join(', ')}.`,
        )
      missing.add(id)
      await this.#insert('OPR_Domain', [row])
      this.#note('OPR_Domain_SEQ', 'OD_ID', [row])
    }
    for await (const row of rowsIn(this.#capsule, 'CFG_Option'))
      if (missing.has(row['CO_OD_ID'] as number)) await this.#insert('CFG_Option', [row])
    for await (const row of rowsIn(this.#capsule, 'DomainRights'))
      if (missing.has(row['PA_OD_ID'] as number)) {
        const kept = this.#rightsOf([row])
        if (kept.length > 0)
          await this.#insert('PRV_Acl', [{ ...row, PA_ID: await nextId(this.#trx, 'PRV_Acl_SEQ') }])
      }
    for await (const row of rowsIn(this.#capsule, 'DomainPrivate'))
      if (missing.has(row['PAP_OD_ID'] as number))
        await this.#insert('PRV_AclPrivate', [{ ...row, PAP_ID: await nextId(this.#trx, 'PRV_Acl_SEQ') }])
    for await (const row of rowsIn(this.#capsule, 'DomainNodes'))
      if (missing.has(row['OT_OD_ID'] as number)) {
        await this.#free([row['OT_ID'] as number])
        await this.#insert('OPR_Tree', [row])
      }
  }

  /** Containers that the title stands in. */
  async above(): Promise<void> {
    for await (const row of rowsIn(this.#capsule, 'NodesAbove')) {
      const id = row['OT_ID'] as number
      const there = await this.#present('OPR_Tree', 'OT_ID', [id])
      if (there.size === 0) await this.#insert('OPR_Tree', [row])
      this.#note('OPR_Tree_SEQ', 'OT_ID', [row])
    }
  }

  /** @throws Refusal conflict where an id is taken */
  async #free(ids: readonly number[]): Promise<void> {
    const [taken] = await this.#present('OPR_Tree', 'OT_ID', ids)
    if (taken === undefined) return
    const row = await this.#trx
      .selectFrom('OPR_Tree')
      .select('OT_Caption as caption')
      .where('OT_ID', '=', taken as number)
      .executeTakeFirst()
    throw new Refusal(
      'conflict',
      `There is a node ${taken as number} already (‘${row?.caption ?? ''}’); a capsule is played back where its title is not. Nothing was changed.`,
    )
  }

  /** Scan data is shared: the same of another id is used where it is there. @returns ids in the capsule -> ids here */
  async profiles(): Promise<Map<number, number>> {
    const ids = new Map<number, number>()
    for await (const row of rowsIn(this.#capsule, 'OPR_ImageProfile')) {
      const known = await this.#trx
        .selectFrom('OPR_ImageProfile')
        .select('OIP_ID as id')
        .where('OIP_Digest', '=', row['OIP_Digest'] as string)
        .executeTakeFirst()
      const own = row['OIP_ID'] as number
      if (known) ids.set(own, known.id)
      else {
        const isTaken = (await this.#present('OPR_ImageProfile', 'OIP_ID', [own])).size > 0
        const id = isTaken ? await nextId(this.#trx, 'OPR_ImageProfile_SEQ') : own
        ids.set(own, id)
        await this.#insert('OPR_ImageProfile', [{ ...row, OIP_ID: id }])
        this.#note('OPR_ImageProfile_SEQ', 'OIP_ID', [{ OIP_ID: id }])
      }
    }
    return ids
  }

  /** Links of rows to nodes that are neither here nor in the capsule are taken off, with a note. */
  async #loosen(rows: StoredRow[], column: string, ids: ReadonlySet<number>): Promise<StoredRow[]> {
    const wanted = rows
      .map(row => (row[column] ?? null) as number | null)
      .filter(id => id !== null && !ids.has(id))
    const there = await this.#present('OPR_Tree', 'OT_ID', [...new Set(wanted)])
    return rows.map(row => {
      const id = (row[column] ?? null) as number | null
      if (id === null || ids.has(id) || there.has(id)) return row
      this.notes.push(`${column} led to node ${id}, which is not here.`)
      return { ...row, [column]: null }
    })
  }

  /** Entries for single people and groups of theirs are not put back: an id here may be somebody else's. */
  #rightsOf(rows: readonly StoredRow[]): StoredRow[] {
    const [user, group] = [1, 2]
    const isStrange = (row: StoredRow) =>
      row['PA_Subject'] === user ||
      (row['PA_Subject'] === group && !Object.values<unknown>(builtInGroups).includes(row['PA_PG_ID']))
    for (const row of rows.filter(isStrange))
      this.notes.push(
        `An entry of rights was not put back, ${row['PA_Grant'] === 1 ? 'granting' : 'denying'} ${String(row['PA_Right'])} on ${row['PA_OT_ID'] === null ? 'the domain' : `node ${row['PA_OT_ID'] as number}`} to ${row['PA_Subject'] === user ? `user ${String(row['PA_PU_ID'])}` : `group ${String(row['PA_PG_ID'])}`}: who that is here is for a person to say.`,
      )
    return rows.filter(row => !isStrange(row))
  }

  /** A master that was freed is in the archive again. */
  #withMaster(row: StoredRow): StoredRow {
    const file = this.#files.get(String(row['OP_Hashsum']).slice(7))
    if (row['OP_State'] !== pageStates.of('deletedAfterExport') || !file) return row
    const isPdf = file.path.endsWith('.pdf')
    return { ...row, OP_State: pageStates.of(isPdf ? 'extractedFromPdf' : 'archived') }
  }

  async table(table: KeptTable, ids: Set<number>, profiles: ReadonlyMap<number, number>): Promise<void> {
    for await (const read of portions(rowsIn(this.#capsule, table.name))) {
      let rows = read
      this.#note(table.sequence, table.key, rows)
      if (table.name === 'OPR_Tree') {
        await this.#free(rows.map(row => row['OT_ID'] as number))
        for (const row of rows) ids.add(row['OT_ID'] as number)
        const lost = rows.filter(row => typeof row['OT_OT_Link'] === 'number' && !ids.has(row['OT_OT_Link']))
        const there = await this.#present('OPR_Tree', 'OT_ID', [
          ...new Set(lost.map(row => row['OT_OT_Link'])),
        ])
        for (const row of lost)
          if (!there.has(row['OT_OT_Link']))
            this.notes.push(
              `Node ${String(row['OT_ID'])} linked node ${String(row['OT_OT_Link'])}, which is not here.`,
            )
        rows = rows.filter(row => !lost.includes(row) || there.has(row['OT_OT_Link']))
      }
      if (table.name === 'OPR_Content')
        for (const column of ['OC_OT_Deliverer', 'OC_OT_Titlepage'])
          rows = await this.#loosen(rows, column, ids)
      if (table.name === 'PRV_Acl') rows = this.#rightsOf(rows)
      // who looks after it here is for a person to say
      const { person } = table
      if (person !== undefined) rows = rows.map(row => ({ ...row, [person]: null }))
      if (table.name === 'OPR_Page')
        rows = rows.map(row => ({
          ...this.#withMaster(row),
          OP_OIP_ID: profiles.get(row['OP_OIP_ID'] as number) ?? null,
        }))
      if (table.mayBeThere || table.name === 'OPR_Redirect') {
        const there = await this.#present(
          table.name,
          table.key,
          rows.map(row => row[table.key]),
        )
        rows = rows.filter(row => !there.has(row[table.key]))
      }
      if (table.name === 'OPR_NoteHistory')
        rows = rows.map(row => ({
          ...row,
          ONOH_ONO_ID: this.#notesNow.get(row['ONOH_ONO_ID']) ?? row['ONOH_ONO_ID'],
        }))
      if (table.name.startsWith('PRV_') || table.name === 'OPR_Note') {
        const there = await this.#present(
          table.name,
          table.key,
          rows.map(row => row[table.key]),
        )
        const fresh: StoredRow[] = []
        for (const row of rows) {
          const id = there.has(row[table.key])
            ? await nextId(this.#trx, table.sequence as string)
            : row[table.key]
          if (table.name === 'OPR_Note') this.#notesNow.set(row[table.key], id)
          fresh.push({ ...row, [table.key]: id })
        }
        rows = fresh
      }
      if (rows.length > 0) await this.#insert(table.name, rows)
    }
  }

  /** Lines of the log, where it does not have them. */
  async log(): Promise<void> {
    for await (const read of portions(rowsIn(this.#capsule, 'SYS_Log'))) {
      const there = await this.#present(
        'SYS_Log',
        'SL_ID',
        read.map(row => row['SL_ID']),
      )
      const rows = read.filter(row => !there.has(row['SL_ID']))
      if (rows.length > 0) await this.#insert('SYS_Log', rows)
      this.#note('SYS_Log_SEQ', 'SL_ID', read)
      this.#note('SYS_Batch_SEQ', 'SL_Batch', read)
    }
  }

  /** Edits of images: the pack itself is made anew from the master. */
  async edits(): Promise<void> {
    const columns = [
      'OPK_Rotation',
      'OPK_Mirrored',
      'OPK_CropX',
      'OPK_CropY',
      'OPK_CropWidth',
      'OPK_CropHeight',
    ]
    for await (const rows of portions(rowsIn(this.#capsule, packTable)))
      await this.#update('OPR_Pack', 'OPK_OT_ID', columns, rows)
  }

  /** Puts columns to what rows say, as far as they have them. */
  async #update(
    table: string,
    key: string,
    columns: readonly string[],
    rows: readonly StoredRow[],
  ): Promise<void> {
    const known = columns.filter(column => column in (rows[0] ?? {}))
    if (known.length === 0) return
    await this.#connection.executeMany(
      `update ${table} set ${known.map(column => `${column} = ?`).join(', ')} where ${key} = ?`,
      rows.map(row => [...known, key].map(column => row[column])),
    )
  }

  /** What the insertion of other rows has raised or set is put to what it was. */
  async versions(): Promise<void> {
    const columns = ['OT_Version', 'OT_InsertBatch', 'OT_InsertTS', 'OT_UpdateTS']
    for (const file of ['DomainNodes', 'NodesAbove', 'OPR_Tree'])
      for await (const rows of portions(rowsIn(this.#capsule, file)))
        await this.#update('OPR_Tree', 'OT_ID', columns, rows)
  }

  async sequences(): Promise<void> {
    for (const [sequence, highest] of this.#highest) await raiseSequence(this.#trx, sequence, [highest])
  }
}
