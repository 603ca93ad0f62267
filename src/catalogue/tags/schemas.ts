import { z } from 'zod'
import { envelope, ListMeta, Meta } from '../../http/envelope.ts'
import { Localised } from '../domains/index.ts'

export const TagName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/)
  .meta({ description: 'Name in addresses and conditions: small letters, digits, dot, hyphen, underline' })
const fields = {
  captions: Localised.nullable().optional().meta({ description: 'Language -> name for people' }),
  description: Localised.nullable().optional(),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .nullable()
    .optional()
    .meta({ description: '#rrggbb' }),
  isPublic: z.boolean().optional().meta({ description: 'Readers see it and may ask for it' }),
}
export const NewTag = z
  .strictObject({
    name: TagName,
    kind: z
      .enum(['system', 'user'])
      .default('user')
      .meta({ description: 'system: defined by those who manage domains' }),
    domain: z
      .string()
      .max(120)
      .nullable()
      .default(null)
      .meta({ description: 'The domain that has it for itself and those below it; null: for all' }),
    ...fields,
  })
  .meta({ id: 'NewTag' })
export const TagPatch = z.strictObject({ name: TagName.optional(), ...fields }).meta({ id: 'TagPatch' })
export const Tag = z
  .object({
    id: z.number().int(),
    name: z.string(),
    kind: z.enum(['system', 'user']),
    domainId: z.number().int().nullable(),
    isPublic: z.boolean(),
    captions: Localised.nullable(),
    description: Localised.nullable(),
    colour: z.string().nullable(),
    ...envelope,
  })
  .meta({ id: 'Tag', description: 'A word that nodes and domains can carry.' })
export const TagList = z
  .object({
    items: z.array(Tag),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: ListMeta,
  })
  .meta({ id: 'TagList' })
export const NodeTags = z
  .object({
    own: z.array(z.string()).meta({ description: 'Names of the tags set here' }),
    tags: z
      .array(
        z.object({
          name: z.string(),
          captions: Localised.nullable(),
          colour: z.string().nullable(),
          isPublic: z.boolean(),
          from: z
            .array(z.object({ kind: z.enum(['node', 'domain']), id: z.number().int() }))
            .meta({ description: 'Where it is set, the nearest first' }),
        }),
      )
      .meta({ description: 'All that it carries, with what its domains give' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'NodeTags', description: 'Tags of a node, each with where it comes from.' })
export const NewNodeTags = z
  .strictObject({ tags: z.array(TagName).max(200) })
  .meta({ id: 'NewNodeTags', description: 'Takes the place of the tags set on the node.' })
export const TagEvents = z
  .object({
    items: z.array(
      z.object({
        tag: z.string(),
        change: z.enum(['set', 'taken off']),
        batch: z.number().int().nullable(),
        actor: z.string().nullable(),
        reason: z.string().nullable(),
        at: z.string(),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'TagEvents', description: 'When a node got its tags and lost them, newest first.' })
