// firefolio import <path>: title by title, each whole or not at all; ends with a summary and an exit code that scripts can trust.
import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '../errors.ts'
import { createDomain, getDomain, type Domain } from '../catalogue/domains/index.ts'
import type { Message } from '../catalogue/titles/index.ts'
import type { Db } from '../firebird/database.ts'
import { FirebirdFault } from '../firebird/faults.ts'
import { type Columns, fieldNamed, openDelivery, type Opened } from '../intake/deliveries/index.ts'
import {
  catalogueIdentifiers,
  Manifest,
  notTakenMessages,
  type Outcome,
  runItems,
  failureOf,
  type ImportReport,
} from '../intake/imports/index.ts'
import type { OpenServices } from '../services.ts'
import { counted } from './counted.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export interface ImportFlags {
  readonly domain: string
  readonly createDomain?: boolean
  readonly parent?: number
  readonly type?: string
  readonly identifier?: 'folder'
  readonly catalogue?: string
  readonly encoding?: NonNullable<Manifest['encoding']>
  /** Columns of a list as they are given: Sig.=signature,Titel=title */
  readonly columns?: string
  readonly release?: boolean
  readonly keepIds?: boolean
  readonly strict?: boolean
  readonly overwrite?: boolean
  readonly allowMissing?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const importExitCodes = { done: 0, failed: 1, scansMissing: 3, interrupted: 130 } as const

const actor = { name: userInfo().username, application: 'firefolio import' }
const marks: Readonly<Record<Message['level'], string>> = { info: '·', warning: '!', error: '✗' }

/** @returns what makes the domain within a dry run, which creates nothing */
async function ensureDomain(
  services: OpenServices,
  flags: ImportFlags,
): Promise<((trx: Db) => Promise<Domain>) | undefined> {
  try {
    await getDomain(services.db, flags.domain)
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'not-found') throw error
    if (!flags.createDomain)
      throw new Refusal(
        'not-found',
        `There is no domain ‘${flags.domain}’; --create-domain makes it.`,
        {},
        error,
      )
    const make = async (trx: Db): Promise<Domain> => {
      await createDomain(trx, actor, { name: flags.domain, caption: flags.domain })
      return await getDomain(trx, flags.domain)
    }
    if (flags.dryRun) return make
    // of two imports that begin at once the second finds what the first has made
    await services.database.inTransaction({ actor }, make).catch(async (fault: unknown) => {
      if (!(fault instanceof FirebirdFault) || fault.kind !== 'unique') throw fault
      await getDomain(services.db, flags.domain)
    })
    return undefined
  }
}

/** Columns by their headings: what stands before the last = of a part; a comma of a heading is written twice. @throws Refusal bad-request */
export function columnsIn(text: string): Columns {
  const parts = text
    .split(/(?<!,),(?!,)/)
    .map(part => part.replaceAll(',,', ',').trim())
    .filter(part => part !== '')
  const columns = new Map<string, Columns[string]>()
  for (const part of parts) {
    const at = part.lastIndexOf('=')
    const heading = part.slice(0, Math.max(at, 0)).trim()
    if (heading === '')
      throw new Refusal('bad-request', `‘${part}’ names no column and its field, as Titel=title does.`)
    if (columns.has(heading)) throw new Refusal('bad-request', `The column ‘${heading}’ is named twice.`)
    columns.set(heading, fieldNamed(part.slice(at + 1).trim()))
  }
  return Object.fromEntries(columns)
}

/** The delivery at a path; ZIPs are unpacked for the time of the work. */
async function withDelivery(
  services: OpenServices,
  path: string,
  columns: Columns | undefined,
  work: (found: Opened) => Promise<number>,
): Promise<number> {
  const target = join(services.config.path.var, 'upload', `import-${randomUUID()}`)
  try {
    const { unpackedBytes, unpackedFiles } = services.config.import
    const limits = { bytes: unpackedBytes, entries: unpackedFiles }
    return await work(await openDelivery(path, target, limits, columns))
  } finally {
    await rm(target, { recursive: true, force: true })
  }
}

