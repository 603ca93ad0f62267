import { z } from 'zod'
import { topics } from '../../http/principal.ts'
import { verbs } from '../../http/sight.ts'
import { moment } from '../../http/moment.ts'
import { Links, Meta, Relationships } from '../../http/envelope.ts'

export const NewEntry = z
  .strictObject({
    subject: z
      .enum(['everyone', 'user', 'group', 'range'])
      .meta({ description: 'Whom it is about: everyone, a user, a group, or a range of addresses' }),
    user: z.uuid().optional().meta({ description: 'With subject user: their UUID' }),
    group: z.number().int().min(1).max(2147483647).optional().meta({ description: 'With subject group' }),
    range: z.string().max(64).optional().meta({
      description:
        'With subject range: addresses in CIDR notation, 192.0.2.0/24; counted as [server] trustProxy says',
    }),
    right: z.enum(verbs),
    width: z.number().int().min(1).max(1_000_000).nullable().default(null).meta({
      description: 'With see-image: the widest image, in pixels; null: any',
    }),
    effect: z.enum(['grant', 'deny']),
    from: moment('From this moment on; null: at once').nullable().default(null),
    until: moment(
      'Until before this moment; null: without end. An embargo is a denial with an end, a lease a grant with one',
    )
      .nullable()
      .default(null),
    note: z.string().max(500).nullable().default(null),
  })
  .meta({ id: 'NewRightsEntry' })
export type NewEntry = z.output<typeof NewEntry>

export const Entry = z
  .object({
    id: z.number().int(),
    subject: z.enum(['everyone', 'user', 'group', 'range']),
    user: z.string().nullable().meta({ description: 'UUID' }),
    group: z.number().int().nullable(),
    name: z.string().nullable().meta({ description: 'Of the user or group' }),
    range: z.string().nullable(),
    right: z.enum(verbs),
    width: z.number().int().nullable(),
    effect: z.enum(['grant', 'deny']),
    from: z.string().nullable(),
    until: z.string().nullable(),
    isActive: z.boolean().meta({ description: 'Whether it holds at this moment' }),
    note: z.string().nullable(),
    meta: Meta,
  })
  .meta({ id: 'RightsEntry', description: 'Who may do what here, or may not.' })

export const EntryOfUser = z
  .object({
    id: z.number().int(),
    level: z.object({
      kind: z.enum(['node', 'domain']),
      id: z.number().int(),
      caption: z.string().nullable(),
    }),
    subject: z.enum(['user', 'group']),
    group: z.number().int().nullable().meta({ description: 'The group of theirs that it is about' }),
    ...Entry.pick({ right: true, width: true, effect: true, from: true, until: true, isActive: true }).shape,
    links: Links,
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'RightsEntryOfUser', description: 'An entry about somebody, with where it stands.' })

const Level = z.object({
  level: z.object({ kind: z.enum(['node', 'domain']), id: z.number().int(), caption: z.string().nullable() }),
  isPrivate: z.boolean().meta({ description: 'Inherits nothing from above' }),
  entries: z.array(Entry),
})
export const Rights = z
  .object({
    ...Level.shape,
    inherited: z
      .array(Level)
      .meta({ description: 'Levels above that have entries and reach down to here, the nearest first' }),
    links: Links,
    relationships: Relationships,
    meta: Meta,
  })
  .meta({ id: 'Rights', description: 'Entries of a node or a domain, and what it inherits.' })

export const NewRights = z
  .strictObject({
    isPrivate: z.boolean().default(false),
    entries: z.array(NewEntry).max(1000),
  })
  .meta({ id: 'NewRights', description: 'Takes the place of all entries of the level.' })

/** Whom a question about rights is about. */
export const SubjectQuery = z.strictObject({
  user: z.uuid().optional().meta({ description: 'UUID of a user' }),
  group: z.coerce
    .number()
    .int()
    .min(1)
    .max(2147483647)
    .optional()
    .meta({ description: 'A group: somebody who has logged in and is in this group and no other' }),
  anonymous: z.stringbool().optional().meta({ description: 'Who has not logged in' }),
  address: z.union([z.ipv4(), z.ipv6()]).optional().meta({
    description:
      'Where they sit, for entries about ranges of addresses; alone: who sits there without a log-in',
  }),
})

const Reason = z
  .object({
    allowed: z.boolean(),
    by: z.enum(['entry', 'topic', 'release', 'operator', 'nothing']),
    entry: z.number().int().nullable().meta({ description: 'The entry that decides' }),
    level: z
      .object({ kind: z.enum(['node', 'domain']), id: z.number().int() })
      .nullable()
      .meta({ description: 'Where it hangs' }),
    topics: z.array(z.enum(topics)).meta({ description: 'Those that give it, where a topic does' }),
    width: z.number().int().nullable().meta({ description: 'Widest image in pixels; null: any' }),
    until: z.string().nullable().meta({ description: 'When the entry ends' }),
    note: z.string().nullable(),
  })
  .meta({ id: 'RightsReason', description: 'Whether something is allowed, and what says so.' })

const Subject = z
  .object({
    kind: z.enum(['caller', 'anonymous', 'user', 'group']),
    user: z.string().nullable().meta({ description: 'UUID' }),
    group: z.number().int().nullable(),
    name: z.string().nullable(),
    address: z.string().nullable(),
  })
  .meta({ id: 'RightsSubject', description: 'Whom an answer about rights is about.' })
export type Subject = z.output<typeof Subject>

export const Permissions = z
  .object({
    subject: Subject,
    rights: z.array(z.string()).meta({ description: 'Rights of routes that they have, here or somewhere' }),
    allowed: z.array(z.string()).meta({ description: 'What they may do here' }),
    reasons: z.record(z.string(), Reason),
    links: Links,
    relationships: Relationships,
    meta: Meta,
  })
  .meta({ id: 'Permissions', description: 'What the caller, or who was asked about, may do here, and why.' })

export const RightsPreview = z
  .object({
    added: z.number().int().meta({ description: 'Entries that would be new' }),
    removed: z.number().int().meta({ description: 'Entries that would be gone' }),
    subjects: z
      .array(
        z.object({
          subject: Subject,
          changes: z.array(z.object({ right: z.enum(verbs), before: Reason, after: Reason })),
        }),
      )
      .meta({
        description:
          'For whom something would change here: who has not logged in, the caller, and whom entries are about',
      }),
    isComplete: z.boolean().meta({ description: 'False where entries are about more than were looked at' }),
    links: Links,
    relationships: Relationships,
    meta: Meta,
  })
  .meta({ id: 'RightsPreview', description: 'What other entries would change; nothing is stored.' })
