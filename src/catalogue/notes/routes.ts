// Notes one by one: lists, of a node, reading, changing, answering, removing.
import type { Db } from '../../firebird/database.ts'
import { IdParams } from '../../http/envelope.ts'
import { expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, pageOf } from '../../http/page.ts'
import type { Principal } from '../../http/principal.ts'
import { Refusal } from '../../errors.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendDone, write } from '../../http/write.ts'
import { access, seenRows } from '../../people/access/index.ts'
import { record } from '../../system/log/index.ts'
import { domainTags, getDomain } from '../domains/index.ts'
import { answered, getNote, patchFields, requireVersion } from './change.ts'
import { documentOf as documentIn, documentsOf } from './documents.ts'
import * as repository from './repository.ts'
import type { Note as Row, NoteFields } from './repository.ts'
import { NewAnswer, NodeNotesQuery, Note, NoteList, NoteParams, NotePatch, NoteQuery } from './schemas.ts'
import { docTags as tags, readable, readableNote, visiblePlace } from './support.ts'
import { z } from 'zod'

/** PU_ID of whom the filter names: undefined for who is not known, of whom there are no notes. */
async function assignedTo(db: Db, principal: Principal, name: string): Promise<number | null | undefined> {
  if (name === 'nobody') return null
  if (name === 'me') return principal.userId
  const user = await db
    .selectFrom('PRV_User')
    .select('PU_ID as id')
    .where('PU_UUID', '=', name)
    .executeTakeFirst()
  return user?.id
}

