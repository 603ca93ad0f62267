import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { documentLimits } from '../../config/document-limits.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { together } from '../../firebird/together.ts'
import { writeMods } from '../../formats/mods/write.ts'
import { decodeUtf8 } from '../../formats/xml/read.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { listDocument } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, type Answer, send, write } from '../../http/write.ts'
import { access } from '../../people/access/index.ts'
import { getDomain } from '../domains/index.ts'
import { record as log } from '../../system/log/index.ts'
import { getNode, getVisible, shownPlace, writeTree } from '../tree/index.ts'
import { change } from './change.ts'
import { asCounted } from './counted.ts'
import { documentOf } from './documents.ts'
import * as identifiers from './identifiers.ts'
import { againWhereGiven, logPosted, type PostItem, postRecords } from './post.ts'
import { pageOfTitles } from './list-page.ts'
import { type NewTitle, PostedTitle } from './new-title.ts'
import * as repository from './repository.ts'
import { PostQuery, Title, TitleList, TitlePatch, TitleReport, TitlesQuery } from './schemas.ts'
import { filesOfTitle } from '../attachments/index.ts'
import { replaceMods } from './store.ts'
import { getTitle, requireTitleVersion } from './support.ts'

const tags = ['titles']
const modsBody = 'application/mods+xml'

/** Rolls the transaction back with the report that it would have given. */
class DryRun extends Error {
  readonly items: readonly PostItem[]
  constructor(items: readonly PostItem[]) {
    super('dry run')
    this.items = items
  }
}

const reportOf = (items: readonly PostItem[], dryRun: boolean, url: string) => ({
  items: items.map(({ parentId: _, ...item }) => {
    const isNew = dryRun && item.outcome === 'created'
    return {
      ...item,
      id: isNew ? null : item.id,
      messages: [...item.messages],
      links: isNew ? {} : { title: `/api/v1/titles/${item.id}` },
    }
  }),
  dryRun,
  links: { self: url },
  relationships: {},
  meta: metaOf({}),
})

const noComments = { comment: null, orgForm: null, webInfo1: null }

