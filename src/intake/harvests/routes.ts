import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { envelope, IdParams, Meta, metaOf, toOne } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { enqueue, list as listJobs } from '../../jobs/queue.ts'
import { access } from '../../people/access/index.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import { record as log } from '../../system/log/index.ts'
import { harvestedPrefixes } from '../../formats/oai-pmh/harvested.ts'
import * as repository from './repository.ts'
import { documentOfRun, RunList } from './runs.ts'

const tags = ['harvests']
const Harvest = z
  .object({
    id: z.number().int(),
    domainId: z.number().int(),
    baseUrl: z.string(),
    set: z.string(),
    metadataPrefix: z.string(),
    everyHours: z.number().int().nullable(),
    release: z.boolean(),
    from: z.string().nullable().meta({ description: 'What the next run asks for: changes since then' }),
    isUnderWay: z.boolean().meta({ description: 'A run was begun and not ended; the next goes on with it' }),
    next: z.string().nullable(),
    message: z.string().nullable().meta({ description: 'What the last run came to' }),
    ...envelope,
    isRunning: z.boolean(),
    lastSuccessAt: z.string().nullable(),
    lastFailureAt: z.string().nullable(),
    fault: z
      .string()
      .nullable()
      .meta({ description: 'Why the last run failed; null after one that did not' }),
  })
  .meta({ id: 'Harvest', description: 'A set of a foreign repository that is pulled into a domain.' })
const HarvestList = z
  .object({
    items: z.array(Harvest),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'HarvestList' })
const everyHours = z.number().int().min(1).max(8760).nullable().meta({ description: 'null: only when asked' })
const release = z
  .boolean()
  .meta({ description: 'true: what it brings is released; needs the right release, too' })
const ChangedHarvest = z
  .strictObject({ everyHours: everyHours.optional(), release: release.optional() })
  .refine(body => Object.keys(body).length > 0, 'give everyHours or release')
  .meta({ id: 'ChangedHarvest' })
const NewHarvest = z
  .strictObject({
    domain: z.union([z.number().int().min(1).max(2147483647), z.string().max(120)]),
    baseUrl: z.url({ protocol: /^https?$/ }).max(500),
    set: z.string().max(250).default(''),
    metadataPrefix: z.enum(harvestedPrefixes).default('mods'),
    everyHours: everyHours.default(null),
    release: release.default(false),
  })
  .meta({ id: 'NewHarvest' })