/** A domain and those below it. */
async function domainsBelow(db: Db, name: string): Promise<number[]> {
  const { id } = await getDomain(db, name)
  return (await domainTags(db)).filter(domain => domain.lineage.includes(id)).map(domain => domain.id)
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services
  const documentOf = async (trx: Db, principal: Principal, id: number) =>
    documentIn(trx, types, principal, await getNote(trx, id))

  app.get(
    '/api/v1/notes',
    {
      config: { right: 'log:read', asksItself: true },
      schema: {
        operationId: 'listNotes',
        tags,
        summary: 'Lists notes, the latest first.',
        description: 'Notes of what lies in the bin are listed only where they are asked for.',
        querystring: NoteQuery,
        response: { 200: json(NoteList, 'Notes.'), ...problems(404) },
      },
    },
    async request => {
      const { cursor, limit, domain, assigned, since, bin, below, path, ...filter } = request.query
      const [before] = decodeCursor(cursor, ['number']) ?? []
      const person = assigned && (await assignedTo(db, request.principal, assigned))
      const named = below ?? path?.match(/\d+(?=\|$)/)?.map(Number)[0]
      const top = named === undefined ? undefined : await visiblePlace(db, request.principal, named)
      if (below === undefined && top?.path !== path)
        throw new Refusal('not-found', `There is no tree node of the path ${path}.`)
      if (assigned !== undefined && person === undefined)
        return listDocument(request.url, { items: [], next: undefined })
      const domainIds = domain === undefined ? undefined : await domainsBelow(db, domain)
      const rows = await seenRows(
        (after: Row | undefined, count) =>
          repository.list(
            db,
            {
              ...filter,
              ...(top === undefined ? {} : { path: top.path }),
              assigned: person as number | null | undefined,
              domainIds,
              since: since === undefined ? undefined : new Date(since),
              isBinned: bin,
            },
            { before: after?.id ?? (before as number | undefined), limit: count },
          ),
        readable(request.principal),
        limit + 1,
      )
      const page = pageOf(rows, limit, row => [row.id])
      return listDocument(request.url, {
        ...page,
        items: await documentsOf(db, types, request.principal, page.items),
      })
    },
  )

  app.get(
    '/api/v1/tree/:id/notes',
    {
      config: { right: 'log:read' },
      schema: {
        operationId: 'listNodeNotes',
        tags,
        summary: 'Lists the notes of a node, or of it and all below it, the latest first.',
        params: IdParams,
        querystring: NodeNotesQuery,
        response: { 200: json(NoteList, 'Notes.'), ...problems(404) },
      },
    },
    async request => {
      const node = await visiblePlace(db, request.principal, request.params.id)
      const rows = await repository.ofNode(db, node, request.query)
      const sees = readable(request.principal)
      const items = await documentsOf(db, types, request.principal, sees ? rows.filter(sees) : rows)
      return listDocument(request.url, { items, next: undefined })
    },
  )

  app.get(
    '/api/v1/notes/:note',
    {
      config: { right: 'log:read', asksItself: true, tells: 'note' },
      schema: {
        operationId: 'getNote',
        tags,
        summary: 'Reads a note.',
        params: NoteParams,
        response: { 200: json(Note, 'The note.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const note = await readableNote(db, request, request.params.note)
      const { body, etag } = await documentOf(db, request.principal, note.id)
      if (isFresh(request, reply, etag, 'private, no-cache')) return sendUnchanged(reply)
      return body
    },
  )

  /** One change of one note, on the version that it was made on. */
  const change = (
    request: Parameters<typeof write>[1],
    id: number,
    action: string,
    fieldsOf: (trx: Db, note: Row) => Promise<NoteFields>,
    data?: unknown,
  ) => {
    const version = expectedVersion(request)
    return write(services, request, {}, async trx => {
      const note = await readableNote(trx, request, id)
      access.require(request.principal, 'edit', {
        ...(await visiblePlace(trx, request.principal, note.nodeId)),
      })
      requireVersion(note, version)
      const fields = await fieldsOf(trx, note)
      const isAny = Object.values(fields).some(value => value !== undefined)
      if (isAny && !(await repository.update(trx, id, version, fields)))
        requireVersion(await getNote(trx, id), version)
      if (isAny) await record(trx, { entity: 'note', entityId: id, action, actor: actorOf(request), data })
      return await documentOf(trx, request.principal, id)
    })
  }

  app.patch(
    '/api/v1/notes/:note',
    {
      config: { right: 'meta:write', asksItself: true },
      schema: {
        operationId: 'changeNote',
        tags,
        summary: 'Changes a note, hands it to somebody, closes or opens it.',
        params: NoteParams,
        body: NotePatch,
        response: { 200: json(Note, 'The note.'), ...problems(404, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const only = Object.keys(body).length === 1
      const action = only && body.state === 'closed' ? 'close' : only && body.state === 'open' ? 'reopen' : only && 'assigned' in body ? 'assign' : 'change' // prettier-ignore
      return send(
        reply,
        await change(
          request,
          params.note,
          action,
          (trx, note) => patchFields(trx, services, note, body),
          body,
        ),
      )
    },
  )

  app.post(
    '/api/v1/notes/:note/answers',
    {
      config: { right: 'meta:write', asksItself: true },
      schema: {
        operationId: 'answerNote',
        tags,
        summary: 'Answers a note, and closes it where that is said.',
        params: NoteParams,
        body: NewAnswer,
        response: { 200: json(Note, 'The note.'), ...problems(404, 412, 413, 428) },
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const by = actorOf(request).name
      return send(
        reply,
        await change(
          request,
          params.note,
          'answer',
          (_, note) => Promise.resolve(answered(services, note, by, body.text, body.close)),
          body,
        ),
      )
    },
  )

  app.delete(
    '/api/v1/notes/:note',
    {
      config: { right: 'meta:write', asksItself: true },
      schema: {
        operationId: 'deleteNote',
        tags,
        summary: 'Removes a note: what was no fault, or rubbish.',
        params: NoteParams,
        response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { note: id } = request.params
      const answer = await write(services, request, {}, async trx => {
        const note = await readableNote(trx, request, id)
        access.require(request.principal, 'edit', {
          ...(await visiblePlace(trx, request.principal, note.nodeId)),
        })
        requireVersion(note, version)
        if (!(await repository.remove(trx, id, version))) requireVersion(await getNote(trx, id), version)
        await record(trx, { entity: 'note', entityId: id, action: 'delete', actor: actorOf(request), data: { node: note.nodeId, kind: note.kind } }) // prettier-ignore
        return { body: null }
      })
      return sendDone(reply, answer)
    },
  )
}
