import { basename, relative } from 'node:path'

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { IdParams } from '../../http/envelope.ts'
import { sendEvents } from '../../http/events.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { actorOf, send, write } from '../../http/write.ts'
import * as queue from '../../jobs/queue.ts'
import { access } from '../../people/access/index.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import { getNode, shownPlace } from '../../catalogue/tree/index.ts'
import { isOpenedLater, listTemplate, survey } from '../deliveries/index.ts'
import { pathBelow } from './documents.ts'
import { catalogueIdentifiers } from './from-catalogue.ts'
import * as repository from './repository.ts'
import { type BatchOptions } from './items.ts'
import { batchDocument, fullDocument } from './shown.ts'
import { readMultipart } from './uploads.ts'
import { ImportBatch, ImportList, Manifest, Parts } from './schemas.ts'

const tags = ['imports']

/** Whose imports are shown: their own to who may import in places alone, all to who may everywhere. */
const ownOf = (principal: Principal): string | undefined =>
  access.everywhere(principal, 'import') ? undefined : principal.name

/** @throws Refusal not-found for others' to who sees their own alone */
async function requireKnown(db: Db, request: FastifyRequest<{ Params: { id: number } }>) {
  const batch = await repository.get(db, request.params.id)
  const own = ownOf(request.principal)
  if (own !== undefined && batch.actor !== own)
    throw new Refusal('not-found', `There is no import ${batch.id}.`)
  return batch
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, config } = services

  app.post(
    '/api/v1/imports',
    {
      config: { right: 'import', asksItself: true },
      bodyLimit: config.limits.uploadBytes,
      schema: {
        operationId: 'createImport',
        tags,
        summary:
          'Imports a title with its pages in one call, METS files on the server, or records of an online catalogue.',
        description:
          'JSON, or multipart/form-data with a part manifest (the same JSON) and the files that it names. Repeatable: what is known already is not stored twice.',
        consumes: ['application/json', 'multipart/form-data'],
        body: {
          content: {
            'application/json': { schema: Manifest },
            'multipart/form-data': { schema: Parts },
          },
        },
        response: {
          202: json(ImportBatch, 'The batch; its items have their outcome when the job is done.'),
          ...problems(404, 409, 413, 415, 422, 507),
        },
      },
    },
    async (request, reply) => {
      const { manifest, uploads } = request.isMultipart()
        ? await readMultipart(services, request)
        : { manifest: request.body as Manifest, uploads: undefined }
      if (manifest.keepIds && !access.can(request.principal, 'import:keep-ids'))
        throw new Refusal('forbidden', 'Keeping ids needs the right import:keep-ids.')
      if (
        (manifest.path !== undefined || manifest.delivery !== undefined) &&
        (manifest.mods !== undefined || manifest.record !== undefined || manifest.pages || manifest.structure)
      )
        throw new Refusal(
          'bad-request',
          'path and delivery stand alone: the documents there bring their own records and pages.',
        )
      if (manifest.columns && manifest.path === undefined && manifest.delivery === undefined)
        throw new Refusal('bad-request', 'columns are those of a list of titles: send path or delivery.')
      const identifiers = catalogueIdentifiers(services, manifest)
      const delivered =
        manifest.delivery !== undefined
          ? pathBelow(uploads ?? config.path.import, manifest.delivery)
          : manifest.path !== undefined
            ? pathBelow(config.path.import, manifest.path)
            : undefined
      const archive = delivered !== undefined && isOpenedLater(delivered) ? delivered : undefined
      const { sources, notTaken, lists } =
        archive !== undefined
          ? { sources: [], notTaken: [], lists: [] }
          : delivered !== undefined
            ? survey(delivered, manifest.columns)
            : { sources: identifiers ?? [manifest.record ?? 'manifest'], notTaken: [], lists: [] }
      const answer = await write(services, request, {}, async trx => {
        const parent = manifest.parent === undefined ? undefined : await getNode(trx, manifest.parent)
        if (manifest.domain === undefined && parent === undefined)
          throw new Refusal('bad-request', 'Send domain or parent.')
        const domain = await getDomain(trx, manifest.domain ?? (parent?.domainId as number))
        if (parent) access.require(request.principal, 'import', shownPlace(parent))
        else access.requireInDomain(request.principal, 'import', domain)
        const options: BatchOptions = {
          manifest,
          actor: actorOf(request),
          hasIdempotencyKey: request.headers['idempotency-key'] !== undefined,
          uploads,
          archive,
          notTaken,
          lists,
        }
        const source =
          manifest.path ??
          manifest.delivery ??
          manifest.catalogue ??
          manifest.record ??
          'POST /api/v1/imports'
        const id = await repository.create(
          trx,
          {
            domainId: domain.id,
            source,
            kind: manifest.path !== undefined ? 'path' : uploads === undefined ? 'json' : 'upload',
            options,
            actor: request.principal.name,
            dryRun: manifest.dryRun,
          },
          sources,
        )
        const jobId = await queue.enqueue(trx, {
          kind: 'imports.run',
          payload: { importId: id },
          actor: request.principal.name,
        })
        await repository.setJob(trx, id, jobId)
        return { status: 202, body: await fullDocument(trx, id), location: `/api/v1/imports/${id}` }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/imports',
    {
      config: { right: 'import', asksItself: true },
      schema: {
        operationId: 'listImports',
        tags,
        summary: 'Lists imports, newest first.',
        querystring: PageQuery,
        response: { 200: json(ImportList, 'Imports.'), ...problems() },
      },
    },
    async request => {
      const [before] = decodeCursor(request.query.cursor, ['number']) ?? []
      const rows = await repository.list(
        db,
        { before: before as number | undefined, actor: ownOf(request.principal) },
        request.query.limit + 1,
      )
      const page = pageOf(rows, request.query.limit, row => [row.id])
      const summaries = await repository.summaries(
        db,
        page.items.map(({ id }) => id),
      )
      return listDocument(request.url, {
        next: page.next,
        items: page.items.map(batch => ({ ...batchDocument(batch), summary: summaries.get(batch.id) ?? {} })),
      })
    },
  )

  app.get(
    '/api/v1/imports/list-template',
    {
      config: { right: 'import', asksItself: true },
      schema: {
        operationId: 'getListTemplate',
        tags,
        summary: 'A list of titles to be filled in: a line for each, with the folder of its images.',
        response: {
          200: { description: 'CSV.', content: { 'text/csv': { schema: z.string() } } },
          ...problems(),
        },
      },
    },
    async (_request, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="titles.csv"')
        .send(`\uFEFF${listTemplate}`),
  )

  app.get(
    '/api/v1/imports/:id',
    {
      config: { right: 'import', asksItself: true },
      schema: {
        operationId: 'getImport',
        tags,
        summary: 'Reads an import with the outcome of each item.',
        params: IdParams,
        response: { 200: json(ImportBatch, 'The import.'), ...problems(404) },
      },
    },
    async request => {
      await requireKnown(db, request)
      const document = await fullDocument(db, request.params.id)
      // paths of the server stay here
      return {
        ...document,
        items: document.items.map(item => ({
          ...item,
          source: relative(config.path.import, item.source).startsWith('..')
            ? basename(item.source)
            : relative(config.path.import, item.source) || item.source,
        })),
      }
    },
  )

  app.get(
    '/api/v1/imports/:id/events',
    {
      config: { right: 'import', asksItself: true },
      schema: {
        operationId: 'watchImport',
        tags,
        summary: 'Server-sent events while the import runs.',
        params: IdParams,
        response: {
          200: { description: 'Events.', content: { 'text/event-stream': { schema: z.string() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      await requireKnown(db, request)
      await sendEvents(request, reply, async () => {
        const { state, summary, jobId } = await fullDocument(db, request.params.id)
        const job = jobId === null ? undefined : await queue.find(db, jobId)
        return {
          state: { state, summary, done: job?.done ?? 0, total: job?.total ?? null },
          ended: state === 'finished' || job?.state === 'failed' || job?.state === 'cancelled',
        }
      })
    },
  )

  app.post(
    '/api/v1/imports/:id/retry',
    {
      config: { right: 'import', asksItself: true },
      schema: {
        operationId: 'retryImport',
        tags,
        summary: 'Runs the failed items again.',
        params: IdParams,
        response: { 202: json(ImportBatch, 'The batch.'), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const answer = await write(services, request, {}, async trx => {
        const batch = await requireKnown(trx, request)
        if (batch.state === 'running') throw new Refusal('conflict', `Import ${batch.id} is running.`)
        await repository.resetFailed(trx, batch.id)
        const jobId = await queue.enqueue(trx, {
          kind: 'imports.run',
          payload: { importId: batch.id },
          actor: request.principal.name,
        })
        await repository.setJob(trx, batch.id, jobId)
        await repository.setState(trx, batch.id, 'waiting')
        return {
          status: 202,
          body: await fullDocument(trx, batch.id),
          location: `/api/v1/imports/${batch.id}`,
        }
      })
      return send(reply, answer)
    },
  )
}
