import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { record as log } from '../../system/log/index.ts'
import { archiveFor } from '../domains/index.ts'
import { getPage } from '../pages/index.ts'
import { expectedDigest } from '../../http/digest.ts'
import { getVisible, refreshTitles, requireVersion } from '../tree/index.ts'
import { boxStates, textFormats, textKinds } from './codes.ts'
import * as repository from './repository.ts'
import { historyRoutes } from './routes-history.ts'
import { lineRoutes } from './routes-lines.ts'
import { listOf, TextList } from './schemas.ts'
import { keepText, storeText } from './store.ts'
import { writeAlto } from '../../formats/alto/write.ts'
import { readPageText } from '../../formats/ocr/read.ts'

const alto = 'application/alto+xml'
const pageXml = 'application/vnd.prima.page+xml'
const hocr = 'text/vnd.hocr+html'
const tags = ['texts']
const AltoQuery = z.strictObject({
  text: z
    .enum(['best', 'ocr'])
    .default('best')
    .meta({ description: 'ocr: the text as it came, also where lines of it were corrected' }),
})

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services
  await lineRoutes(app, services)
  await historyRoutes(app, services)

  app.get(
    '/api/v1/pages/:id/texts',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'listTexts',
        tags,
        summary: 'Lists the texts of a page.',
        params: IdParams,
        response: { 200: json(TextList, 'Texts.'), ...problems(404) },
      },
    },
    async request => {
      const page = await getVisible(db, request.principal, request.params.id)
      return listOf(page.id, await repository.ofPage(db, page.id))
    },
  )

  app.get(
    '/api/v1/pages/:id/text',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'getText',
        tags,
        summary: 'The words of a page as plain text; a correction before OCR.',
        params: IdParams,
        response: {
          200: { description: 'Text.', content: { 'text/plain': { schema: z.string() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const page = await getVisible(db, request.principal, request.params.id)
      const rows = await repository.ofPage(db, page.id)
      const best = rows.find(row => textKinds.name(row.kind) === 'wiki') ?? rows[0]
      if (!best) throw new Refusal('not-found', `Page ${page.id} has no text.`)
      if (isFresh(request, reply, etagOf(page.version, 't'))) return sendUnchanged(reply)
      const stored = await repository.plainText(db, best.id)
      return reply
        .type('text/plain; charset=utf-8')
        .serializer((value: unknown) => value as string)
        .send(stored?.text ?? '')
    },
  )

  app.get(
    '/api/v1/pages/:id/alto',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'getAlto',
        tags,
        summary:
          'The text of a page as ALTO: with its lines as they were corrected, else as it came, or made from PAGE-XML or hOCR.',
        params: IdParams,
        querystring: AltoQuery,
        response: {
          200: { description: 'ALTO.', content: { [alto]: { schema: z.unknown() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const page = await getVisible(db, request.principal, request.params.id)
      const filed = (await repository.ofPage(db, page.id)).filter(({ url }) => url !== null)
      const corrected = filed.find(({ kind }) => textKinds.name(kind) === 'wiki')
      const row =
        request.query.text === 'ocr'
          ? filed.find(candidate => candidate !== corrected)
          : (corrected ?? filed[0])
      const facts = row?.url ? await services.archive.facts(row.url) : undefined
      if (!row?.url || !facts) throw new Refusal('not-found', `Page ${page.id} has no text with boxes.`)
      if (isFresh(request, reply, `"${(row.hashsum ?? '').replace('sha256:', '')}"`))
        return sendUnchanged(reply)
      reply.type(`${alto}; charset=utf-8`).serializer((value: unknown) => value as string)
      if (row.format !== textFormats.of('alto')) {
        const bytes = await services.archive.readAll(row.url)
        if (!bytes) throw new Refusal('not-found', `Page ${page.id} has no text with boxes.`)
        return reply.send(writeAlto(readPageText(bytes, { maxDepth: services.config.limits.xmlDepth })))
      }
      return reply.header('content-length', facts.bytes).send(services.archive.read(row.url))
    },
  )

  /** Stores a correction, or takes it away; OCR stays as it is beside it. */
  async function correct(request: FastifyRequest, reply: FastifyReply, text: string | null) {
    const expected = expectedVersion(request)
    const { id } = request.params as { id: number }
    const answer = await write(services, request, {}, async trx => {
      await requireVersion(trx, id, expected)
      const page = await getPage(trx, id)
      const hasChanged =
        text === null
          ? await repository.remove(trx, id, textKinds.of('wiki'))
          : await repository.store(trx, id, {
              kind: textKinds.of('wiki'),
              language: null,
              url: null,
              format: textFormats.of('alto'),
              hashsum: `sha256:${createHash('sha256').update(text).digest('hex')}`,
              text,
              confidence: null,
              engine: null,
              width: null,
              height: null,
              boxState: boxStates.of('none'),
            })
      if (hasChanged)
        await log(trx, {
          entity: 'page',
          entityId: id,
          action: text === null ? 'remove-correction' : 'correct-text',
          actor: actorOf(request),
          data: {},
        })
      await refreshTitles(trx, types, [page.path])
      return { body: listOf(id, await repository.ofPage(trx, id)) }
    })
    return send(reply, answer)
  }

  app.put(
    '/api/v1/pages/:id/text',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'correctText',
        tags,
        summary:
          'Corrects the words of a page: the correction stands beside the OCR text and is shown and found instead of it.',
        consumes: ['text/plain'],
        params: IdParams,
        body: { content: { 'text/plain': { schema: z.string().max(1_000_000) } } },
        response: { 200: json(TextList, 'Texts of the page.'), ...problems(404, 412, 413, 415, 428) },
      },
    },
    async (request, reply) => {
      const text: unknown = request.body
      if (typeof text !== 'string')
        throw new Refusal('unsupported-media-type', 'Send the words of the page as text/plain.')
      return await correct(request, reply, text)
    },
  )

  app.delete(
    '/api/v1/pages/:id/text',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'removeCorrection',
        tags,
        summary: 'Takes the correction of a page away; the OCR text stands again.',
        params: IdParams,
        response: { 200: json(TextList, 'Texts of the page.'), ...problems(404, 412, 428) },
      },
    },
    async (request, reply) => await correct(request, reply, null),
  )

  app.put(
    '/api/v1/pages/:id/alto',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'putAlto',
        tags,
        summary: 'Gives a page its OCR text: ALTO 1 to 4, PAGE-XML or hOCR, by what the body is.',
        consumes: [alto, pageXml, hocr, 'application/xml', 'text/xml'],
        params: IdParams,
        body: {
          content: {
            [alto]: { schema: z.unknown() },
            [pageXml]: { schema: z.unknown() },
            [hocr]: { schema: z.unknown() },
          },
        },
        response: {
          200: json(TextList, 'Texts of the page.'),
          ...problems(404, 412, 413, 415, 422, 428, 507),
        },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params as { id: number }
      if (!Buffer.isBuffer(request.body))
        throw new Refusal('unsupported-media-type', `Send the text as ${alto}, ${pageXml} or ${hocr}.`)
      const { domainId } = await getPage(db, id)
      const archive = await archiveFor(services, domainId, 'texts')
      const kept = await keepText(services, archive, request.body, 'The body')
      const expected = expectedDigest(request.headers['content-digest'])
      if (expected !== undefined && expected !== kept.sha256)
        throw new Refusal('bad-digest', `The bytes have the SHA-256 ${kept.sha256}, not ${expected}.`)
      const answer = await write(services, request, {}, async trx => {
        await requireVersion(trx, id, version)
        const page = await getPage(trx, id)
        if (await storeText(trx, id, kept, page)) {
          const actor = actorOf(request)
          await log(trx, {
            entity: 'page',
            entityId: id,
            action: 'put-alto',
            actor,
            data: { hashsum: `sha256:${kept.sha256}` },
          })
        }
        await refreshTitles(trx, types, [page.path])
        return { body: listOf(id, await repository.ofPage(trx, id)) }
      })
      return send(reply, answer)
    },
  )
}
