// Making and changing notes. Whoever may edit a node may write notes on it.
import type { z } from 'zod'
import { builtInKinds, kindOf, type NoteKind } from '../../config/note-options.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { answersOf } from './documents.ts'
import { getPerson } from './people.ts'
import * as repository from './repository.ts'
import { type Note, type NoteFields, states } from './repository.ts'
import type { NoteBatch, NotePatch, Region } from './schemas.ts'

export const kindsOf = ({ config }: Pick<Services, 'config'>): NoteKind[] => [
  ...builtInKinds,
  ...config.notes.kinds.map(kindOf),
]

/** @throws Refusal not-processable naming the kinds that there are */
export function requireKind(services: Services, kind: string): void {
  const kinds = kindsOf(services).map(({ name }) => name)
  if (!kinds.includes(kind))
    throw new Refusal(
      'not-processable',
      `kind: there is no kind ‘${kind}’ of notes; there are ${kinds.join(', ')}.`,
    )
}

/** @throws Refusal not-found */
export async function getNote(db: Db, id: number): Promise<Note> {
  const note = await repository.find(db, id)
  if (!note) throw new Refusal('not-found', `There is no note ${id}.`)
  return note
}

export function requireVersion(note: Pick<Note, 'id' | 'version'>, expected: number | '*'): void {
  if (expected !== '*' && expected !== note.version)
    throw new Refusal('stale', `Note ${note.id} has version ${note.version} now; read it again.`, {
      version: note.version,
    })
}

const nothing = { x: null, y: null, w: null, h: null }

/** The columns of a region. @throws Refusal not-processable where the node has no such part */
export async function regionFields(
  db: Db,
  nodeId: number,
  region: z.output<typeof Region> | null | undefined,
): Promise<Pick<NoteFields, 'x' | 'y' | 'w' | 'h'>> {
  if (region === undefined) return {}
  if (region === null) return nothing
  const page = await db
    .selectFrom('OPR_Page')
    .select(['OP_ImgWidth as width', 'OP_ImgHeight as height'])
    .where('OP_OT_ID', '=', nodeId)
    .executeTakeFirst()
  if (!page) throw new Refusal('not-processable', `region: node ${nodeId} is no page.`)
  const { width, height } = page
  const isOutside = (size: number | null, start: number, extent: number) => size !== null && size > 0 && start + extent > size // prettier-ignore
  if (isOutside(width, region.x, region.w) || isOutside(height, region.y, region.h))
    throw new Refusal(
      'not-processable',
      `region: ${region.x},${region.y},${region.w},${region.h} lies outside of the page, which has ${width} × ${height} pixels.`,
    )
  return region
}

/** What a request changes of a note, as columns. */
export async function patchFields(
  trx: Db,
  services: Services,
  note: Note,
  { kind, text, region, assigned, state }: z.output<typeof NotePatch>,
): Promise<NoteFields> {
  if (kind !== undefined && kind !== note.kind) requireKind(services, kind)
  return {
    kind,
    text,
    ...(await regionFields(trx, note.nodeId, region)),
    assigned: assigned === undefined || assigned === null ? assigned : (await getPerson(trx, assigned)).id,
    // what is answered and not closed stays answered
    state: state === 'closed' ? states.of('closed') : state === 'open' ? reopened(note) : undefined,
  }
}

const reopened = (note: Note): number => (note.state === states.of('closed') ? states.of('open') : note.state)

/** A note with one answer more. @throws Refusal too-large */
export function answered(
  { config }: Pick<Services, 'config'>,
  note: Note,
  by: string,
  text: string,
  close: boolean,
): NoteFields {
  const answers = answersOf(note)
  if (answers.length >= config.notes.answers)
    throw new Refusal('too-large', `Note ${note.id} has ${answers.length} answers; more are not possible ([notes] answers).`, { limit: config.notes.answers }) // prettier-ignore
  return {
    answers: JSON.stringify([...answers, { text, by, at: new Date().toISOString() }]),
    state: states.of(close ? 'closed' : 'answered'),
  }
}

/** What the batch makes of one note; undefined: it stays as it is. */
export function batchFields(
  services: Services,
  note: Note,
  { action, text }: Pick<z.output<typeof NoteBatch>, 'action' | 'text'>,
  { by, assigned }: { readonly by: string; readonly assigned: number | null },
): NoteFields | undefined {
  switch (action) {
    case 'assign':
      return note.assignedId === assigned ? undefined : { assigned }
    case 'answer':
      return answered(services, note, by, text as string, false)
    case 'close':
      if (text !== undefined) return answered(services, note, by, text, true)
      return note.state === states.of('closed') ? undefined : { state: states.of('closed') }
    case 'reopen':
      return note.state === reopened(note) ? undefined : { state: reopened(note) }
    case 'delete':
      return undefined
  }
}
