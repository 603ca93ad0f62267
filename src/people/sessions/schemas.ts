import { z } from 'zod'
import { envelope, ListMeta } from '../../http/envelope.ts'
import { rights, topics } from '../../http/principal.ts'

export const SessionDocument = z
  .object({
    principal: z.enum(['public', 'operator', 'user']),
    user: z
      .object({
        id: z.string().meta({ description: 'UUID' }),
        name: z.string(),
        kind: z.enum(['person', 'organisation']),
        login: z.string().nullable(),
        email: z.string().nullable(),
        isEmailConfirmed: z.boolean(),
      })
      .nullable()
      .meta({ description: 'Null for anonymous requests and for the operator.' }),
    topics: z.array(z.enum(topics)).meta({ description: 'With those that they cover.' }),
    rights: z.array(z.enum(rights)).meta({ description: 'Over the whole installation.' }),
    means: z.string().nullable().meta({
      description: 'How the session began: password, key, link, or the name of a provider.',
    }),
    csrfToken: z
      .string()
      .nullable()
      .meta({ description: 'Goes into X-CSRF-Token of each request of the session that is no GET.' }),
    expiresAt: z
      .string()
      .nullable()
      .meta({ description: 'When the session ends at the latest; it ends before where it is not used.' }),
    ...envelope,
  })
  .meta({ id: 'Session', description: 'Who asks, and what they may do over the whole installation.' })

export const ListedSession = z
  .object({
    id: z.number().int(),
    isCurrent: z.boolean().meta({ description: 'The one that asks' }),
    means: z.string(),
    address: z.string().nullable(),
    agent: z.string().nullable().meta({ description: 'User-Agent of the browser' }),
    createdAt: z.string(),
    seenAt: z.string().meta({ description: 'Last request, to the minute' }),
    expiresAt: z.string(),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'ListedSession' })

export const SessionList = z
  .object({
    items: z.array(ListedSession),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: ListMeta,
  })
  .meta({ id: 'SessionList' })
