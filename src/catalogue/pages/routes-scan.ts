// A page that was missed when the book was scanned: made with its image, at its place, in one operation.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send } from '../../http/write.ts'
import { record as log } from '../../system/log/index.ts'
import { getNode, settle, writeTree } from '../tree/index.ts'
import { addPages } from './add.ts'
import { documentOf } from './documents.ts'
import { masterOf } from './masters.ts'
import type { Pagination } from './pagination.ts'
import * as repository from './repository.ts'
import { getPage, masterTypes } from './routes.ts'
import { Page } from './schemas.ts'

const NodeId = z.coerce.number().int().min(1).max(2147483647)
const NewScan = z.strictObject({
  before: NodeId.optional().meta({ description: 'A page of the title; the new one stands beside it' }),
  after: NodeId.optional().meta({ description: 'The same; without either it is the last page' }),
  pagination: z.string().max(250).optional().meta({ description: 'Label: [Seite 3]' }),
  ident: z.string().max(250).optional(),
  release: z.stringbool().default(false),
})

export async function scanRoutes(app: App, services: Services, pagination: Pagination): Promise<void> {
  const { db } = services
  app.post(
    '/api/v1/titles/:id/scans',
    {
      config: { right: 'page:write' },
      bodyLimit: services.config.limits.uploadBytes,
      schema: {
        operationId: 'addScan',
        tags: ['pages'],
        summary: 'Adds a page with its master, before or after another page.',
        description:
          'The body is the image, streamed and verified against Content-Digest. Page and master are one operation, which is undone as one.',
        consumes: masterTypes,
        params: IdParams,
        querystring: NewScan,
        response: { 201: json(Page, 'The new page.'), ...problems(404, 409, 413, 415, 422, 507) },
      },
    },
    async (request, reply) => {
      const { before, after, release, ...said } = request.query
      if (before !== undefined && after !== undefined)
        throw new Refusal('bad-request', 'Send either before or after.')
      const beside = before ?? after
      // refused before the upload where it could not be stored
      const { domainId } = await getNode(db, request.params.id)
      if (beside !== undefined) await getPage(db, beside)
      const master = await masterOf(services, domainId, request)
      const work = async (trx: Parameters<Parameters<typeof writeTree<'insert', Page>>[3]>[0]) => {
        const title = await getNode(trx, request.params.id)
        const neighbour = beside === undefined ? undefined : await getPage(trx, beside)
        const [id] = (await addPages(trx, services, pagination, title, {
          ...(neighbour?.parentId == null ? {} : { parent: neighbour.parentId }),
          position: before !== undefined ? { before } : after !== undefined ? { after } : 'last',
          pages: [{ ...said, release }],
        })) as [number]
        await repository.update(trx, id, master.fields())
        await settle(trx, services.types)
        await log(trx, {
          entity: 'title',
          entityId: title.id,
          action: 'add-pages',
          actor: actorOf(request),
          data: { ids: [id], master: `sha256:${master.file.sha256}` },
        })
        const row = await getPage(trx, id)
        return {
          status: 201,
          body: documentOf(pagination, row, request.principal),
          etag: etagOf(row.version, 'o'),
          location: `/api/v1/pages/${id}`,
        }
      }
      return send(reply, await writeTree(services, request, 'insert', work, master.file.sha256))
    },
  )
}
