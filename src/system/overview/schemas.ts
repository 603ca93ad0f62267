// The documents that tell how the installation is.
import { z } from 'zod'
import { envelope } from '../../http/envelope.ts'
import { jobStates } from '../../jobs/queue.ts'
import { readyStates } from '../health/index.ts'

const whole = z.number().int()
const moment = z.string()

export const System = z
  .object({
    status: z.enum(readyStates).meta({ description: 'As /ready says it' }),
    checks: z
      .record(z.string(), z.string())
      .meta({ description: 'ok, or what is wrong, by what was looked at' }),
    program: z.object({
      version: z.string(),
      schema: z.string().meta({ description: 'Version of the database schema that it brings along' }),
      node: z.string(),
      platform: z.string(),
      engine: z.string().meta({ description: 'Version of Firebird' }),
      startedAt: moment,
      uptime: whole.meta({ description: 'Seconds' }),
      memoryBytes: whole.meta({ description: 'Resident memory of the process that answered' }),
    }),
    pool: z
      .object({
        size: whole,
        busy: whole,
        idle: whole,
        waiting: whole.meta({ description: 'Requests that wait for a connection' }),
        timedOut: whole.meta({ description: 'Requests that got none in time, since the start' }),
        failed: whole.meta({ description: 'Connections that could not be opened, since the start' }),
      })
      .meta({ description: 'Database connections of the process that answered' }),
    queues: z.object({
      jobs: z.array(z.object({ kind: z.string(), state: z.enum(jobStates.names), count: whole })),
      oldestSeconds: whole.meta({ description: 'How long the oldest job that is due has been waiting' }),
      packs: whole.meta({ description: 'Access packs that are to be made' }),
      refusedPacks: whole.meta({ description: 'Masters that cannot be decoded' }),
      changes: whole.meta({ description: 'Notes of changes that nobody has followed up' }),
    }),
    index: z
      .object({
        titles: whole,
        pages: whole,
        bytes: whole,
        isPartial: z.boolean().meta({ description: 'It is being made anew: titles may be missing in hits' }),
        isCurrent: z.boolean().meta({ description: 'Every change has been taken over' }),
      })
      .nullable()
      .meta({ description: 'The search index of the process that answered; null where it has none' }),
    storage: z.object({
      folders: z.array(
        z.object({
          option: z.string(),
          folder: z.string(),
          freeBytes: whole.nullable(),
          totalBytes: whole.nullable().meta({ description: 'Of the disk' }),
        }),
      ),
      leastFreeBytes: whole.meta({ description: '[limits] freeMegabytes: below it the service is degraded' }),
      databaseBytes: whole,
      cacheBytes: whole.meta({ description: 'Rendered images that are kept' }),
      cacheLimitBytes: whole,
    }),
    fixity: z.object({
      open: z
        .record(z.string(), whole)
        .meta({ description: 'Kept files that are not as they should be, by fault' }),
      round: z
        .object({
          files: whole,
          bytes: whole,
          findings: whole,
          beganAt: moment,
          updatedAt: moment,
          endedAt: moment.nullable(),
        })
        .nullable()
        .meta({ description: 'The last round of the whole archive; null before the first' }),
    }),
    backup: z
      .object({
        name: z.string(),
        folder: z.string(),
        at: moment,
        files: whole,
        bytes: whole,
        faults: whole.meta({ description: 'Files of the archive that could not be copied' }),
      })
      .nullable()
      .meta({ description: 'The last one that `firefolio backup` made of this installation' }),
    schedules: z.array(
      z.object({
        kind: z.string(),
        expression: z.string(),
        timezone: z.string(),
        nextAt: moment,
        lastAt: moment.nullable(),
      }),
    ),
    slowStatements: z
      .array(z.object({ sql: z.string(), count: whole, maxMs: whole, lastMs: whole, lastAt: moment }))
      .meta({
        description:
          'Statements of the process that answered which took longer than [log] slowStatement, each text once, without its values; the slowest first',
      }),
    slowStatementMs: whole.meta({ description: '[log] slowStatement' }),
    ...envelope,
  })
  .meta({ id: 'System', description: 'How the installation is, at this moment.' })
export type System = z.output<typeof System>

export const SystemReport = z
  .object({
    madeAt: moment,
    system: System,
    settings: z
      .array(z.object({ section: z.string(), name: z.string(), value: z.string() }))
      .meta({ description: 'Options that differ from their defaults; secrets are masked' }),
    failedJobs: z.array(
      z.object({ id: whole, kind: z.string(), error: z.string().nullable(), endedAt: moment.nullable() }),
    ),
  })
  .meta({ id: 'SystemReport', description: 'What somebody who helps needs to know. It holds no secrets.' })
export type SystemReport = z.output<typeof SystemReport>
