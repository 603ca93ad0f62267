// Files of orders: listed, added, handed out, removed. They are read by whoever reads the order, and by nobody else.
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { create } from 'content-disposition'
import { z } from 'zod'
import { FileName, fileNameOf } from '../../catalogue/attachments/index.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { expectedDigest } from '../../http/digest.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { listDocument } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { sendFile } from '../../http/range.ts'
import { actorOf, send, sendDone, write } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import { isUuid } from './documents.ts'
import { forgetFiles, receive, requireRoom, sha256Of } from './files.ts'
import * as files from './files-repository.ts'
import * as repository from './repository.ts'
import { FileParams, OrderFileList, OrderParams } from './schemas.ts'
import { docTags as tags, readableOrder } from './support.ts'

const options = { canUndo: false }

/** @throws Refusal not-found, also for a file of another order */
async function getFile(db: Db, orderId: number, id: number): Promise<files.OrderFile> {
  const file = await files.find(db, orderId, id)
  if (!file) throw new Refusal('not-found', `Order ${orderId} has no file ${id}.`)
  return file
}

async function documentsOf(db: Db, list: readonly files.OrderFile[]) {
  const names = await repository.users(db, [...new Set(list.map(({ by }) => by))].filter(isUuid))
  return list.map(({ id, orderId, name, media, bytes, hashsum, by, at }) => ({
    id,
    name,
    mediaType: media,
    bytes,
    sha256: sha256Of({ hashsum }),
    by: { id: by, name: names.get(by)?.name ?? null },
    at: at.toISOString(),
    links: { content: `/api/v1/orders/${orderId}/files/${id}`, order: `/api/v1/orders/${orderId}` },
    relationships: { order: toOne('order', orderId) },
    meta: metaOf({}),
  }))
}

export async function fileRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, archive, config } = services

  app.get(
    '/api/v1/orders/:order/files',
    {
      config: { right: 'order:read' },
      schema: {
        operationId: 'listFilesOfOrder',
        tags,
        summary: 'Lists the files of an order, as they came.',
        params: OrderParams,
        response: { 200: json(OrderFileList, 'Files.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = await readableOrder(db, request, request.params.order)
      reply.header('cache-control', 'no-store')
      const items = await documentsOf(db, await files.ofOrder(db, id))
      return listDocument(request.url, { items, next: undefined })
    },
  )

  app.post(
    '/api/v1/orders/:order/files',
    {
      config: { right: 'order' },
      bodyLimit: config.orders.fileBytes,
      schema: {
        operationId: 'addFileToOrder',
        tags,
        summary: 'Adds a file to an order: a letter, a quotation, a list.',
        description:
          'The body is the file itself, streamed and verified against Content-Digest, with its name in the query. What a file is, its bytes say ([orders] mediaTypes).',
        consumes: ['application/octet-stream'],
        params: OrderParams,
        querystring: z.strictObject({
          name: FileName.optional().meta({ description: 'File name; it is needed' }),
        }),
        body: { content: { 'application/octet-stream': { schema: z.unknown() } } },
        response: {
          201: json(OrderFileList, 'The new file.'),
          ...problems(404, 409, 413, 415, 422, 507),
        },
      },
    },
    async (request, reply) => {
      const { principal } = request
      // refused before the upload where there is nothing to add it to
      const { id } = await readableOrder(db, request, request.params.order)
      requireRoom(services, id, (await files.ofOrder(db, id)).length)
      const source = request.body as Partial<Readable> | null
      if (typeof source?.pipe !== 'function')
        throw new Refusal('unsupported-media-type', 'Send the file as application/octet-stream.')
      const digest = expectedDigest(request.headers['content-digest'])
      const file = await receive(services, source as Readable, fileNameOf(request.query.name), digest)
      const bodyDigest = createHash('sha256').update(JSON.stringify(file)).digest('hex')
      const answer = await write(services, request, { ...options, bodyDigest }, async trx => {
        // of two at once the second sees what the first has added
        await repository.lock(trx, id)
        await readableOrder(trx, request, id)
        const there = await files.ofOrder(trx, id)
        requireRoom(services, id, there.length)
        const same = there.find(({ hashsum }) => hashsum === file.hashsum)
        if (same)
          throw new Refusal(
            'conflict',
            `Order ${id} has these bytes already, as file ${same.id} ‘${same.name}’.`,
            { file: same.id },
          )
        const fileId = await files.insert(trx, id, file, principal.name)
        const data = { file: fileId, name: file.name, hashsum: file.hashsum }
        await record(trx, { entity: 'order', entityId: id, action: 'add-files', actor: actorOf(request), data }) // prettier-ignore
        const items = await documentsOf(trx, [await getFile(trx, id, fileId)])
        return {
          status: 201,
          location: `/api/v1/orders/${id}/files/${fileId}`,
          body: listDocument(request.url, { items, next: undefined }),
        }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/orders/:order/files/:file',
    {
      config: { right: 'order:read' },
      schema: {
        operationId: 'getFileOfOrder',
        tags,
        summary: 'A file of an order as it was sent, to be saved.',
        params: FileParams,
        response: {
          200: { description: 'The file.', content: { '*/*': { schema: z.unknown() } } },
          ...problems(404, 416),
        },
      },
    },
    async (request, reply) => {
      const { id } = await readableOrder(db, request, request.params.order)
      const file = await getFile(db, id, request.params.file)
      if (!(await archive.facts(file.url)))
        throw new Refusal('not-found', `File ${file.id} of order ${id} is not in the archive.`)
      const digest = sha256Of(file)
      return sendFile(request, reply, {
        bytes: file.bytes,
        media: file.media === 'text/plain' ? 'text/plain; charset=utf-8' : file.media,
        etag: `"${digest}"`,
        headers: {
          'repr-digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
          'content-disposition': create(file.name, { type: 'attachment' }),
        },
        open: range => archive.read(file.url, range),
      })
    },
  )

  app.delete(
    '/api/v1/orders/:order/files/:file',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'removeFileOfOrder',
        tags,
        summary: 'Takes a file off an order for good.',
        params: FileParams,
        response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { order: id, file: fileId } = request.params
      const answer = await write(services, request, options, async trx => {
        await repository.lock(trx, id)
        await readableOrder(trx, request, id)
        const file = await getFile(trx, id, fileId)
        await files.remove(trx, fileId)
        await forgetFiles(trx, [file])
        const data = { file: fileId, name: file.name, hashsum: file.hashsum }
        await record(trx, { entity: 'order', entityId: id, action: 'remove-file', actor: actorOf(request), data }) // prettier-ignore
        return { body: null }
      })
      return sendDone(reply, answer)
    },
  )
}
