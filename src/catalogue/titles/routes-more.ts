// Versions, identifiers and the title page of a title.
import { Refusal } from '../../errors.ts'
import { z } from 'zod'
import { Id, IdParams, metaOf } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'

import { record as log } from '../../system/log/index.ts'
import { assignedSource } from '../identifiers/index.ts'
import { getNode, getVisible, refreshTitles } from '../tree/index.ts'
import { titlepageModes } from './codes.ts'
import { documentOf, identifierDocument } from './documents.ts'
import * as history from './history.ts'
import * as identifiers from './identifiers.ts'
import * as repository from './repository.ts'
import {
  History,
  Identifier,
  IdentifierList,
  NewIdentifierBody,
  Title,
  TitlepageBody,
  Version,
  VersionParams,
} from './schemas.ts'
import { getTitle, requireTitleVersion } from './support.ts'

const tags = ['titles']
const entryDocument = (entry: history.Entry) => ({ ...entry, at: entry.at.toISOString() })

export async function moreRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  app.get(
    '/api/v1/titles/:id/history',
    {
      config: { right: 'log:read' },
      schema: {
        operationId: 'getTitleHistory',
        tags,
        summary: 'Lists the versions of a title, newest first.',
        params: IdParams,
        response: { 200: json(History, 'Versions.'), ...problems(404) },
      },
    },
    async request => {
      const title = await getTitle(db, request.params.id)
      const items = (await history.entries(db, title.id)).map(entryDocument)
      return {
        items,
        links: { self: request.url, title: `/api/v1/titles/${title.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.get(
    '/api/v1/titles/:id/history/:n',
    {
      config: { right: 'log:read' },
      schema: {
        operationId: 'getTitleVersion',
        tags,
        summary: 'Shows what a change replaced, and the difference.',
        params: VersionParams,
        response: { 200: json(Version, 'The version.'), ...problems(404) },
      },
    },
    async request => {
      const title = await getTitle(db, request.params.id)
      const { entry, state, changes, diff } = await history.version(db, title.id, request.params.n)
      const self = `/api/v1/titles/${title.id}/history/${entry.n}`
      return {
        entry: entryDocument(entry),
        state,
        changes: [...changes],
        ...(diff === undefined ? {} : { diff }),
        links: { self, restore: `${self}/restore` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.post(
    '/api/v1/titles/:id/history/:n/restore',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'restoreTitleVersion',
        tags,
        summary: 'Puts a replaced state back, as a new change.',
        params: VersionParams,
        response: { 200: json(Title, 'The title.'), ...problems(404, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id, n } = request.params
      const answer = await write(services, request, {}, async trx => {
        const title = await requireTitleVersion(trx, id, version)
        await history.restore(trx, services, title, n)
        const actor = actorOf(request)
        await log(trx, {
          entity: 'title',
          entityId: id,
          action: 'restore-version',
          actor,
          data: { n },
        })
        const row = await getTitle(trx, id)
        return {
          body: documentOf(types, row, request.principal, { comments: await repository.comments(trx, id) }),
          etag: etagOf(row.version, 'o'),
        }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/titles/:id/identifiers',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listIdentifiers',
        tags,
        summary: 'Lists the identifiers of a title.',
        params: IdParams,
        response: { 200: json(IdentifierList, 'Identifiers.'), ...problems(404) },
      },
    },
    async request => {
      const node = await getVisible(db, request.principal, request.params.id)
      const items = (await identifiers.ofNode(db, node.id)).map(identifierDocument)
      return {
        items,
        links: { self: request.url, title: `/api/v1/titles/${node.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.post(
    '/api/v1/titles/:id/identifiers',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'addIdentifier',
        tags,
        summary: 'Adds an identifier to a title.',
        params: IdParams,
        body: NewIdentifierBody,
        response: { 201: json(Identifier, 'The identifier.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const answer = await write(services, request, {}, async trx => {
        const title = await getTitle(trx, request.params.id)
        if (!(await identifiers.add(trx, title, request.body, request.principal.name)))
          throw new Refusal(
            'conflict',
            `Another node of the domain carries ${request.body.scheme} ${request.body.value}.`,
          )
        const added = (await identifiers.ofNode(trx, title.id)).find(
          found => found.scheme === request.body.scheme && found.value === request.body.value,
        )
        const actor = actorOf(request)
        await log(trx, {
          entity: 'title',
          entityId: title.id,
          action: 'add-identifier',
          actor,
          data: request.body,
        })
        return {
          status: 201,
          body: identifierDocument(added as identifiers.StoredIdentifier),
          location: `/api/v1/titles/${title.id}/identifiers`,
        }
      })
      return send(reply, answer)
    },
  )

  app.delete(
    '/api/v1/titles/:id/identifiers/:identifier',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'removeIdentifier',
        tags,
        summary: 'Takes an identifier off a title.',
        params: z.strictObject({ id: Id, identifier: Id }),
        response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const answer = await write(services, request, {}, async trx => {
        const title = await getTitle(trx, request.params.id)
        const gone = (await identifiers.ofNode(trx, title.id)).find(
          found => found.id === request.params.identifier,
        )
        if (gone?.source === assignedSource)
          throw new Refusal('conflict', `${gone.value} was assigned here: it stays for ever.`)
        await identifiers.remove(trx, title.id, request.params.identifier)
        const actor = actorOf(request)
        await log(trx, {
          entity: 'title',
          entityId: title.id,
          action: 'remove-identifier',
          actor,
          data: gone,
        })
        return { status: 204, body: null }
      })
      send(reply, answer)
      return reply.send(null)
    },
  )

  app.put(
    '/api/v1/titles/:id/titlepage',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'chooseTitlepage',
        tags,
        summary: 'Chooses the page that stands for a title, or lets it be chosen.',
        params: IdParams,
        body: TitlepageBody,
        response: { 200: json(Title, 'The title.'), ...problems(404, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const answer = await write(services, request, {}, async trx => {
        const title = await requireTitleVersion(trx, id, version)
        const { page } = request.body
        if (page !== null) {
          const node = await getNode(trx, page)
          if (
            node.datatype !== types.code('page') ||
            node.linkId !== null ||
            !node.path.startsWith(title.path)
          )
            throw new Refusal('not-processable', `Node ${page} is not a page below title ${id}.`)
        }
        await repository.update(trx, id, {
          titlepageId: page,
          titlepageMode: titlepageModes.of(page === null ? 'automatic' : 'manual'),
        })
        await refreshTitles(trx, types, [title.path])
        await log(trx, {
          entity: 'title',
          entityId: id,
          action: 'choose-titlepage',
          actor: actorOf(request),
          data: request.body,
        })
        const row = await getTitle(trx, id)
        return { body: documentOf(types, row, request.principal), etag: etagOf(row.version, 'o') }
      })
      return send(reply, answer)
    },
  )
}
