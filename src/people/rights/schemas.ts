import { z } from 'zod'
import { verbs } from '../../http/sight.ts'
import { Links, Meta, Relationships } from '../../http/envelope.ts'

const Moment = z.iso.datetime({ offset: true }).nullable()

export const NewEntry = z
  .strictObject({
    subject: z
      .enum(['everyone', 'user', 'group', 'range'])
      .meta({ description: 'Whom it is about: everyone, a user, a group, or a range of addresses' }),
    user: z.number().int().min(1).max(2147483647).optional().meta({ description: 'With subject user' }),
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
    from: Moment.default(null).meta({ description: 'From this moment on; null: at once' }),
    until: Moment.default(null).meta({
      description:
        'Until before this moment; null: without end. An embargo is a denial with an end, a lease a grant with one',
    }),
    note: z.string().max(500).nullable().default(null),
  })
  .meta({ id: 'NewRightsEntry' })
export type NewEntry = z.output<typeof NewEntry>

export const Entry = z
  .object({
    id: z.number().int(),
    subject: z.enum(['everyone', 'user', 'group', 'range']),
    user: z.number().int().nullable(),
    group: z.number().int().nullable(),
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
    meta: z.object({ schemaVersion: z.number().int() }),
  })
  .meta({ id: 'Rights', description: 'Entries of a node or a domain, and what it inherits.' })

export const NewRights = z
  .strictObject({
    isPrivate: z.boolean().default(false),
    entries: z.array(NewEntry).max(1000),
  })
  .meta({ id: 'NewRights', description: 'Takes the place of all entries of the level.' })
