// What a page was: its label, remark, identifier and master before each change, and the way back. Where it stood is the history of its node.
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { StateParams, Versions, versionsDocument } from '../../http/versions.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { access } from '../../people/access/index.ts'
import { record as log, versionsOf } from '../../system/log/index.ts'
import { rename } from '../tree/index.ts'
import { requirePageVersion } from './changed.ts'
import { documentOf } from './documents.ts'
import { keptPages } from './kept.ts'
import type { Pagination } from './pagination.ts'
import * as repository from './repository.ts'
import { getPage } from './routes.ts'
import { Page } from './schemas.ts'

const tags = ['pages']
const { master: _, profile: __, masterState: ___, ...shown } = keptPages.columns
const changeable = { ...keptPages, columns: shown }
const { master: url, profile: profileId, ...same } = keptPages.columns
const whole = { ...keptPages, columns: { ...same, url, profileId } as typeof keptPages.columns }

export async function historyRoutes(app: App, services: Services, pagination: Pagination): Promise<void> {
  const { db } = services

  app.get(
    '/api/v1/pages/:id/history',
    {
      config: { right: 'log:read' },
      schema: {
        operationId: 'getPageHistory',
        tags,
        summary: 'Lists what a page was before each change, with the difference.',
        params: IdParams,
        response: { 200: json(Versions, 'States.'), ...problems(404) },
      },
    },
    async request => {
      const page = await getPage(db, request.params.id)
      const self = `/api/v1/pages/${page.id}/history`
      const versions = await versionsOf(db, changeable, page.id)
      return versionsDocument(self, versions, { page: `/api/v1/pages/${page.id}`, place: `/api/v1/tree/${page.id}/history` }) // prettier-ignore
    },
  )

  app.post(
    '/api/v1/pages/:id/history/:n/restore',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'restorePageVersion',
        tags,
        summary: 'Makes a page what it was: label, remark, identifier and master; as a new change.',
        params: StateParams,
        response: { 200: json(Page, 'The page.'), ...problems(404, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id, n } = request.params
      const answer = await write(services, request, {}, async trx => {
        await requirePageVersion(trx, id, version)
        const before = await getPage(trx, id)
        const state = (await versionsOf(trx, whole, id)).find(candidate => candidate.id === n)?.state
        if (!state) throw new Refusal('not-found', `Page ${id} has no version ${n}.`)
        await repository.update(trx, id, state as repository.PageFields)
        const label = state['paginationCaption'] as string | null
        // the caption follows the label, as with PATCH
        if (label !== before.paginationCaption)
          await rename(trx, id, label ?? (state['ident'] as string | null))
        await log(trx, {
          entity: 'page',
          entityId: id,
          action: 'restore-version',
          actor: actorOf(request),
          data: { n },
        })
        const row = await getPage(trx, id)
        const comment = await repository.comment(trx, id)
        return {
          body: documentOf(
            pagination,
            row,
            request.principal,
            access.seesConfidential(request.principal) ? { comment } : {},
          ),
          etag: etagOf(row.version, 'o'),
        }
      })
      return send(reply, answer)
    },
  )
}
