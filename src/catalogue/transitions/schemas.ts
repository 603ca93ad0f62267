import { z } from 'zod'
import { envelope, Meta } from '../../http/envelope.ts'
import { topics } from '../../http/principal.ts'
import { listOf } from '../../http/page.ts'
import { Localised } from '../domains/index.ts'
import { TagName } from '../tags/index.ts'

export const changes = ['release', 'hide', 'bin', 'restore', 'tag', 'untag'] as const
const Key = z.number().int().min(1).max(2147483647)
export const Who = z.strictObject({
  users: z.array(z.uuid()).max(500).default([]).meta({ description: 'UUIDs of users' }),
  groups: z.array(Key).max(500).default([]).meta({ description: 'Ids of groups' }),
  topics: z.array(z.enum(topics)).default([]),
  programs: z
    .array(z.string().min(1).max(250))
    .max(20)
    .default([])
    .meta({ description: 'Programs of the service by their name in the log: harvest, hot folder' }),
})
export type Who = z.output<typeof Who>

const fields = {
  captions: Localised.nullable().optional().meta({ description: 'Language -> name for people' }),
  from: z
    .array(TagName)
    .max(20)
    .optional()
    .meta({ description: 'Holds only for nodes that carried all these tags before' }),
  who: Who.optional().meta({ description: 'Who may; without anybody: whoever has the right to the change' }),
  confirm: z.boolean().optional().meta({ description: 'The change names the transition in X-Confirm' }),
  comment: z.boolean().optional().meta({ description: 'The change has a reason, X-Change-Reason' }),
  mail: z.array(z.email().max(250)).max(50).optional().meta({ description: 'Addresses that are told' }),
  webhook: z
    .url({ protocol: /^https?$/ })
    .max(1000)
    .nullable()
    .optional()
    .meta({ description: 'Address that is told, with a signature (docs/api.md)' }),
}
export const NewTransition = z
  .strictObject({
    name: TagName,
    domain: z.string().max(120).nullable().default(null).meta({
      description: 'Holds in this domain and those below it; null: everywhere',
    }),
    change: z.enum(changes),
    tag: TagName.optional().meta({ description: 'With tag and untag: which one' }),
    ...fields,
  })
  .meta({ id: 'NewTransition' })
export const TransitionPatch = z.strictObject(fields).meta({ id: 'TransitionPatch' })
export const Transition = z
  .object({
    id: z.number().int(),
    name: z.string(),
    domainId: z.number().int().nullable(),
    captions: Localised.nullable(),
    change: z.enum(changes),
    tag: z.string().nullable(),
    from: z.array(z.string()),
    who: Who,
    confirm: z.boolean(),
    comment: z.boolean(),
    mail: z.array(z.string()),
    webhook: z.string().nullable(),
    ...envelope,
  })
  .meta({ id: 'Transition', description: 'What holds for a change of a tag or of a state.' })
export const TransitionList = listOf(Transition, 'TransitionList')
export const Secret = z
  .object({
    secret: z.string().meta({ description: 'whsec_… as Standard Webhooks write it' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'WebhookSecret' })