class Import {
  readonly #session: Session
  readonly #flags: ImportFlags
  /** Of records in the catalogue of the flags, where these are what is imported */
  readonly #identifiers: readonly string[] | undefined
  readonly #columns: Columns | undefined
  readonly #summary = new Map<Outcome, number>()
  readonly #counts = { pages: 0, masters: 0, texts: 0, files: 0, missing: 0 }
  readonly #started = Date.now()
  isStopped = false

  constructor(
    session: Session,
    flags: ImportFlags,
    identifiers: readonly string[] | undefined,
    columns?: Columns,
  ) {
    this.#session = session
    this.#flags = flags
    this.#identifiers = identifiers
    this.#columns = columns
  }

  #manifest(path: string): Manifest {
    const flags = this.#flags
    return Manifest.parse({
      domain: flags.domain,
      ...(this.#identifiers === undefined ? { path } : { catalogueIds: this.#identifiers }),
      ...(flags.parent === undefined ? {} : { parent: flags.parent }),
      ...(flags.type === undefined ? {} : { type: flags.type }),
      ...(flags.identifier === undefined ? {} : { identifier: flags.identifier }),
      ...(flags.catalogue === undefined ? {} : { catalogue: flags.catalogue }),
      ...(flags.encoding === undefined ? {} : { encoding: flags.encoding }),
      ...(this.#columns === undefined ? {} : { columns: this.#columns }),
      ...(flags.release ? { release: true } : {}),
      keepIds: flags.keepIds ?? false,
      strict: flags.strict ?? false,
      overwrite: flags.overwrite ?? false,
      dryRun: flags.dryRun ?? false,
    })
  }

  #tell(messages: readonly Message[]): void {
    for (const message of messages)
      this.#session.out(`  ${marks[message.level]} ${message.sentence.replaceAll('\n', '\n    ')}\n`)
  }

  async run(
    services: OpenServices,
    { sources, notTaken, refused, root }: Pick<Opened, 'sources' | 'notTaken' | 'refused' | 'root'>,
    makeDomain: ((trx: Db) => Promise<Domain>) | undefined,
  ): Promise<number> {
    const progress = new Progress('import', this.#session)
    const total = sources.length
    let done = 0
    for await (const { item, report, messages } of runItems(
      services,
      this.#items(services, sources, root, progress, makeDomain),
    )) {
      done++
      progress.end()
      this.#tellItem(item.name, report, messages)
    }
    for (const { source, refusal } of refused) this.#tellItem(source, undefined, failureOf(refusal))
    return done < total ? this.#interrupted(done, total) : this.#end(notTakenMessages(notTaken))
  }

  /** @param report undefined where it failed */
  #tellItem(name: string, report: ImportReport | undefined, messages: readonly Message[]): void {
    const outcome: Outcome = report?.outcome ?? 'failed'
    this.#summary.set(outcome, (this.#summary.get(outcome) ?? 0) + 1)
    for (const key of ['pages', 'masters', 'texts', 'files', 'missing'] as const)
      this.#counts[key] += report?.counts[key] ?? 0
    if (this.#flags.json)
      return this.#session.out(
        `${JSON.stringify({ source: name, outcome, titleId: report?.titleId ?? null, counts: report?.counts ?? null, messages })}\n`,
      )
    this.#session.out(
      `${outcome.padEnd(9)} ${name}${report?.titleId === undefined ? '' : `  → title ${report.titleId}`}\n`,
    )
    this.#tell(messages)
  }

  /** The titles of a delivery, until the work is to stop. */
  async *#items(
    services: OpenServices,
    sources: readonly string[],
    root: string,
    progress: Progress,
    makeDomain: ((trx: Db) => Promise<Domain>) | undefined,
  ) {
    for (const [at, source] of sources.entries()) {
      if (this.isStopped) return
      if (this.#flags.catalogue !== undefined && at > 0) await pause(services.config.catalogue.pause)
      // a record or row of the file that was named stands beside it, not below
      const below = this.#identifiers === undefined ? relative(root, source) : source
      const name = below.startsWith('..') ? basename(source) : below || source
      progress.show(at, sources.length, `titles, ${name}`)
      const options = { manifest: this.#manifest(source), actor, hasIdempotencyKey: false }
      const onProgress = (done: number, total: number) =>
        progress.show(
          at + (total === 0 ? 0 : done / total),
          sources.length,
          `titles, ${done}/${total} pages of ${name}`,
        )
      yield { source, options, makeDomain, onProgress, name }
    }
  }

  #interrupted(done: number, total: number): number {
    this.#session.err(
      `interrupted: ${done} of ${total} titles are done and stay; the same command goes on, and leaves them as they are\n`,
    )
    return importExitCodes.interrupted
  }

  #end(leftOut: readonly Message[]): number {
    const { pages, masters, texts, files, missing } = this.#counts
    if (this.#flags.json) {
      if (leftOut.length > 0) this.#session.out(`${JSON.stringify({ source: null, messages: leftOut })}\n`)
    } else {
      this.#tell(leftOut)
      const parts = [...this.#summary].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
      const lost = missing === 0 ? '' : `, ${counted(missing, 'scan')} missing or refused`
      this.#session.out(
        `${this.#flags.dryRun ? 'dry run, nothing was stored: ' : ''}${parts}; ${counted(pages, 'page')}, ${counted(masters, 'master')}${lost}, ${counted(texts, 'text')}${files === 0 ? '' : `, ${counted(files, 'further file')}`} in ${((Date.now() - this.#started) / 1000).toFixed(1)} s\n`,
      )
    }
    if (this.#summary.has('failed')) return importExitCodes.failed
    return missing > 0 && !this.#flags.allowMissing ? importExitCodes.scansMissing : importExitCodes.done
  }
}

