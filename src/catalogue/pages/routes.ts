import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { bytesIn } from '../../http/contents.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { sendFile } from '../../http/range.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { access, seenRows } from '../../people/access/index.ts'
import { record as log } from '../../system/log/index.ts'
import { getNode, getVisible, settle, rename, shownPlace, writeTree } from '../tree/index.ts'
import { requirePageVersion } from './changed.ts'
import { documentOf } from './documents.ts'
import { masterOf } from './masters.ts'
import type { Pagination } from './pagination.ts'
import { addPages } from './add.ts'
import { pageStates } from './codes.ts'
import { whereFreed } from './freed.ts'
import * as repository from './repository.ts'
import { NewPages, Page, PageList, PagePatch, PagesQuery } from './schemas.ts'
import { tableOf } from '../../codes.ts'

const tags = ['pages']

/** Media types of masters by their format. */
const masterMedia: Readonly<Record<string, string>> = tableOf({
  tiff: 'image/tiff',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  jp2: 'image/jp2',
  pdf: 'application/pdf',
})

export const masterTypes = [...Object.values(masterMedia), 'application/octet-stream']

/** @throws Refusal not-found, also where the node is no page */
export async function getPage(db: Db, id: number): Promise<repository.Page> {
  const page = await repository.find(db, id)
  if (!page) throw new Refusal('not-found', `There is no page ${id}.`)
  return page
}