const documentOf = (harvest: repository.Harvest): z.output<typeof Harvest> => ({
  id: harvest.id,
  domainId: harvest.domainId,
  baseUrl: harvest.baseUrl,
  set: harvest.set,
  metadataPrefix: harvest.metadataPrefix,
  everyHours: harvest.everyHours,
  release: harvest.release === 1,
  from: harvest.from,
  isUnderWay: harvest.token !== null,
  next: harvest.next?.toISOString() ?? null,
  message: harvest.message,
  isRunning: repository.isRunning(harvest),
  lastSuccessAt: harvest.succeededAt?.toISOString() ?? null,
  lastFailureAt: harvest.failedAt?.toISOString() ?? null,
  fault: harvest.fault,
  links: {
    self: `/api/v1/harvests/${harvest.id}`,
    run: `/api/v1/harvests/${harvest.id}/run`,
    runs: `/api/v1/harvests/${harvest.id}/runs`,
  },
  relationships: { domain: toOne('domain', harvest.domainId) },
  meta: { ...metaOf(harvest), sourceAccount: harvest.baseUrl },
})

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services
  const get = async (id: number): Promise<repository.Harvest> => {
    const harvest = await repository.find(db, id)
    if (!harvest) throw new Refusal('not-found', `There is no harvest ${id}.`)
    return harvest
  }

  app.get(
    '/api/v1/harvests',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'listHarvests',
        tags,
        summary: 'Lists the harvests of foreign repositories.',
        response: { 200: json(HarvestList, 'Harvests.'), ...problems() },
      },
    },
    async request => ({
      items: (await repository.list(db)).map(documentOf),
      links: { self: request.url },
      relationships: {},
      meta: metaOf({}),
    }),
  )

  app.post(
    '/api/v1/harvests',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'createHarvest',
        tags,
        summary: 'Pulls a set of a foreign repository into a domain, once or every so many hours.',
        body: NewHarvest,
        response: {
          200: json(Harvest, 'The harvest, which was there, with what is wanted now.'),
          201: json(Harvest, 'The harvest.'),
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { domain, everyHours, release, ...key } = request.body
      const answer = await write(services, request, { canUndo: false }, async trx => {
        const { id: domainId, name } = await getDomain(trx, domain)
        if (release) access.requireInDomain(request.principal, 'release', { id: domainId, name })
        const { id, isNew } = await repository.ensure(trx, { ...key, domainId }, { release, everyHours })
        await log(trx, {
          entity: 'harvest',
          entityId: id,
          action: isNew ? 'create' : 'change',
          actor: actorOf(request),
          data: request.body,
        })
        // without a schedule it runs once
        if (everyHours === undefined || everyHours === null)
          await enqueue(trx, {
            kind: 'harvest',
            payload: { id },
            uniqueKey: repository.jobKeyOf(id),
            actor: request.principal.name,
          })
        const harvest = (await repository.find(trx, id)) as repository.Harvest
        return { status: isNew ? 201 : 200, body: documentOf(harvest), location: `/api/v1/harvests/${id}` }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/harvests/:id',
    {
      config: { right: 'import', tells: 'harvest' },
      schema: {
        operationId: 'getHarvest',
        tags,
        summary: 'Reads a harvest.',
        params: IdParams,
        response: { 200: json(Harvest, 'The harvest.'), ...problems(404) },
      },
    },
    async request => documentOf(await get(request.params.id)),
  )

  app.patch(
    '/api/v1/harvests/:id',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'changeHarvest',
        tags,
        summary:
          'Changes how often a harvest runs, and whether what it brings is released. Where it pulls from and into stays: that is another harvest.',
        params: IdParams,
        body: ChangedHarvest,
        response: { 200: json(Harvest, 'The harvest.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const answer = await write(services, request, { canUndo: false }, async trx => {
        const harvest = await repository.find(trx, id)
        if (!harvest) throw new Refusal('not-found', `There is no harvest ${id}.`)
        if (request.body.release) {
          const domain = await getDomain(trx, harvest.domainId)
          access.requireInDomain(request.principal, 'release', domain)
        }
        await repository.change(trx, id, request.body)
        await log(trx, {
          entity: 'harvest',
          entityId: id,
          action: 'change',
          actor: actorOf(request),
          data: request.body,
        })
        return { status: 200, body: documentOf((await repository.find(trx, id)) as repository.Harvest) }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/harvests/:id/runs',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'listHarvestRuns',
        tags,
        summary:
          'Lists the runs of a harvest, newest first: what each brought and which records it refused. They are kept as long as jobs are ([jobs] keepDays).',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: json(RunList, 'Runs.'), ...problems(404) },
      },
    },
    async request => {
      const { id } = await get(request.params.id)
      const { cursor, limit } = request.query
      const [before] = decodeCursor(cursor, ['number']) ?? []
      const filter = { uniqueKey: repository.jobKeyOf(id), before: before as number | undefined }
      const page = pageOf(await listJobs(db, filter, limit + 1), limit, job => [job.id])
      return listDocument(request.url, { next: page.next, items: page.items.map(documentOfRun) })
    },
  )

  app.post(
    '/api/v1/harvests/:id/run',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'runHarvest',
        tags,
        summary: 'Runs a harvest now, as a job; one that waits for another attempt waits no longer.',
        params: IdParams,
        response: { 202: json(Harvest, 'The harvest.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const harvest = await get(request.params.id)
      const answer = await write(services, request, { canUndo: false }, async trx => {
        const jobId = await enqueue(trx, {
          kind: 'harvest',
          payload: { id: harvest.id },
          uniqueKey: repository.jobKeyOf(harvest.id),
          isUrgent: true,
          actor: request.principal.name,
        })
        return { status: 202, body: documentOf(harvest), location: `/api/v1/jobs/${jobId}` }
      })
      return send(reply, answer)
    },
  )

  app.delete(
    '/api/v1/harvests/:id',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'deleteHarvest',
        tags,
        summary: 'Ends a harvest; what it brought stays.',
        params: IdParams,
        response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const harvest = await get(request.params.id)
      await services.database.inTransaction({ actor: actorOf(request) }, async trx => {
        await repository.remove(trx, harvest.id)
        await log(trx, {
          entity: 'harvest',
          entityId: harvest.id,
          action: 'delete',
          actor: actorOf(request),
          data: documentOf(harvest),
        })
      })
      return reply.code(204).send(null)
    },
  )
}