/** @returns the exit code: one of importExitCodes */
export function importPath(session: Session, named: string, flags: ImportFlags): Promise<number> {
  return session.withServices(async services => {
    const path = resolve(session.folder, named)
    const columns = flags.columns === undefined ? undefined : columnsIn(flags.columns)
    const running = new Import(session, flags, undefined, columns)
    return await withDelivery(services, path, columns, async found => {
      const makeDomain = await ensureDomain(services, flags)
      const leave = session.onInterrupt?.(() => {
        running.isStopped = true
        session.err('\nstopping after this title; once more stops at once\n')
      })
      try {
        return await running.run(services, found, makeDomain)
      } finally {
        leave?.()
      }
    })
  })
}

/** Identifiers as they stand in a list: a line each, what stands behind a separator aside. */
export const identifiersIn = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .map(line => (line.split(/[\t;,]/)[0] as string).replaceAll('"', '').trim())
    .filter(line => line !== '' && !line.startsWith('#'))

/** Records of an online catalogue by their identifiers, each a title. @returns the exit code: one of importExitCodes */
export function importIdentifiers(
  session: Session,
  identifiers: readonly string[],
  list: string | undefined,
  flags: ImportFlags & { readonly catalogue: string },
): Promise<number> {
  return session.withServices(async services => {
    const listed =
      list === undefined ? [] : identifiersIn(await readFile(resolve(session.folder, list), 'utf8'))
    const catalogueIds = [...identifiers, ...listed]
    if (catalogueIds.length === 0)
      throw new Refusal('bad-request', 'Name the identifiers, or give a file with one in each line (--list).')
    // as over HTTP: the catalogue is known, the list not too long, each identifier is asked for once
    const sources = catalogueIdentifiers(
      services,
      Manifest.parse({ domain: flags.domain, catalogue: flags.catalogue, catalogueIds }),
    )
    const makeDomain = await ensureDomain(services, flags)
    const running = new Import(session, flags, catalogueIds)
    const leave = session.onInterrupt?.(() => {
      running.isStopped = true
      session.err('\nstopping after this title; once more stops at once\n')
    })
    try {
      return await running.run(
        services,
        { sources: sources ?? [], notTaken: [], refused: [], root: '' },
        makeDomain,
      )
    } finally {
      leave?.()
    }
  })
}
