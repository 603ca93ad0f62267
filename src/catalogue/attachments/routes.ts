// Further files of titles: listed, added, named, ordered, removed. The bytes themselves leave by /download/file (dissemination/downloads).
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { expectedDigest } from '../../http/digest.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { listDocument } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendNothing, write } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import { getVisible } from '../tree/index.ts'
import { documentOf } from './documents.ts'
import * as repository from './repository.ts'
import {
  fileNameOf,
  FileOrder,
  FileParams,
  FileParts,
  FilePatch,
  NewFileQuery,
  TitleFile,
  TitleFileList,
} from './schemas.ts'
import { addFiles, type NewFile, receive, titleNode } from './store.ts'

const tags = ['files']

type Query = z.output<typeof NewFileQuery>

/** @throws Refusal not-found, also for a file of another title */
async function getFile(db: Db, titleId: number, id: number): Promise<repository.TitleFile> {
  const file = await repository.find(db, titleId, id)
  if (!file) throw new Refusal('not-found', `Title ${titleId} has no file ${id}.`)
  return file
}

function requireVersion({ id, version }: repository.TitleFile, expected: number | '*'): void {
  if (expected !== '*' && expected !== version)
    throw new Refusal('stale', `File ${id} has version ${version} now; read it again.`, { version })
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, config } = services

  /** Files of a form: fields that come before a file are said of it. */
  async function ofForm(
    request: FastifyRequest,
    titleId: number,
    { kind, label }: Query,
  ): Promise<NewFile[]> {
    const files: NewFile[] = []
    let said: Pick<Query, 'kind' | 'label'> = { kind, label }
    for await (const part of request.parts({
      limits: { fileSize: config.limits.uploadBytes, fieldSize: 10_000, files: 100 },
    })) {
      if (part.type === 'file') {
        files.push({ ...(await receive(services, titleId, part.file, fileNameOf(part.filename))), ...said })
        said = { kind, label }
        continue
      }
      const field = NewFileQuery.omit({ name: true }).safeParse({
        ...said,
        [part.fieldname]: part.value === '' ? undefined : part.value,
      })
      if (!field.success)
        throw new Refusal(
          'bad-request',
          `There is no field ‘${part.fieldname}’ with such a value; send label, kind and files.`,
        )
      said = field.data
    }
    if (files.length === 0) throw new Refusal('bad-request', 'The form has no file.')
    return files
  }

  async function filesOf(request: FastifyRequest, titleId: number, query: Query): Promise<NewFile[]> {
    if (request.isMultipart()) return await ofForm(request, titleId, query)
    const source = request.body as Partial<Readable> | null
    if (typeof source?.pipe !== 'function')
      throw new Refusal(
        'unsupported-media-type',
        'Send the file as application/octet-stream or by its media type, or a form (multipart/form-data).',
      )
    const { name, ...rest } = query
    const digest = expectedDigest(request.headers['content-digest'])
    return [{ ...(await receive(services, titleId, source as Readable, fileNameOf(name), digest)), ...rest }]
  }

  app.get(
    '/api/v1/titles/:id/files',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listTitleFiles',
        tags,
        summary: 'Lists the further files of a title in their order.',
        params: IdParams,
        response: { 200: json(TitleFileList, 'Files.'), ...problems(404) },
      },
    },
    async request => {
      const { id } = request.params
      await getVisible(db, request.principal, id)
      await titleNode(db, services, id)
      const items = (await repository.ofTitle(db, id)).map(documentOf)
      return listDocument(request.url, { items, next: undefined })
    },
  )

  app.post(
    '/api/v1/titles/:id/files',
    {
      config: { right: 'page:write' },
      bodyLimit: config.limits.uploadBytes,
      schema: {
        operationId: 'addTitleFiles',
        tags,
        summary: 'Adds a file to a title, or several by a form.',
        description:
          'The body is the file itself, streamed and verified against Content-Digest, with its name in the query; or multipart/form-data. What a file is, its bytes say ([files] mediaTypes).',
        consumes: ['application/octet-stream', 'application/pdf', 'multipart/form-data'],
        params: IdParams,
        querystring: NewFileQuery,
        body: {
          content: {
            'application/octet-stream': { schema: z.unknown() },
            'application/pdf': { schema: z.unknown() },
            'multipart/form-data': { schema: FileParts },
          },
        },
        response: {
          201: json(TitleFileList, 'The new files.'),
          ...problems(404, 409, 413, 415, 422, 507),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      // refused before the upload where there is nothing to add it to
      await titleNode(db, services, id)
      const files = await filesOf(request, id, request.query)
      const bodyDigest = createHash('sha256').update(JSON.stringify(files)).digest('hex')
      const answer = await write(services, request, { bodyDigest }, async trx => {
        await titleNode(trx, services, id)
        const ids = await addFiles(trx, services, id, files)
        const data = { ids, files: files.map(({ name, hashsum }) => ({ name, hashsum })) }
        await record(trx, {
          entity: 'title',
          entityId: id,
          action: 'add-files',
          actor: actorOf(request),
          data,
        })
        const items = (await repository.ofTitle(trx, id)).filter(file => ids.includes(file.id))
        return {
          status: 201,
          body: listDocument(request.url, { items: items.map(documentOf), next: undefined }),
          ...(ids.length === 1 ? { location: `/api/v1/titles/${id}/files/${ids[0]}` } : {}),
        }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/titles/:id/files/:file',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getTitleFile',
        tags,
        summary: 'Reads what is known of a file of a title.',
        params: FileParams,
        response: { 200: json(TitleFile, 'The file.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      await getVisible(db, request.principal, request.params.id)
      const file = await getFile(db, request.params.id, request.params.file)
      if (isFresh(request, reply, etagOf(file.version), 'private, no-cache')) return sendUnchanged(reply)
      return documentOf(file)
    },
  )

  app.patch(
    '/api/v1/titles/:id/files/:file',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'changeTitleFile',
        tags,
        summary: 'Changes name, label or kind of a file of a title.',
        params: FileParams,
        body: FilePatch,
        response: { 200: json(TitleFile, 'The file.'), ...problems(404, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id, file: fileId } = request.params
      const answer = await write(services, request, {}, async trx => {
        const before = await getFile(trx, id, fileId)
        requireVersion(before, version)
        if (!(await repository.update(trx, fileId, version, request.body)))
          requireVersion(await getFile(trx, id, fileId), version)
        const data = { file: fileId, ...request.body }
        await record(trx, {
          entity: 'title',
          entityId: id,
          action: 'change-file',
          actor: actorOf(request),
          data,
        })
        const file = await getFile(trx, id, fileId)
        return { body: documentOf(file), etag: etagOf(file.version) }
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/titles/:id/files/reorder',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'reorderTitleFiles',
        tags,
        summary: 'Puts the files of a title into another order.',
        params: IdParams,
        body: FileOrder,
        response: { 200: json(TitleFileList, 'The files in their new order.'), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { ids } = request.body
      const answer = await write(services, request, {}, async trx => {
        await titleNode(trx, services, id)
        const files = await repository.ofTitle(trx, id)
        const known = new Set(files.map(file => file.id))
        if (
          ids.length !== files.length ||
          new Set(ids).size !== ids.length ||
          !ids.every(each => known.has(each))
        )
          throw new Refusal(
            'not-processable',
            `ids: title ${id} has the files ${[...known].join(', ') || '(none)'}; name each of them once.`,
          )
        for (const [at, fileId] of ids.entries())
          if (files.find(file => file.id === fileId)?.sort !== at + 1)
            await repository.update(trx, fileId, '*', { sort: at + 1 })
        await record(trx, { entity: 'title', entityId: id, action: 'reorder-files', actor: actorOf(request), data: { ids } }) // prettier-ignore
        const items = (await repository.ofTitle(trx, id)).map(documentOf)
        return { body: listDocument(request.url, { items, next: undefined }) }
      })
      return send(reply, answer)
    },
  )

  app.delete(
    '/api/v1/titles/:id/files/:file',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'removeTitleFile',
        tags,
        summary: 'Takes a file off a title; the undo of the operation puts it back.',
        params: FileParams,
        response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id, file: fileId } = request.params
      const answer = await write(services, request, {}, async trx => {
        const file = await getFile(trx, id, fileId)
        requireVersion(file, version)
        if (!(await repository.remove(trx, fileId, version)))
          requireVersion(await getFile(trx, id, fileId), version)
        const data = { file: fileId, name: file.name, hashsum: file.hashsum }
        await record(trx, {
          entity: 'title',
          entityId: id,
          action: 'remove-file',
          actor: actorOf(request),
          data,
        })
        return { body: null }
      })
      if (answer.batch !== undefined) reply.header('operation', String(answer.batch))
      return sendNothing(reply)
    },
  )
}
