import { z } from 'zod'
import { moment } from '../../http/moment.ts'
import { envelope, ListMeta } from '../../http/envelope.ts'
import { listOf, PageQuery } from '../../http/page.ts'
import { rights, scopes, topics } from '../../http/principal.ts'
import { kinds } from './codes.ts'
import { longestPassword, shortestPassword } from './passwords.ts'

const text = (max: number) => z.string().trim().max(max)
const kind = z.enum(kinds.names)
const Topics = z.array(z.enum(topics)).max(topics.length)
const name = text(250).min(1)
const email = z.email().max(250)
const orcid = z
  .string()
  .regex(/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/)
  .refine(isOrcid, 'its check digit does not fit')
const url = z.url({ protocol: /^https?$/ }).max(1000)
/** No @, so that nobody's log-in is taken for another one's address */
const login = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,59}$/)
  .refine(value => !/^[0-9a-f]{8}-/i.test(value), 'looks like an id')
export const Password = z
  .string()
  .min(1)
  .max(longestPassword)
  .meta({ description: `At least ${shortestPassword} characters` })
export const Code = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .meta({ description: 'What stands behind the # of the link' })

/** ISO 7064 MOD 11-2 over the digits. */
function isOrcid(value: string): boolean {
  const digits = value.replaceAll('-', '')
  const total = Array.from(digits.slice(0, 15)).reduce((sum, digit) => ((sum + Number(digit)) * 2) % 11, 0)
  const check = (12 - total) % 11
  return digits[15] === (check === 10 ? 'X' : String(check))
}

/** What a user may be told of another one, and more of it for those who manage users, and of oneself. */
export const User = z
  .object({
    id: z.string().meta({ description: 'UUID' }),
    kind,
    name: z.string(),
    affiliation: z.string().nullable(),
    orcid: z.string().nullable(),
    url: z.string().nullable(),
    emailPublic: z.string().nullable(),
    contact: z.string().nullable(),
    isPartial: z.boolean().meta({ description: 'No way to log in' }),
    login: z.string().nullable().optional(),
    email: z.string().nullable().optional(),
    isEmailConfirmed: z.boolean().optional(),
    hasPassword: z.boolean().optional(),
    authIds: z
      .array(z.string())
      .optional()
      .meta({ description: 'Log-in ids at other services, id::service' }),
    topics: z.array(z.enum(topics)).optional(),
    isActive: z.boolean().optional(),
    logIns: z
      .object({
        count: z.number().int(),
        currentAt: z.string().nullable(),
        currentAddress: z.string().nullable(),
        lastAt: z.string().nullable(),
        lastAddress: z.string().nullable(),
      })
      .optional(),
    ...envelope,
  })
  .meta({
    id: 'User',
    description: 'A person or organisation; login and what follows only for USER_MANAGEMENT and oneself.',
  })
export const UserList = listOf(User, 'UserList')

export const UserQuery = PageQuery.extend({
  q: text(100).optional().meta({
    description: 'Part of the name or affiliation; for USER_MANAGEMENT also of log-in and e-mail',
  }),
  kind: kind.optional(),
  isActive: z.stringbool().optional(),
})

const editable = {
  kind: kind.optional(),
  email: email.nullable().optional(),
  emailPublic: email.nullable().optional(),
  affiliation: text(500).nullable().optional(),
  orcid: orcid.nullable().optional(),
  url: url.nullable().optional(),
  contact: text(500).nullable().optional(),
}
const managed = {
  login: login.nullable().optional(),
  password: Password.nullable().optional(),
  topics: Topics.optional(),
  isActive: z.boolean().optional(),
}
export const NewUser = z.strictObject({ name, ...editable, ...managed }).meta({ id: 'NewUser' })
export const UserPatch = z
  .strictObject({ name: name.optional(), ...editable, ...managed })
  .meta({ id: 'UserPatch' })
export const OwnPatch = z
  .strictObject({
    name: name.optional(),
    ...editable,
    password: Password.optional(),
    currentPassword: z
      .string()
      .max(longestPassword)
      .optional()
      .meta({ description: 'Needed for another password or e-mail address, where there is a password' }),
  })
  .meta({ id: 'OwnPatch' })

export const UserParams = z.strictObject({ id: z.uuid().meta({ description: 'UUID of the user' }) })

export const Welcome = z
  .strictObject({ code: Code, name, login, password: Password, email: email.nullable().optional() })
  .meta({ id: 'Welcome' })

export const Key = z
  .object({
    id: z.number().int(),
    label: z.string(),
    scopes: z.array(z.enum(scopes)),
    expiresAt: z.string().nullable(),
    usedAt: z.string().nullable().meta({ description: 'To the minute' }),
    createdAt: z.string(),
    key: z.string().optional().meta({ description: 'The key itself: told once, when it is made' }),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'Key' })
export const KeyList = z
  .object({
    items: z.array(Key),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: ListMeta,
  })
  .meta({ id: 'KeyList' })
export const NewKey = z
  .strictObject({
    label: text(250).min(1),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .default(['read-write'])
      .meta({ description: 'read-write: all that the user may do; others narrow that, never widen it' }),
    expiresAt: moment().nullable().optional(),
  })
  .meta({ id: 'NewKey' })

export const IdentityList = z
  .object({
    items: z.array(
      z
        .object({
          id: z.number().int(),
          provider: z.string().meta({ description: 'Name of the section [auth.NAME], or shibboleth' }),
          label: z.string().meta({ description: 'Words on its button' }),
          subject: z.string().meta({ description: 'Who it is there' }),
          isOffered: z.boolean().meta({ description: 'People can log in by this provider still' }),
          linkedAt: z.string(),
          usedAt: z.string().nullable().meta({ description: 'Last log-in by it' }),
          links: z.object({ self: z.string() }),
        })
        .meta({ id: 'Identity' }),
    ),
    hasPassword: z.boolean(),
    providers: z
      .array(z.object({ name: z.string(), label: z.string() }))
      .meta({ description: 'All that people can log in by here' }),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: ListMeta,
  })
  .meta({ id: 'IdentityList' })

export const UserPermissions = z
  .object({
    rights: z.array(
      z.object({
        right: z.enum(rights),
        from: z.array(
          z.object({
            topic: z.enum(topics).nullable().meta({ description: 'Null: everybody has it' }),
            group: z
              .object({ id: z.number().int(), name: z.string() })
              .nullable()
              .meta({ description: 'Null: given to the user' }),
          }),
        ),
      }),
    ),
    groups: z.array(z.object({ id: z.number().int(), name: z.string() })),
    ...envelope,
  })
  .meta({ id: 'UserPermissions', description: 'What a user may do everywhere, and where each comes from.' })
