import { z } from 'zod'
import { envelope } from '../../http/envelope.ts'

const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/i)
  .meta({ description: 'URL segment: letters, digits, dot, hyphen, underline.' })
export const Localised = z
  .record(z.string().max(20), z.string().max(10_000))
  .meta({ description: 'Language -> text' })
const Custom = z.record(z.string(), z.unknown())

const Picture = z
  .string()
  .regex(/^[\w-][\w.-]{0,119}$/)
  .meta({ description: 'File in the folder resources of the domain ([path] domain)' })
export const Watermark = z
  .strictObject({
    text: z.string().min(1).max(200).optional(),
    picture: Picture.optional(),
    position: z.enum(['centre', 'northwest', 'northeast', 'southwest', 'southeast']).default('southeast'),
    opacity: z.number().min(0.02).max(1).default(0.4),
    scale: z.number().min(0.02).max(1).default(0.25).meta({ description: 'Share of the width of the image' }),
  })
  .refine(mark => (mark.text === undefined) !== (mark.picture === undefined), 'needs either text or picture')
  .meta({ id: 'Watermark', description: 'Baked into the images of pages; inherited by domains below.' })
export type Watermark = z.output<typeof Watermark>
export const ImageFooter = z
  .strictObject({
    picture: Picture,
    fromWidth: z.number().int().min(1).max(100_000).optional().meta({
      description: 'Smallest width that gets it; [webcache] footerSizes by default',
    }),
  })
  .meta({
    id: 'ImageFooter',
    description:
      'Strip glued under downloads, title-page pictures and PDF pages; inherited by domains below.',
  })
export type ImageFooter = z.output<typeof ImageFooter>

export const Domain = z
  .object({
    id: z.number().int(),
    name: z.string(),
    shortName: z.string().nullable().meta({ description: 'OAI set name' }),
    reference: z.string().nullable(),
    caption: z.string(),
    type: z.string().nullable().meta({ description: 'Preset, see config/presets' }),
    level: z.number().int().meta({ description: '1 at the top' }),
    path: z.string().meta({ description: 'Ids from the root down: |1||4|' }),
    hasChildren: z.boolean(),
    isSystem: z.boolean(),
    sort: z.number().int(),
    description: Localised.nullable().optional(),
    contact: z.string().nullable().optional(),
    customData: Custom.nullable().optional(),
    watermark: Watermark.nullable().optional(),
    imageFooter: ImageFooter.nullable().optional(),
    tags: z.array(z.string()).optional().meta({ description: 'Names of the tags set on it' }),
    compiledTags: z
      .array(z.object({ name: z.string(), domainId: z.number().int() }))
      .optional()
      .meta({ description: 'Tags that all in it carries, each with the domain that gives it' }),
    compiledTransitions: z
      .array(z.object({ name: z.string(), domainId: z.number().int().nullable() }))
      .optional()
      .meta({ description: 'Transitions that hold here, each with its domain; only for who works here' }),
    privateTransitions: z.boolean().optional().meta({
      description: 'Transitions of the domains above do not hold here',
    }),
    privateTags: z.boolean().optional().meta({ description: 'Inherits no tags from the domains above' }),
    rights: z.array(z.string()).optional().meta({ description: 'What the caller may do here.' }),
    allowed: z.array(z.string()).optional().meta({
      description: 'What the caller may do with what stands here, unless an entry says otherwise there.',
    }),
    ...envelope,
  })
  .meta({ id: 'Domain', description: 'A collection (pool, tenant).' })

export const ShortDomain = z
  .object({
    id: z.number().int(),
    name: z.string(),
    parentId: z.number().int().nullable(),
    caption: z.string(),
  })
  .meta({ id: 'ShortDomain' })

export const DomainList = z
  .object({
    items: z.array(z.union([Domain, ShortDomain])),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: z.object({ count: z.number().int() }),
  })
  .meta({ id: 'DomainList' })

const writable = {
  shortName: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/)
    .nullable()
    .optional(),
  reference: z.string().min(1).max(120).nullable().optional(),
  type: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/)
    .nullable()
    .optional(),
  contact: z.string().max(500).nullable().optional(),
  sort: z.number().int().min(-2147483648).max(2147483647).optional(),
  description: Localised.nullable().optional(),
  customData: Custom.nullable().optional(),
  watermark: Watermark.nullable().optional(),
  imageFooter: ImageFooter.nullable().optional(),
  tags: z.array(z.string().min(1).max(60)).max(200).optional(),
  privateTags: z.boolean().optional(),
  privateTransitions: z.boolean().optional(),
}
export const NewDomain = z
  .strictObject({
    name: Name,
    caption: z.string().min(1).max(500),
    parent: z
      .union([z.number().int().min(1).max(2147483647), z.string()])
      .nullable()
      .optional(),
    ...writable,
  })
  .meta({ id: 'NewDomain' })
export const DomainPatch = z
  .strictObject({ name: Name.optional(), caption: z.string().min(1).max(500).optional(), ...writable })
  .meta({ id: 'DomainPatch' })
export const DomainMove = z
  .strictObject({ parent: z.union([z.number().int().min(1).max(2147483647), z.string()]).nullable() })
  .meta({ id: 'DomainMove' })

export const DomainParams = z.strictObject({
  domain: z.string().min(1).max(120).meta({ description: 'OD_ID, name, short name or reference.' }),
})
export const DomainQuery = z.strictObject({
  parent: z
    .string()
    .max(120)
    .optional()
    .meta({ description: 'Only the children of this domain; ‘none’ for the roots.' }),
  view: z.enum(['full', 'search', 'short']).default('search'),
})

export const DomainConfig = z
  .object({
    options: z.array(
      z.object({
        key: z.string(),
        value: z.union([z.string(), z.number(), z.array(z.string())]),
        origin: z.string(),
      }),
    ),
    links: z.object({ self: z.string(), domain: z.string() }),
    relationships: z.object({}),
    meta: z.object({}),
  })
  .meta({ id: 'DomainConfig', description: 'Effective configuration, each value with its origin.' })
export const DomainConfigPatch = z
  .record(z.string().max(120), z.string().max(4000).nullable())
  .meta({ id: 'DomainConfigPatch', description: 'section.option -> value; null removes the overlay.' })
