import { z } from 'zod'
import { codes } from '../../codes.ts'
import { envelope, Id } from '../../http/envelope.ts'
import { listOf } from '../../http/page.ts'
import { topics } from '../../http/principal.ts'

export const visibilities = codes({ members: 0, public: 1, unlisted: 2 })

const Visibility = z.enum(visibilities.names).meta({
  description: 'members: listed to its members; public: listed to everybody; unlisted: joined by its link',
})
const name = z.string().trim().min(1).max(250)
const Topics = z.array(z.enum(topics)).max(topics.length)

export const Group = z
  .object({
    id: z.number().int(),
    name: z.string(),
    description: z.string().nullable(),
    visibility: Visibility,
    isBuiltIn: z.boolean(),
    isMember: z.boolean().meta({ description: 'Whether the caller is in it, by whatever way' }),
    topics: z.array(z.enum(topics)).meta({ description: 'What members have by it' }),
    hasLink: z.boolean(),
    ...envelope,
  })
  .meta({ id: 'Group' })
export const GroupList = listOf(Group, 'GroupList')

export const NewGroup = z
  .strictObject({
    name,
    description: z.string().max(2000).nullable().optional(),
    visibility: Visibility.optional(),
    topics: Topics.optional(),
  })
  .meta({ id: 'NewGroup' })
export const GroupPatch = z
  .strictObject({
    name: name.optional(),
    description: z.string().max(2000).nullable().optional(),
    visibility: Visibility.optional(),
    topics: Topics.optional(),
  })
  .meta({ id: 'GroupPatch' })

const MemberOf = z.union([
  z.strictObject({ user: z.uuid() }),
  z.strictObject({ group: z.number().int().min(1).max(2147483647) }),
])
export const NewMember = MemberOf.meta({ id: 'NewMember', description: 'A user or a group.' })
export const Member = z
  .object({
    kind: z.enum(['user', 'group']),
    id: z.union([z.string(), z.number()]).meta({ description: 'UUID of a user, number of a group' }),
    name: z.string(),
    source: z.string().nullable().meta({ description: 'Provider whose rules made it a member' }),
    since: z.string(),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'Member' })
export const MemberList = listOf(Member, 'MemberList')
export const MemberParams = z.strictObject({
  id: Id,
  kind: z.enum(['users', 'groups']),
  member: z.string().max(36),
})
