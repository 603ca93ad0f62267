// Documents of jobs and schedules.
import { z } from 'zod'
import { recognitionLanguages } from '../../config/recognition-options.ts'
import { moment } from '../../http/moment.ts'
import { envelope, metaOf, programOf, toActor, toOne } from '../../http/envelope.ts'
import { listOf } from '../../http/page.ts'
import * as queue from '../../jobs/queue.ts'
import type { KeptSchedule } from '../../jobs/schedules.ts'

export const Job = z
  .object({
    id: z.number().int(),
    kind: z.string(),
    state: z.enum(queue.jobStates.names),
    done: z.number().int(),
    total: z.number().int().nullable(),
    attempts: z.number().int(),
    maxAttempts: z.number().int(),
    priority: z.number().int().meta({ description: 'Higher ones are taken first' }),
    cancelRequested: z.boolean(),
    actor: z.string().nullable(),
    result: z.unknown(),
    error: z.string().nullable(),
    runAfter: z.string(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
    ...envelope,
  })
  .meta({ id: 'Job', description: 'Work that runs in the background.' })
export const JobList = listOf(Job, 'JobList')

export function documentOf({ payload, ...job }: queue.Job): z.output<typeof Job> {
  const application = (payload as { actor?: { application?: string | null } } | null)?.actor?.application
  const self = `/api/v1/jobs/${job.id}`
  return {
    ...job,
    runAfter: job.runAfter.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
    createdAt: job.createdAt.toISOString(),
    updatedAt: job.updatedAt.toISOString(),
    links: { self, events: `${self}/events`, cancel: `${self}/cancel`, retry: `${self}/retry` },
    relationships: { actor: toActor(job.actor) },
    meta: { ...metaOf(job), ...(application ? { createdBy: programOf(application) } : {}) },
  }
}

/** Jobs that somebody may start by name; others come from what they serve. */
const plain = ['images.ingest', 'capsule.verify'] as const
/** Those that can say what they would change, and change nothing. */
const counted = [
  'pagecount',
  'order-date',
  'fields',
  'images.refresh',
  'jobs.tidy',
  'access.anonymise',
  'bin.purge',
  'fixity.repair',
] as const
const dryRun = z
  .boolean()
  .optional()
  .meta({ description: 'Only count what would be done; the result tells it' })

const order = {
  priority: z
    .number()
    .int()
    .min(queue.priorities.least)
    .max(queue.priorities.most)
    .optional()
    .meta({ description: 'Higher ones are taken first; 0 where nothing is said' }),
  runAfter: moment('Not before').optional(),
}

const id = z.number().int().min(1).max(2_147_483_647)

export const NewJob = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(plain), ...order }),
    z.strictObject({
      kind: z.enum(counted),
      ...order,
      options: z.strictObject({ dryRun }).optional(),
    }),
    z.strictObject({
      kind: z.literal('catalogues.refresh'),
      ...order,
      options: z
        .strictObject({
          dryRun,
          domainId: id.optional().meta({ description: 'Titles of this domain alone' }),
        })
        .optional(),
    }),
    z.strictObject({
      kind: z.literal('fixity.check'),
      ...order,
      options: z
        .strictObject({
          all: z.literal(true).optional().meta({ description: 'The whole archive, and every capsule' }),
          title: id.optional().meta({ description: 'A node with all below it, and its capsules' }),
          since: moment('What has changed, and the capsules that were made, since').optional(),
        })
        .refine(options => Object.keys(options).length <= 1, 'give one of all, title and since')
        .optional()
        .meta({ description: 'Without them the next portion of the archive' }),
    }),
    z.strictObject({
      kind: z.literal('texts.recognise'),
      ...order,
      options: z
        .strictObject({
          node: id.optional().meta({ description: 'A title or another node, with all below it' }),
          pages: z.enum(['missing', 'all']).optional().meta({
            description: 'Those without a text (default), or all: corrections stay beside the new text',
          }),
          languages: z
            .string()
            .regex(recognitionLanguages, 'expected codes joined by +, e.g. deu+eng')
            .optional()
            .meta({ description: 'Instead of those of the domain', examples: ['deu+frk'] }),
          dryRun,
        })
        .optional()
        .meta({
          description: 'Without them all pages without a text in domains with languages of their own',
        }),
    }),
    z.strictObject({
      kind: z.literal('stores.move'),
      ...order,
      options: z
        .strictObject({
          dryRun: z.boolean().optional().meta({ description: 'Only count what would be moved' }),
          domain: z
            .string()
            .max(60)
            .optional()
            .meta({ description: 'Only what this domain and those below it need', examples: ['maps'] }),
        })
        .optional(),
    }),
    z.strictObject({
      kind: z.enum(['capsule.free', 'capsule.fetch']),
      ...order,
      options: z
        .strictObject({
          node: id.optional().meta({ description: 'A title or another node, with all below it' }),
          domain: id.optional().meta({ description: 'A domain, with those below it' }),
          dryRun: z.boolean().optional().meta({ description: 'Only count what would be done' }),
        })
        .refine(
          ({ node, domain }) => (node === undefined) !== (domain === undefined),
          'give a node or a domain',
        )
        .meta({ description: 'Whose masters are freed, or brought back' }),
    }),
    z.strictObject({
      kind: z.literal('capsule.make'),
      ...order,
      options: z
        .strictObject({
          title: id.optional().meta({ description: 'A title at the top' }),
          full: z.boolean().optional().meta({ description: 'All of it, also where an increment would do' }),
          dryRun,
        })
        .optional()
        .meta({ description: 'Without them every title that has changed since its last capsule' }),
    }),
  ])
  .meta({ id: 'NewJob' })

const Schedule = z
  .object({
    kind: z.string(),
    expression: z.string(),
    timezone: z.string(),
    nextAt: z.string(),
    lastAt: z.string().nullable().meta({ description: 'The moment that the last job was added for' }),
    ...envelope,
  })
  .meta({ id: 'Schedule', description: 'When jobs of a kind are added by themselves.' })
export const ScheduleList = listOf(Schedule, 'ScheduleList')

export function documentOfSchedule({ jobId, ...schedule }: KeptSchedule): z.output<typeof Schedule> {
  return {
    ...schedule,
    nextAt: schedule.nextAt.toISOString(),
    lastAt: schedule.lastAt?.toISOString() ?? null,
    links: {
      jobs: `/api/v1/jobs?kind=${schedule.kind}`,
      ...(jobId === null ? {} : { lastJob: `/api/v1/jobs/${jobId}` }),
    },
    relationships: { lastJob: toOne('job', jobId) },
    meta: metaOf({}),
  }
}
