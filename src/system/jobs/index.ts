// The HTTP view of the queue.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { sendEvents } from '../../http/events.ts'
import type { Module } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { send, write } from '../../http/write.ts'
import * as queue from '../../jobs/queue.ts'
import { access } from '../../people/access/index.ts'
import { list as listSchedules } from '../../jobs/schedules.ts'
import { figuresOf } from './figures.ts'
import { followSchedules, tidy } from './housekeeping.ts'
import { documentOf, documentOfSchedule, Job, JobList, NewJob, ScheduleList } from './schemas.ts'

export { noteRun } from './figures.ts'

export const jobs: Module = {
  name: 'jobs',
  hooks: (_app, services) => void services.figures.set('jobs', () => figuresOf(services)),
  jobs: { 'jobs.tidy': tidy },
  follow: followSchedules,
  routes: async (app, { services }) => {
    const { db } = services
    const tags = ['jobs']
    const ended = (job: queue.Job) => job.state !== 'waiting' && job.state !== 'running'

    app.get(
      '/api/v1/jobs',
      {
        config: { right: 'job' },
        schema: {
          operationId: 'listJobs',
          tags,
          summary: 'Lists jobs, newest first.',
          querystring: PageQuery.extend({
            state: z.enum(queue.jobStates.names).optional(),
            kind: z.string().max(60).optional(),
          }),
          response: { 200: json(JobList, 'Jobs.'), ...problems() },
        },
      },
      async request => {
        const { cursor, limit, state, kind } = request.query
        const [before] = decodeCursor(cursor, ['number']) ?? []
        const rows = await queue.list(db, { state, kind, before: before as number | undefined }, limit + 1)
        const page = pageOf(rows, limit, row => [row.id])
        return listDocument(request.url, { next: page.next, items: page.items.map(documentOf) })
      },
    )

    app.post(
      '/api/v1/jobs',
      {
        config: { right: 'job' },
        schema: {
          operationId: 'startJob',
          tags,
          summary: 'Starts a job by its name.',
          body: NewJob,
          response: {
            202: json(
              Job,
              'The job; a waiting one of the same kind is taken, and begins now where no other time is said.',
            ),
            ...problems(),
          },
        },
      },
      async (request, reply) => {
        const { kind, priority, runAfter, ...more } = request.body
        const options = 'options' in more ? more.options : undefined
        if (kind === 'bin.purge' && !access.everywhere(request.principal, 'purge'))
          throw new Refusal('forbidden', 'This needs the right purge.')
        const answer = await write(services, request, { canUndo: false }, async trx => {
          const id = await queue.enqueue(trx, {
            kind,
            payload: options,
            actor: request.principal.name,
            uniqueKey: options === undefined ? kind : `${kind} ${JSON.stringify(options)}`,
            priority,
            runAfter: runAfter === undefined ? undefined : new Date(runAfter),
            isUrgent: runAfter === undefined,
          })
          return { status: 202, body: documentOf(await queue.get(trx, id)), location: `/api/v1/jobs/${id}` }
        })
        return send(reply, answer)
      },
    )

    app.get(
      '/api/v1/jobs/schedules',
      {
        config: { right: 'job' },
        schema: {
          operationId: 'listSchedules',
          tags,
          summary: 'Lists when jobs are added by themselves ([schedule] in server.ini), and when next.',
          response: { 200: json(ScheduleList, 'Schedules.'), ...problems() },
        },
      },
      async request =>
        listDocument(request.url, {
          next: undefined,
          items: (await listSchedules(db)).map(documentOfSchedule),
        }),
    )

    app.get(
      '/api/v1/jobs/:id',
      {
        config: { right: 'job' },
        schema: {
          operationId: 'getJob',
          tags,
          summary: 'Reads a job.',
          params: IdParams,
          response: { 200: json(Job, 'The job.'), ...problems(404) },
        },
      },
      async request => documentOf(await queue.get(db, request.params.id)),
    )

    app.get(
      '/api/v1/jobs/:id/events',
      {
        config: { right: 'job' },
        schema: {
          operationId: 'watchJob',
          tags,
          summary: 'Server-sent events while the job runs.',
          params: IdParams,
          response: {
            200: { description: 'Events.', content: { 'text/event-stream': { schema: z.string() } } },
            ...problems(404),
          },
        },
      },
      async (request, reply) => {
        await sendEvents(request, reply, async () => {
          const job = await queue.find(db, request.params.id)
          if (!job) throw new Refusal('not-found', `There is no job ${request.params.id}.`)
          return {
            state: { state: job.state, done: job.done, total: job.total, error: job.error },
            ended: ended(job),
          }
        })
      },
    )

    const change = (path: 'cancel' | 'retry', summary: string, act: typeof queue.cancel) =>
      app.post(
        `/api/v1/jobs/:id/${path}` as '/api/v1/jobs/:id/cancel',
        {
          config: { right: 'job' },
          schema: {
            operationId: `${path}Job`,
            tags,
            summary,
            params: IdParams,
            response: { 200: json(Job, 'The job.'), ...problems(404, 409) },
          },
        },
        async (request, reply) =>
          send(
            reply,
            await write(services, request, { canUndo: false }, async trx => ({
              body: documentOf(await act(trx, request.params.id)),
            })),
          ),
      )
    change('cancel', 'Stops a job: at once, or at its next step.', queue.cancel)
    change('retry', 'Lets a failed or cancelled job run again.', queue.retry)
  },
}
