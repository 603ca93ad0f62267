// Many notes at once, the history of one, and what can be chosen when one is written.
import type { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { requireAll } from '../../people/access/index.ts'
import { record } from '../../system/log/index.ts'
import { builtInKinds } from '../../config/note-options.ts'
import { batchFields, kindsOf } from './change.ts'
import { isUuid } from './documents.ts'
import { getPerson, namesOf, staff } from './people.ts'
import * as repository from './repository.ts'
import { type Note, states, type Version } from './repository.ts'
import { Changed, changedParts, NoteBatch, NoteHistory, NoteKinds, NoteParams } from './schemas.ts'
import { docTags as tags, readable, readableNote } from './support.ts'
import { metaOf } from '../../http/envelope.ts'

const shownVersions = 500
const shownPeople = 1000

function requireWhole({ action, assigned, text }: z.output<typeof NoteBatch>): void {
  if (action === 'assign' && assigned === undefined)
    throw new Refusal('bad-request', 'The action assign needs assigned.')
  if (action === 'answer' && text === undefined)
    throw new Refusal('bad-request', 'The action answer needs text.')
  if (action !== 'assign' && assigned !== undefined) throw new Refusal('bad-request', `The action ${action} takes no assigned.`) // prettier-ignore
  if (!['answer', 'close'].includes(action) && text !== undefined) throw new Refusal('bad-request', `The action ${action} takes no text.`) // prettier-ignore
}

type State = Pick<Version, 'kind' | 'text' | 'state' | 'assigned' | 'answers' | 'region' | 'nodeId'>
const stateOf = (note: Note): State => ({
  ...note,
  assigned: note.assignedUuid,
  region: note.x === null ? null : [note.x, note.y, note.w, note.h].join(),
})

/** What a change made otherwise. @param after undefined where the note is gone */
function changedIn(before: Version, after: State | undefined): (typeof changedParts)[number][] {
  if (before.isAbsent === 1) return ['made']
  if (!after) return ['removed']
  return changedParts.filter(part => part !== 'made' && part !== 'removed' && before[part] !== after[part])
}

export async function manyRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.get(
    '/api/v1/notes/kinds',
    {
      config: { right: 'log:read', asksItself: true },
      schema: {
        operationId: 'listNoteKinds',
        tags,
        summary: 'The kinds of notes, and who can be asked to look after them.',
        response: { 200: json(NoteKinds, 'Kinds and people.'), ...problems() },
      },
    },
    async request => ({
      items: kindsOf(services).map(kind => ({ ...kind, isBuiltIn: builtInKinds.includes(kind) })),
      people: (await staff(db, shownPeople)).map(({ uuid, name }) => ({ id: uuid, name })),
      links: { self: request.url, notes: '/api/v1/notes' },
      relationships: {},
      meta: metaOf({}),
    }),
  )

  app.post(
    '/api/v1/notes/batch',
    {
      config: { right: 'meta:write', asksItself: true },
      schema: {
        operationId: 'changeNotes',
        tags,
        summary: 'Assigns, answers, closes, opens or removes many notes: all of them, or none.',
        body: NoteBatch,
        response: { 200: json(Changed, 'What changed.'), ...problems(404, 409, 413, 422) },
      },
    },
    async (request, reply) => {
      requireWhole(request.body)
      const ids = [...new Set(request.body.ids)].sort((a, b) => a - b)
      const { batch: most } = services.config.notes
      if (ids.length > most)
        throw new Refusal('too-large', `The request names ${ids.length} notes; at most ${most} are possible ([notes] batch).`, { limit: most }) // prettier-ignore
      const { action, assigned, text } = request.body
      const answer = await write(services, request, {}, async trx => {
        const actor = actorOf(request)
        const notes = new Map<number, Note>()
        for (let at = 0; at < ids.length; at += 800)
          for (const note of await repository.findMany(trx, ids.slice(at, at + 800))) notes.set(note.id, note)
        const sees = readable(request.principal)
        const missing = ids.find(id => !notes.has(id) || sees?.(notes.get(id) as Note) === false)
        if (missing !== undefined) throw new Refusal('not-found', `There is no note ${missing}.`)
        await requireAll(request, trx, 'edit', [...new Set([...notes.values()].map(note => note.nodeId))])
        const context = {
          by: actor.name,
          assigned: assigned == null ? null : (await getPerson(trx, assigned)).id,
        }
        let changed = 0
        for (const id of ids) {
          const note = notes.get(id) as Note
          if (action === 'delete') changed += (await repository.remove(trx, id, '*')) ? 1 : 0
          else {
            const fields = batchFields(services, note, { action, text }, context)
            if (!fields) continue
            // an answer is added to those that were read: whoever added one in between is not overwritten
            if (!(await repository.update(trx, id, note.version, fields)))
              throw new Refusal(
                'conflict',
                `Note ${id} is being changed by somebody else; send the request again.`,
              )
            changed++
          }
        }
        await record(trx, {
          entity: 'note',
          entityId: ids.length === 1 ? ids[0] : undefined,
          action,
          actor,
          data: {
            ids,
            changed,
            ...(assigned === undefined ? {} : { assigned }),
            ...(text === undefined ? {} : { text }),
          },
        })
        return {
          body: {
            selected: ids.length,
            changed,
            batch: null,
            links: {},
            relationships: {},
            meta: metaOf({}),
          },
        }
      })
      return send(reply, { ...answer, body: { ...answer.body, batch: answer.batch ?? null } })
    },
  )

  app.get(
    '/api/v1/notes/:note/history',
    {
      config: { right: 'log:read', asksItself: true },
      schema: {
        operationId: 'getNoteHistory',
        tags,
        summary: 'What a note was before each change, the latest first, at most 500 changes.',
        params: NoteParams,
        response: { 200: json(NoteHistory, 'The changes.'), ...problems(404) },
      },
    },
    async request => {
      const note = await readableNote(db, request, request.params.note)
      const versions = await repository.versions(db, note.id, shownVersions)
      const uuids = versions.flatMap(({ assigned }) =>
        assigned !== null && isUuid(assigned) ? [assigned] : [],
      )
      const names = await namesOf(db, [...new Set(uuids)])
      let after: State | undefined = stateOf(note)
      const items = versions.map(version => {
        const { batch, actor, application, reason, at, kind, text, state, assigned } = version
        const changed = changedIn(version, after)
        after = version.isAbsent === 1 ? undefined : version
        const before = {
          kind,
          text,
          state: states.name(state),
          assigned: assigned === null ? null : { id: assigned, name: names.get(assigned) ?? null },
        }
        return { changed, before: version.isAbsent === 1 ? null : before, batch, actor, application, reason, at: at.toISOString() } // prettier-ignore
      })
      return {
        items,
        links: { self: request.url, note: `/api/v1/notes/${note.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
