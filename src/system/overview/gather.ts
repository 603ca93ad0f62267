// Asks each part of the installation how it is.
import { metaOf } from '../../http/envelope.ts'
import { sql } from 'kysely'
import { indexState } from '../../dissemination/search/index.ts'
import { schemaVersion } from '../../firebird/migrate.ts'
import type { Services } from '../../http/module.ts'
import { countIn } from '../../images/packs/index.ts'
import { list as listJobs, oldestSeconds, openByKind } from '../../jobs/queue.ts'
import { list as listSchedules } from '../../jobs/schedules.ts'
import { lastBackup } from '../../preservation/backup/index.ts'
import { lastFixityRun, openFixityCounts } from '../../preservation/fixity/index.ts'
import { version } from '../../root.ts'
import { countWaitingChanges } from '../changes/index.ts'
import { foldersOf, readinessOf } from '../health/index.ts'
import type { System, SystemReport } from './schemas.ts'
import { settingsOf } from './settings.ts'

const megabyte = 1024 * 1024
const failedShown = 20

async function engineOf({ db }: Services): Promise<{ engine: string; bytes: number }> {
  const { rows } = await sql<{ engine: string; bytes: number | bigint }>`
    select rdb$get_context('SYSTEM', 'ENGINE_VERSION') as "engine", MON$PAGE_SIZE * MON$PAGES as "bytes" from MON$DATABASE`.execute(
    db,
  )
  const [row] = rows
  return { engine: row?.engine ?? '', bytes: Number(row?.bytes ?? 0) }
}

async function queuesOf({ db }: Services): Promise<System['queues']> {
  const [jobs, oldest, packs, refusedPacks, changes] = await Promise.all([
    openByKind(db),
    oldestSeconds(db),
    countIn(db, 'wanted'),
    countIn(db, 'refused'),
    countWaitingChanges(db),
  ])
  return { jobs, oldestSeconds: oldest, packs, refusedPacks, changes }
}

async function fixityOf({ db }: Services): Promise<System['fixity']> {
  const [open, round] = await Promise.all([openFixityCounts(db), lastFixityRun(db, 'round')])
  return {
    open,
    round: round
      ? {
          files: round.files,
          bytes: round.bytes,
          findings: round.findings,
          beganAt: round.beganAt.toISOString(),
          updatedAt: round.updatedAt.toISOString(),
          endedAt: round.endedAt?.toISOString() ?? null,
        }
      : null,
  }
}

export async function gather(services: Services, self: string): Promise<System> {
  const { config, database, db, cache } = services
  const [readiness, engine, queues, index, folders, fixity, backup, schedules] = await Promise.all([
    readinessOf(services),
    engineOf(services),
    queuesOf(services),
    indexState(services),
    foldersOf(services),
    fixityOf(services),
    lastBackup(config),
    listSchedules(db),
  ])
  const { size, open, idle, waiting, timedOut, failed } = database.metrics
  return {
    ...readiness,
    program: {
      version,
      schema: schemaVersion,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      engine: engine.engine,
      startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
      uptime: Math.round(process.uptime()),
      memoryBytes: process.memoryUsage.rss(),
    },
    pool: { size, busy: open - idle, idle, waiting, timedOut, failed },
    queues,
    index: index ?? null,
    storage: {
      folders: folders.map(folder => ({
        ...folder,
        freeBytes: folder.freeBytes ?? null,
        totalBytes: folder.totalBytes ?? null,
      })),
      leastFreeBytes: config.limits.freeMegabytes * megabyte,
      databaseBytes: engine.bytes,
      cacheBytes: cache.bytes,
      cacheLimitBytes: config.webcache.cacheMegabytes * megabyte,
    },
    fixity,
    backup: backup ?? null,
    schedules: schedules.map(({ kind, expression, timezone, nextAt, lastAt }) => ({
      kind,
      expression,
      timezone,
      nextAt: nextAt.toISOString(),
      lastAt: lastAt?.toISOString() ?? null,
    })),
    slowStatements: services.slowStatements
      .list()
      .map(statement => ({ ...statement, lastAt: statement.lastAt.toISOString() })),
    slowStatementMs: config.log.slowStatement,
    links: { self, report: '/api/v1/system/report', jobs: '/api/v1/jobs', fixity: '/api/v1/fixity' },
    relationships: {},
    meta: metaOf({}),
  }
}

export async function report(services: Services): Promise<SystemReport> {
  const [system, failed] = await Promise.all([
    gather(services, '/api/v1/system'),
    listJobs(services.db, { state: 'failed' }, failedShown),
  ])
  return {
    madeAt: new Date().toISOString(),
    system,
    settings: settingsOf(services.config),
    failedJobs: failed.map(({ id, kind, error, endedAt }) => ({
      id,
      kind,
      error,
      endedAt: endedAt?.toISOString() ?? null,
    })),
  }
}
