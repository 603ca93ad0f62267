import type { z } from 'zod'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import { etagOf } from '../../http/etag.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { namesOf } from './people.ts'
import { type Note, origins, states } from './repository.ts'
import type { Note as Document } from './schemas.ts'

export interface Answer {
  readonly text: string
  readonly by: string
  readonly at: string
}

export const answersOf = (note: Pick<Note, 'answers'>): Answer[] =>
  JSON.parse(note.answers ?? '[]') as Answer[]

export const placeOf = (note: Note) => ({
  id: note.nodeId,
  path: note.path,
  domainId: note.domainId,
  isVisible: note.nodeState === 1 && note.delState === 0,
})

export const isUuid = (name: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name)

/** Documents of notes, with the names of those who wrote them and look after them. */
export async function documentsOf(
  db: Db,
  types: TypeSystem,
  principal: Principal,
  notes: readonly Note[],
): Promise<z.output<typeof Document>[]> {
  const people = new Set<string>()
  for (const note of notes)
    for (const name of [note.author, note.assignedUuid, ...answersOf(note).map(({ by }) => by)])
      if (name !== null && isUuid(name)) people.add(name)
  const names = await namesOf(db, [...people])
  const person = (id: string) => ({ id, name: names.get(id) ?? null })
  return notes.map(note => {
    const self = `/api/v1/notes/${note.id}`
    return {
      id: note.id,
      kind: note.kind,
      text: note.text,
      state: states.name(note.state),
      origin: origins.name(note.origin),
      node: {
        id: note.nodeId,
        datatype: types.datatypeOf(note.datatype) ?? null,
        caption: note.label ?? note.caption,
        path: note.path,
        image: note.width && note.height ? { width: note.width, height: note.height } : null,
      },
      title: note.titleId === null ? null : { id: note.titleId, caption: note.titleCaption },
      domainId: note.domainId,
      region:
        note.x === null ? null : { x: note.x, y: note.y as number, w: note.w as number, h: note.h as number },
      author: person(note.author),
      email: access.seesConfidential(principal, placeOf(note)) ? note.email : null,
      assigned: note.assignedUuid === null ? null : person(note.assignedUuid),
      answers: answersOf(note).map(({ by, ...answer }) => ({ ...answer, by: person(by) })),
      links: {
        self,
        node: `/api/v1/tree/${note.nodeId}`,
        history: `${self}/history`,
        answers: `${self}/answers`,
      },
      relationships: {
        node: toOne('node', note.nodeId),
        title: toOne('title', note.titleId),
        domain: toOne('domain', note.domainId),
      },
      meta: metaOf(note),
    }
  })
}

/** One of them, with its version. */
export async function documentOf(db: Db, types: TypeSystem, principal: Principal, note: Note) {
  const [body] = await documentsOf(db, types, principal, [note])
  return { body: body as z.output<typeof Document>, etag: etagOf(note.version) }
}
