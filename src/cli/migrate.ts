// firefolio migrate: the schema; migrate vls: a Visual Library Server, with its ids. Ends with a comparison, and an exit code that scripts can trust.
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { Refusal } from '../errors.ts'
import {
  isClean,
  type Migration,
  type MigrationReport,
  migrateFdb,
  migrateMets,
  migrateOai,
  reportLines,
} from '../intake/migrations/index.ts'
import { administration } from '../open-database.ts'
import type { OpenServices } from '../services.ts'
import { placeFileSync } from '../whole-files.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export const migrationExitCodes = { same: 0, failed: 1, differs: 3, interrupted: 130 } as const

export interface VlsFlags {
  readonly oai?: string
  readonly mets?: string
  readonly fdb?: string
  readonly instance?: string
  readonly mapType?: readonly string[]
  readonly mapDomain?: readonly string[]
  readonly files?: string
  readonly charset?: string
  readonly domain?: string
  readonly set?: string
  readonly shiftIds?: number
  readonly hidden?: boolean
  readonly withoutFiles?: boolean
  readonly dryRun?: boolean
  readonly report?: string
}

/** @throws Refusal bad-request */
function shiftOf({ shiftIds = 0 }: VlsFlags): number {
  if (!Number.isSafeInteger(shiftIds) || shiftIds < 0)
    throw new Refusal('bad-request', '--shift-ids takes a whole number that is not negative.')
  return shiftIds
}

type Way = (services: OpenServices, migration: Migration) => Promise<MigrationReport>

/** @throws Refusal bad-request */
function fdbWay(session: Session, fdb: string, flags: VlsFlags): Way {
  const { instance, files, charset = 'UTF8', mapType = [], mapDomain = [] } = flags
  if (instance === undefined || !/^[^\s:]{1,100}$/.test(instance))
    throw new Refusal(
      'bad-request',
      'Name the installation with --instance, as its METS do (agent INSTANCE): titles are known by it ever after.',
    )
  if (!/^\w+$/.test(charset)) throw new Refusal('bad-request', `‘${charset}’ is no character set.`)
  return async (services, migration) => {
    if (services.config.database.direct)
      throw new Refusal(
        'not-implemented',
        'With [database] direct there is no server that could restore the backup.',
      )
    const { database: administered, release } = await administration(services.config)
    try {
      return await migrateFdb(
        services,
        {
          administered,
          path: resolve(session.folder, fdb),
          instance,
          types: mapType,
          domains: mapDomain,
          files: files === undefined ? undefined : resolve(session.folder, files),
          charset,
        },
        migration,
      )
    } finally {
      await release()
    }
  }
}

/** @throws Refusal bad-request */
function wayOf(session: Session, flags: VlsFlags): Way {
  const { oai, mets, fdb, domain, set } = flags
  if ([oai, mets, fdb].filter(source => source !== undefined).length !== 1)
    throw new Refusal('bad-request', 'Name one source: --oai URL, --mets DIR or --fdb FILE.')
  if (mets !== undefined)
    return (services, migration) => migrateMets(services, resolve(session.folder, mets), migration)
  if (fdb !== undefined) return fdbWay(session, fdb, flags)
  if (domain === undefined)
    throw new Refusal(
      'bad-request',
      'Name the domain that the records go to with --domain; --set takes one set of the server.',
    )
  return (services, migration) =>
    migrateOai(services, { baseUrl: oai as string, set: set ?? '', domain }, migration)
}

function tell(session: Session, report: MigrationReport, flags: VlsFlags): number {
  if (flags.report !== undefined)
    placeFileSync(resolve(session.folder, flags.report), `${JSON.stringify(report, undefined, 2)}\n`, 0o640)
  const outcomes = Object.entries(report.outcomes).map(([outcome, count]) => `${count} ${outcome}`)
  session.out(
    `${report.isDryRun ? 'dry run, nothing was stored: ' : ''}${outcomes.join(', ') || 'nothing to do'}\n`,
  )
  for (const line of reportLines(report)) session.out(`${line}\n`)
  if (report.failed.length > 0) return migrationExitCodes.failed
  if (report.isDryRun || isClean(report)) return migrationExitCodes.same
  return migrationExitCodes.differs
}

/** @returns the exit code: one of migrationExitCodes */
export function migrateVls(session: Session, flags: VlsFlags): Promise<number> {
  const way = wayOf(session, flags)
  const shift = shiftOf(flags)
  return session.withServices(async services => {
    const progress = new Progress('migration', session)
    let isStopped = false
    const leave = session.onInterrupt?.(() => {
      isStopped = true
      session.err('\nstopping after this title; once more stops at once\n')
    })
    try {
      const report = await way(services, {
        actor: { name: userInfo().username, application: 'firefolio migrate vls' },
        domain: flags.domain,
        shift,
        release: !flags.hidden,
        bare: flags.withoutFiles ?? false,
        dryRun: flags.dryRun ?? false,
        onProgress: (done, total, what) => progress.show(done, total ?? done + 1, what),
        onDocument: ({ name, outcome, titleId, messages }) => {
          progress.end()
          session.out(`${outcome.padEnd(9)} ${name}${titleId === undefined ? '' : `  → title ${titleId}`}\n`)
          for (const { level, sentence } of messages)
            if (level !== 'info') session.out(`  ${level === 'error' ? '✗' : '!'} ${sentence}\n`)
        },
        isStopped: () => isStopped,
      })
      progress.end()
      const code = tell(session, report, flags)
      if (!isStopped) return code
      session.err('interrupted: what is done stays; the same command goes on\n')
      return migrationExitCodes.interrupted
    } finally {
      leave?.()
    }
  })
}