export async function routes(app: App, services: Services, pagination: Pagination): Promise<void> {
  const { db, types } = services

  app.get(
    '/api/v1/titles/:id/pages',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listPages',
        tags,
        summary: 'Lists the pages of a title in reading order.',
        params: IdParams,
        querystring: PagesQuery,
        response: { 200: json(PageList, 'Pages.'), ...problems(404) },
      },
    },
    async request => {
      const { cursor, limit, deleted } = request.query
      const title = await getVisible(db, request.principal, request.params.id)
      const [after] = decodeCursor(cursor, ['string']) ?? []
      const visibleOnly = !access.seesHidden(request.principal)
      const sees = access.filter(request.principal)
      const rows = await seenRows(
        (last: repository.PageOfTitle | undefined, count) =>
          repository.ofTitle(
            db,
            title.id,
            { visibleOnly, withBinned: deleted === 'all' },
            { after: last?.key ?? (after as string | undefined), limit: count },
          ),
        sees && (row => sees(shownPlace(row))),
        limit + 1,
      )
      const page = pageOf(rows, limit, row => [row.key])
      return listDocument(request.url, {
        next: page.next,
        items: page.items.map(row => documentOf(pagination, row, request.principal)),
      })
    },
  )

  app.post(
    '/api/v1/titles/:id/pages',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'addPages',
        tags,
        summary: 'Adds pages to a title; their masters follow by PUT.',
        params: IdParams,
        body: NewPages,
        response: { 201: json(PageList, 'The new pages.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const answer = await writeTree(services, request, 'insert', async trx => {
        const title = await getNode(trx, request.params.id)
        const ids = await addPages(trx, services, pagination, title, request.body)
        await settle(trx, types)
        const actor = actorOf(request)
        await log(trx, {
          entity: 'title',
          entityId: title.id,
          action: 'add-pages',
          actor,
          data: { ids },
        })
        const rows = await Promise.all(ids.map(id => getPage(trx, id)))
        return {
          status: 201,
          body: listDocument(request.url, {
            next: undefined,
            items: rows.map(row => documentOf(pagination, row, request.principal)),
          }),
          ...(ids.length === 1 ? { location: `/api/v1/pages/${ids[0]}` } : {}),
        }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/pages/:id',
    {
      config: { right: 'tree:read', tells: 'node' },
      schema: {
        operationId: 'getPage',
        tags,
        summary: 'Reads a page.',
        params: IdParams,
        response: { 200: json(Page, 'The page.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await getVisible(db, request.principal, id)
      const row = await getPage(db, id)
      const isEditor = access.seesConfidential(request.principal, shownPlace(row))
      if (isFresh(request, reply, etagOf(row.version, isEditor ? 'o' : ''))) return sendUnchanged(reply)
      const profile = row.profileId === null ? null : ((await repository.profile(db, row.profileId)) ?? null)
      return documentOf(pagination, row, request.principal, {
        profile,
        ...(isEditor ? { comment: await repository.comment(db, id) } : {}),
      })
    },
  )

  app.patch(
    '/api/v1/pages/:id',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'changePage',
        tags,
        summary: 'Changes label, identifier or remark of a page.',
        params: IdParams,
        body: PagePatch,
        response: { 200: json(Page, 'The page.'), ...problems(404, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const { pagination: label, ident, comment } = request.body
      if (label?.type != null) pagination.get(label.type)
      const answer = await write(services, request, {}, async trx => {
        await getPage(trx, id)
        await requirePageVersion(trx, id, version)
        const recognised =
          label?.caption != null && label.type === undefined ? pagination.recognise(label.caption) : undefined
        await repository.update(trx, id, {
          ...(ident === undefined ? {} : { ident }),
          ...(comment === undefined ? {} : { comment }),
          ...(label?.caption === undefined ? {} : { paginationCaption: label.caption }),
          ...(label?.type === undefined
            ? recognised
              ? { paginationType: recognised.kind.id }
              : {}
            : { paginationType: label.type }),
          ...(label?.value === undefined
            ? recognised
              ? { paginationValue: recognised.value ?? null }
              : {}
            : { paginationValue: label.value }),
        })
        if (label?.caption !== undefined) await rename(trx, id, label.caption)
        const actor = actorOf(request)
        await log(trx, {
          entity: 'page',
          entityId: id,
          action: 'change',
          actor,
          data: request.body,
        })
        const row = await getPage(trx, id)
        return {
          body: documentOf(pagination, row, request.principal, {
            comment: await repository.comment(trx, id),
          }),
          etag: etagOf(row.version, 'o'),
        }
      })
      return send(reply, answer)
    },
  )

  app.put(
    '/api/v1/pages/:id/master',
    {
      config: { right: 'page:write' },
      bodyLimit: services.config.limits.uploadBytes,
      schema: {
        operationId: 'putMaster',
        tags,
        summary: 'Uploads the master of a page; it is streamed, and verified against Content-Digest.',
        consumes: masterTypes,
        params: IdParams,
        response: { 200: json(Page, 'The page.'), ...problems(404, 412, 413, 415, 422, 428, 507) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      // refused before the upload where it could not be stored
      const { domainId } = await getPage(db, id)
      const master = await masterOf(services, domainId, request)
      const answer = await write(services, request, {}, async trx => {
        await requirePageVersion(trx, id, version)
        const before = await getPage(trx, id)
        await repository.update(trx, id, master.fields())
        const actor = actorOf(request)
        await log(trx, {
          entity: 'page',
          entityId: id,
          action: 'put-master',
          actor,
          data: { before: before.hashsum, after: `sha256:${master.file.sha256}` },
        })
        const row = await getPage(trx, id)
        return { body: documentOf(pagination, row, request.principal), etag: etagOf(row.version, 'o') }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/pages/:id/master',
    {
      config: { right: 'master:read' },
      schema: {
        operationId: 'getMaster',
        tags,
        summary: 'The master as it was delivered; 404 names the capsule of one that was freed.',
        params: IdParams,
        response: {
          200: { description: 'The file.', content: bytesIn(masterTypes) },
          ...problems(404, 416),
        },
      },
    },
    async (request, reply) => {
      const page = await getPage(db, request.params.id)
      if (page.url === null || page.hashsum === null)
        throw new Refusal('not-found', `Page ${page.id} has no master.`)
      const facts = await services.archive.facts(page.url)
      const freed =
        facts || pageStates.name(page.masterState) !== 'deletedAfterExport'
          ? undefined
          : await whereFreed(db, page.hashsum.slice('sha256:'.length))
      if (freed)
        throw new Refusal(
          'not-found',
          `The master of page ${page.id} is not in the archive: it lies in the capsule ${freed.capsule}, and the job capsule.fetch of node ${page.id} brings it back.`,
          freed,
        )
      if (!facts) throw new Refusal('not-found', `The master of page ${page.id} is not in the archive.`)
      const format =
        page.profileId === null ? undefined : (await repository.profile(db, page.profileId))?.format
      const media = masterMedia[format ?? ''] ?? 'application/octet-stream'
      const digest = page.hashsum.replace('sha256:', '')
      return sendFile(request, reply, {
        bytes: facts.bytes,
        media,
        etag: `"${digest}"`,
        headers: {
          'repr-digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
          'content-disposition': `attachment; filename="${page.id}.${format ?? 'bin'}"`,
        },
        open: range => services.archive.read(page.url as string, range),
      })
    },
  )
}
