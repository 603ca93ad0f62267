// What the texts of a page were before each change, and the way back.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { patchOf } from '../../formats/text/difference.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import { expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { StateParams } from '../../http/versions.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { record as log } from '../../system/log/index.ts'
import { getPage } from '../pages/index.ts'
import { refreshTitles, requireVersion } from '../tree/index.ts'
import * as repository from './repository.ts'
import { listOf, TextList, TextVersion, TextVersions, versionOf } from './schemas.ts'

const tags = ['texts']

export async function historyRoutes(app: App, services: Services): Promise<void> {
  const { db, types } = services
  const versionAt = async (from: Db, id: number, n: number) => {
    const found = await repository.version(from, id, n)
    if (!found) throw new Refusal('not-found', `Page ${id} has no text of number ${n} in its history.`)
    return found
  }

  app.get(
    '/api/v1/pages/:id/texts/history',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'listTextVersions',
        tags,
        summary: 'What the texts of a page were before each change, the latest first.',
        params: IdParams,
        response: { 200: json(TextVersions, 'Versions.'), ...problems(404) },
      },
    },
    async request => {
      const page = await getPage(db, request.params.id)
      const items = (await repository.versions(db, page.id)).map(versionOf)
      return {
        items,
        links: { self: request.url, page: `/api/v1/pages/${page.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.get(
    '/api/v1/pages/:id/texts/history/:n',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'getTextVersion',
        tags,
        summary: 'What a text of a page was before a change, with the difference.',
        params: StateParams,
        response: { 200: json(TextVersion, 'The version.'), ...problems(404) },
      },
    },
    async request => {
      const { n } = request.params
      const page = await getPage(db, request.params.id)
      const { row, after } = await versionAt(db, page.id, n)
      const self = `/api/v1/pages/${page.id}/texts/history/${n}`
      return {
        ...versionOf(row),
        diff: patchOf(row.text ?? '', after),
        links: { self, restore: `${self}/restore`, page: `/api/v1/pages/${page.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.post(
    '/api/v1/pages/:id/texts/history/:n/restore',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'restoreTextVersion',
        tags,
        summary: 'Makes a text of a page what it was, with its boxes; as a new change.',
        params: StateParams,
        response: { 200: json(TextList, 'Texts of the page.'), ...problems(404, 412, 428) },
      },
    },
    async (request, reply) => {
      const expected = expectedVersion(request)
      const { id, n } = request.params
      const answer = await write(services, request, {}, async trx => {
        await requireVersion(trx, id, expected)
        const page = await getPage(trx, id)
        const { kind, language, url, format, hashsum, text, confidence, engine, width, height, boxState } = (
          await versionAt(trx, id, n)
        ).row
        const fields = { kind, language, url, format, hashsum, text: text ?? '', confidence, engine, width, height, boxState } // prettier-ignore
        if (await repository.store(trx, id, fields))
          await log(trx, {
            entity: 'page',
            entityId: id,
            action: 'restore-text',
            actor: actorOf(request),
            data: { n },
          })
        await refreshTitles(trx, types, [page.path])
        return { body: listOf(id, await repository.ofPage(trx, id)) }
      })
      return send(reply, answer)
    },
  )
}