async function detailsOf(db: Db, { id, hasComments }: repository.Title) {
  const [comments, own, files] = await Promise.all([
    // few titles have any, and blobs are read in a transaction of their own
    hasComments === 0 ? noComments : repository.comments(db, id),
    identifiers.ofNode(db, id),
    filesOfTitle(db, id),
  ])
  return { comments, identifiers: own, files }
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  const titleAnswer = async (trx: typeof db, id: number, request: FastifyRequest): Promise<Answer<Title>> => {
    const row = await getTitle(trx, id)
    const body = documentOf(types, row, request.principal, await detailsOf(trx, row))
    return { body, etag: etagOf(row.version, 'o') }
  }

  app.get(
    '/api/v1/titles',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listTitles',
        tags,
        summary: 'Lists titles by many properties.',
        querystring: TitlesQuery,
        response: { 200: json(TitleList, 'Titles.'), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const page = await pageOfTitles(services, request, request.query)
      if (request.query.sort === 'title') reply.header('vary', 'Accept-Language')
      return listDocument(request.url, {
        next: page.next,
        items: page.items.map(row => documentOf(types, row, request.principal)),
      })
    },
  )

  app.post(
    '/api/v1/titles',
    {
      config: { right: 'import', asksItself: true },
      schema: {
        operationId: 'createTitles',
        tags,
        summary: 'Stores a MODS record, a modsCollection, or fields, as titles.',
        description:
          'Repeatable: a record whose identifier is known updates its title, or changes nothing. All records of a request are stored, or none.',
        consumes: [modsBody, 'application/xml', 'text/xml', 'application/json'],
        querystring: PostQuery,
        body: {
          content: { [modsBody]: { schema: z.unknown() }, 'application/json': { schema: PostedTitle } },
        },
        response: {
          200: json(TitleReport, 'Nothing was created.'),
          201: json(TitleReport, 'At least one title was created.'),
          ...problems(404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const query = request.query as z.output<typeof PostQuery>
      const { mods, ...fields } = Buffer.isBuffer(request.body)
        ? { mods: decodeUtf8(request.body, 'The body') }
        : (request.body as z.output<typeof PostedTitle>)
      const source = mods ?? writeMods(fields as z.output<typeof NewTitle>)
      const records = await services.offload.run(
        'readMods',
        source,
        source,
        documentLimits(services.config, 'The body'),
      )
      if (query.domain === undefined && query.parent === undefined)
        throw new Refusal('bad-request', 'Send domain or parent.')
      const dryRun = query.dryRun === 'true'
      try {
        const store = () =>
          writeTree(services, request, 'insert', async trx => {
            const parent = query.parent === undefined ? undefined : await getNode(trx, query.parent)
            const domain = await getDomain(trx, query.domain ?? (parent?.domainId as number))
            const items = await postRecords(trx, services, records, {
              domain,
              parent,
              type: query.type,
              origin: mods === undefined ? 'form' : 'batchCatalogue',
              released: query.release === 'true',
              overwrite: query.overwrite === 'true',
              hasIdempotencyKey: request.headers['idempotency-key'] !== undefined,
              author: request.principal,
            })
            if (dryRun) throw new DryRun(items)
            const actor = actorOf(request)
            const only = items.length === 1 ? items[0] : undefined
            const [version] = await together(
              only ? getTitle(trx, only.id).then(title => title.version) : Promise.resolve(undefined),
              logPosted(trx, actor, items),
            )
            const created = items.filter(item => item.outcome === 'created')
            return {
              status: created.length > 0 ? 201 : 200,
              body: reportOf(items, false, request.url),
              ...(only ? { location: `/api/v1/titles/${only.id}` } : {}),
              ...(version === undefined ? {} : { etag: etagOf(version, 'o') }),
            }
          })
        return send(reply, await againWhereGiven(store))
      } catch (error) {
        if (error instanceof DryRun) return reply.code(200).send(reportOf(error.items, true, request.url))
        throw error
      }
    },
  )

  app.get(
    '/api/v1/titles/:id',
    {
      config: { right: 'tree:read', tells: 'node' },
      schema: {
        operationId: 'getTitle',
        tags,
        summary: 'Reads a title.',
        params: IdParams,
        response: { 200: json(Title, 'The title.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await getVisible(db, request.principal, id)
      const { principal } = request
      const row = await getTitle(db, id)
      const place = shownPlace(row)
      const letter = access.seesConfidential(principal, place)
        ? 'o'
        : access.seesHiddenAt(principal, place)
          ? 'h'
          : ''
      // entries within the title change the count of its pages, not its version
      const variant = access.variant(principal).replace(/^o/, letter === '' ? '' : letter)
      if (isFresh(request, reply, etagOf(row.version, variant === '' ? letter : variant)))
        return sendUnchanged(reply)
      const [counted = row] = await asCounted(services, principal, [row])
      return documentOf(types, counted, principal, await detailsOf(db, row))
    },
  )

  app.patch(
    '/api/v1/titles/:id',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'changeTitle',
        tags,
        summary: 'Changes fields of a title; imports leave them alone from then on.',
        params: IdParams,
        body: TitlePatch,
        response: { 200: json(Title, 'The title.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const answer = await write(services, request, {}, async trx => {
        const title = await requireTitleVersion(trx, id, version)
        await change(trx, services, title, request.body)
        const actor = actorOf(request)
        await log(trx, {
          entity: 'title',
          entityId: id,
          action: 'change',
          actor,
          data: request.body,
        })
        return await titleAnswer(trx, id, request)
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/titles/:id/mods',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getMods',
        tags,
        summary: 'The MODS record, byte for byte as it came.',
        params: IdParams,
        response: {
          200: { description: 'MODS.', content: { [modsBody]: { schema: z.unknown() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params as { id: number }
      const node = await getVisible(db, request.principal, id)
      const title = await getTitle(db, id)
      if (isFresh(request, reply, etagOf(node.version, 'm'))) return sendUnchanged(reply)
      const stored = await repository.mods(db, title.id)
      if (!stored?.xml) throw new Refusal('not-found', `Title ${id} has no MODS record.`)
      return reply
        .type(`${modsBody}; charset=utf-8`)
        .serializer((xml: unknown) => xml as string)
        .send(stored.xml)
    },
  )

  app.put(
    '/api/v1/titles/:id/mods',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'replaceMods',
        tags,
        summary: 'Replaces the MODS record.',
        consumes: [modsBody, 'application/xml', 'text/xml'],
        params: IdParams,
        body: { content: { [modsBody]: { schema: z.unknown() } } },
        response: { 200: json(Title, 'The title.'), ...problems(404, 409, 412, 413, 415, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params as { id: number }
      if (!Buffer.isBuffer(request.body))
        throw new Refusal('unsupported-media-type', `Send the record as ${modsBody}.`)
      const source = decodeUtf8(request.body, 'The body')
      const records = await services.offload.run(
        'readMods',
        source,
        source,
        documentLimits(services.config, 'The body'),
      )
      const [record] = records
      if (!record || records.length > 1)
        throw new Refusal('not-processable', 'The body must hold exactly one mods record.')
      const answer = await write(services, request, {}, async trx => {
        const title = await requireTitleVersion(trx, id, version)
        await replaceMods(trx, services, title, record, 'edited')
        const actor = actorOf(request)
        await log(trx, {
          entity: 'title',
          entityId: id,
          action: 'replace-mods',
          actor,
        })
        return await titleAnswer(trx, id, request)
      })
      return send(reply, answer)
    },
  )
}
