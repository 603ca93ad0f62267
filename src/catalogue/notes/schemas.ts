import { z } from 'zod'
import { moment } from '../../http/moment.ts'
import { envelope, Id, Links, Meta } from '../../http/envelope.ts'
import { listOf, PageQuery } from '../../http/page.ts'
import { replacedBy } from '../../http/versions.ts'

const most = 2147483647
export const longestText = 2000

const Kind = z.string().min(1).max(60).meta({ description: 'blurred, missing-page, wrong-order, cropped, wrong-metadata, other, or one of [notes] kinds' }) // prettier-ignore
const Text = z.string().trim().min(1).max(longestText)
const Uuid = z.uuid()
const edge = z.number().int().min(0).max(most)
const size = z.number().int().min(1).max(most)
export const Region = z
  .strictObject({ x: edge, y: edge, w: size, h: size })
  .meta({ id: 'NoteRegion', description: 'A part of the page, in pixels of its full image.' })
const State = z.enum(['open', 'answered', 'closed'])

export const NewNote = z
  .strictObject({
    kind: Kind,
    text: Text.meta({ description: 'What is wrong' }),
    region: Region.nullable().default(null).meta({ description: 'Only of pages; null: the whole' }),
    assigned: Uuid.nullable().default(null).meta({ description: 'Id of the user who shall look after it' }),
  })
  .meta({ id: 'NewNote' })

export const NewNotes = NewNote.omit({ region: true })
  .extend({ nodes: z.array(Id).min(1).max(10_000).meta({ description: 'Ids of titles, parts and pages' }) })
  .meta({ id: 'NewNotes' })

export const NotePatch = z
  .strictObject({
    kind: Kind.optional(),
    text: Text.optional(),
    region: Region.nullable().optional(),
    assigned: Uuid.nullable().optional().meta({ description: 'Id of a user; null: nobody' }),
    state: z
      .enum(['open', 'closed'])
      .optional()
      .meta({ description: 'closed: it is settled; open: it is not, after all' }),
  })
  .meta({ id: 'NotePatch' })

export const NewAnswer = z
  .strictObject({
    text: Text,
    close: z.boolean().default(false).meta({ description: 'Closes the note as well' }),
  })
  .meta({ id: 'NewNoteAnswer' })

export const NoteBatch = z
  .strictObject({
    ids: z.array(Id).min(1).max(10_000),
    action: z.enum(['assign', 'answer', 'close', 'reopen', 'delete']),
    assigned: Uuid.nullable().optional().meta({ description: 'Of assign' }),
    text: Text.optional().meta({ description: 'Of answer; of close as a last answer' }),
  })
  .meta({ id: 'NoteBatch' })

const Person = z.object({
  id: z.string(),
  name: z.string().nullable().meta({ description: 'Null where nobody goes by it any more' }),
})

export const Note = z
  .object({
    id: z.number().int(),
    kind: z.string(),
    text: z.string(),
    state: State,
    origin: z.enum(['staff', 'reader']).meta({ description: 'reader: it was reported in the reading room' }),
    node: z.object({
      id: z.number().int(),
      datatype: z.string().nullable(),
      caption: z.string().nullable().meta({ description: 'Of a page its label' }),
      path: z.string(),
      image: z
        .object({ width: z.number().int(), height: z.number().int() })
        .nullable()
        .meta({ description: 'Of a page with an image its size in pixels, in which regions are told' }),
    }),
    title: z.object({ id: z.number().int(), caption: z.string().nullable() }).nullable().meta({
      description: 'The title that a page or a part belongs to; null where the note is about a title itself',
    }),
    domainId: z.number().int(),
    region: Region.nullable(),
    author: Person,
    email: z.string().nullable().meta({ description: 'Of a reader who wants to be answered' }),
    assigned: Person.nullable(),
    answers: z.array(z.object({ text: z.string(), by: Person, at: z.string() })),
    ...envelope,
  })
  .meta({ id: 'Note', description: 'Something that is wrong with a title, a page or a part of a page.' })
export const NoteList = listOf(Note, 'NoteList')

const StateFilter = z
  .enum(['open', 'answered', 'closed', 'unsettled'])
  .optional()
  .meta({ description: 'unsettled: open or answered' })

export const NoteQuery = PageQuery.extend({
  state: StateFilter,
  kind: Kind.optional(),
  origin: z.enum(['staff', 'reader']).optional(),
  domain: z.string().max(120).optional().meta({ description: 'Notes in this domain and those below it' }),
  path: z
    .string()
    .regex(/^(\|\d{1,10}\|)+$/)
    .max(500)
    .optional()
    .meta({ description: 'Notes of the node with this path and of all below it' }),
  below: Id.optional().meta({ description: 'Notes of the node with this id and of all below it' }),
  assigned: z
    .union([z.enum(['me', 'nobody']), Uuid])
    .optional()
    .meta({ description: 'Id of a user, me, or nobody' }),
  author: z
    .string()
    .max(250)
    .optional()
    .meta({ description: 'Id of a user, operator, or public for readers' }),
  since: moment('Made not before').optional(),
  bin: z.stringbool().optional().meta({ description: 'true: notes of what lies in the bin, instead' }),
})

export const NodeNotesQuery = z.strictObject({
  below: z.stringbool().default(false).meta({ description: 'With those of all that stands below' }),
  state: StateFilter,
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
})

export const NoteParams = z.strictObject({ note: Id.meta({ description: 'Number of the note' }) })

export const Changed = z
  .object({
    selected: z.number().int(),
    changed: z.number().int().meta({ description: 'Notes that were otherwise before' }),
    batch: z.number().int().nullable(),
    ...envelope,
    meta: Meta,
  })
  .meta({ id: 'NotesChanged', description: 'What became of many notes.' })

/** What a change can be about. */
export const changedParts = [
  'made',
  'removed',
  'kind',
  'text',
  'state',
  'assigned',
  'answers',
  'region',
  'nodeId',
] as const

export const NoteHistory = z
  .object({
    items: z.array(
      z.object({
        changed: z.array(z.enum(changedParts)),
        before: z
          .object({ kind: z.string(), text: z.string(), state: State, assigned: Person.nullable() })
          .nullable()
          .meta({ description: 'Null where there was no such note' }),
        ...replacedBy,
      }),
    ),
    links: Links,
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'NoteHistory', description: 'What a note was before each change, the latest first.' })

const KindNames = z.object({
  name: z.string(),
  de: z.string().meta({ description: 'What people read, in German' }),
  en: z.string(),
})

export const NoteKinds = z
  .object({
    items: z.array(KindNames.extend({ isBuiltIn: z.boolean() })),
    people: z.array(Person).meta({ description: 'Who can be asked to look after notes' }),
    links: Links,
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'NoteKinds' })

export const NewFault = z
  .strictObject({
    kind: Kind,
    text: Text,
    email: z.email().max(250).nullable().optional().meta({ description: 'Where an answer may be sent' }),
    region: Region.nullable().default(null),
    website: z.string().max(500).optional().meta({ description: 'Leave it empty: people do not see it, programs fill it in' }), // prettier-ignore
  })
  .meta({ id: 'NewFault', description: 'What a reader found wrong.' })

export const FaultForm = z
  .object({
    isOpen: z.boolean().meta({ description: 'Whether faults may be reported here' }),
    kinds: z.array(KindNames),
    longest: z.number().int().meta({ description: 'Most characters of the text' }),
    links: Links,
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'FaultForm', description: 'How a fault is reported here.' })

export const Reported = z
  .object({ reported: z.literal(true), links: Links, relationships: z.object({}), meta: Meta })
  .meta({ id: 'FaultReported' })
