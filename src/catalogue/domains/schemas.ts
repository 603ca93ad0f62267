import { z } from 'zod'
import { envelope, ListMeta, Meta } from '../../http/envelope.ts'

const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/i)
  .meta({ description: 'URL segment: letters, digits, dot, hyphen, underline.' })
export const Localised = z
  .record(z.string().max(20), z.string().max(10_000))
  .meta({ description: 'Language -> text' })
const InLanguages = z.object({ de: z.string(), en: z.string() })
export const DomainFace = z
  .object({
    name: InLanguages,
    accent: z.string().meta({ description: '#rrggbb' }),
    logo: z.string(),
    typeface: z.string().meta({ description: 'Address of the letters of titles' }),
    imprint: InLanguages,
    privacy: InLanguages,
    contact: InLanguages,
    footer: InLanguages,
  })
  .meta({
    id: 'DomainFace',
    description:
      'How the pages of a domain look and whom they name; what is empty is as in the whole installation.',
  })
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
    byRight: z.boolean().default(false).meta({
      description: 'A second pack without it is kept of each page, for who has the right `unmarked`',
    }),
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

const Word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/)
const Mapping = z.union([z.enum(['parent', 'objecttype', 'none']), Word]).meta({
  description: 'parent: as the domain above; objecttype: as the type has it; none; or the name of a mapping',
})
const ofEachMapping = <T extends z.ZodType>(value: T) =>
  z.object({ imageExport: value, imageImport: value, dublinCoreExport: value })
export const Mappings = z
  .strictObject({
    imageExport: Mapping.default('parent'),
    imageImport: Mapping.default('parent'),
    dublinCoreExport: Mapping.default('parent'),
  })
  .meta({ id: 'DomainMappings' })
export type Mappings = z.output<typeof Mappings>
const CompiledMapping = z.object({
  value: z.string(),
  domainId: z.number().int().nullable().meta({ description: 'The domain that says so; null: none does' }),
})
const StandardMasks = z
  .record(Word, z.array(Word).max(100))
  .meta({ description: 'Type of title -> names of masks in their order; null: those of the type' })
const Captions = Localised.refine(
  captions => JSON.stringify(captions).length <= 2000,
  'has more than 2,000 characters',
)

export const ShortDomain = z
  .object({
    id: z.number().int(),
    name: z.string(),
    parentId: z.number().int().nullable(),
    caption: z.string(),
    captions: Localised.nullable(),
    shortPath: z
      .array(
        z.object({
          id: z.number().int(),
          name: z.string(),
          parentId: z.number().int().nullable(),
          caption: z.string(),
          captions: Localised.nullable(),
        }),
      )
      .meta({ description: 'Domains from the top down to this one' }),
  })
  .meta({ id: 'ShortDomain' })
/** For those who look up titles by fields of their domain. */
export const ShortSearchDomain = ShortDomain.extend({
  level: z.number().int(),
  version: z.number().int(),
}).meta({ id: 'ShortSearchDomain' })

export const Domain = z
  .object({
    id: z.number().int(),
    name: z.string(),
    shortName: z.string().nullable().meta({ description: 'OAI set name' }),
    reference: z.string().nullable(),
    caption: z.string(),
    captions: Localised.nullable().meta({ description: 'Language -> name' }),
    contactUser: z.string().nullable().meta({ description: 'UUID of the user to ask' }),
    mappings: ofEachMapping(z.string()),
    compiledMappings: ofEachMapping(CompiledMapping).optional(),
    standardMasks: StandardMasks.nullable().optional(),
    comment: z.string().nullable().optional().meta({ description: 'Only for who works here' }),
    hasEntries: z.boolean().optional().meta({
      description: 'Has entries of rights of its own; only for who works here',
    }),
    shortPath: ShortDomain.shape.shortPath.optional(),
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
    titles: z
      .object({ released: z.number().int(), hidden: z.number().int() })
      .optional()
      .meta({ description: 'Titles that stand in it directly, without those of the bin; with counts' }),
    rights: z.array(z.string()).optional().meta({ description: 'What the caller may do here.' }),
    allowed: z.array(z.string()).optional().meta({
      description: 'What the caller may do with what stands here, unless an entry says otherwise there.',
    }),
    ...envelope,
  })
  .meta({ id: 'Domain', description: 'A collection (pool, tenant).' })

export const DomainList = z
  .object({
    items: z.array(z.union([Domain, ShortSearchDomain, ShortDomain])),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: ListMeta,
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
  captions: Captions.nullable().optional(),
  contactUser: z.uuid().nullable().optional(),
  comment: z.string().max(100_000).nullable().optional(),
  mappings: Mappings.nullable().optional(),
  standardMasks: StandardMasks.nullable().optional(),
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
const Key = z.coerce.number().int().min(1).max(2147483647)
const Flag = z.enum(['true', 'false'])
const Part = z.string().min(1).max(500)
export const DomainQuery = z.strictObject({
  parent: z
    .string()
    .max(120)
    .optional()
    .meta({ description: 'Only the children of this domain; ‘none’ for the roots.' }),
  within: z.string().max(120).optional().meta({ description: 'It and all below it' }),
  id: Key.optional(),
  version: Key.optional(),
  level: z.coerce.number().int().min(1).max(100).optional().meta({ description: '1 at the top' }),
  levelTo: z.coerce.number().int().min(1).max(100).optional(),
  isSystem: Flag.optional(),
  hasChildren: Flag.optional(),
  hasEntries: Flag.optional().meta({ description: 'Has entries of rights of its own; for who works here' }),
  name: z.string().max(120).optional(),
  shortName: z.string().max(120).optional(),
  reference: z.string().max(120).optional(),
  type: z.string().max(60).optional(),
  contactUser: z.uuid().optional(),
  mapping: z.string().max(60).optional().meta({ description: 'One of its mappings' }),
  caption: Part.optional().meta({ description: 'Part of its name in any language' }),
  description: Part.optional(),
  contact: Part.optional(),
  comment: Part.optional().meta({ description: 'For who works here' }),
  q: Part.optional().meta({ description: 'Part of any of these texts, comments aside' }),
  view: z.enum(['full', 'search', 'short', 'shortSearch']).default('search'),
  counts: Flag.optional().meta({
    description: 'With the number of titles, in the views full and search; for who works here',
  }),
})

const Value = z.union([z.string(), z.number(), z.array(z.string())])
const Origin = z.object({
  kind: z.enum(['default', 'server', 'preset', 'file', 'database']),
  domain: z.string().nullable().meta({ description: 'Domain whose preset, config.ini or overlay says so' }),
})
export const DomainConfig = z
  .object({
    options: z.array(
      z.object({
        key: z.string(),
        about: z.string().meta({ description: 'What it is for' }),
        kind: z.enum(['integer', 'string', 'list', 'option']),
        choices: z.array(z.string()).meta({ description: 'Of the kind option' }),
        value: Value,
        origin: z.string().meta({ description: 'In words' }),
        from: Origin,
        own: z.string().nullable().meta({ description: 'Value of its own overlay in the database' }),
        inherited: z
          .object({ value: Value, origin: z.string(), from: Origin })
          .meta({ description: 'What would hold without that' }),
      }),
    ),
    presets: z.array(z.string()).meta({ description: 'What the type of a domain may name' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'DomainConfig', description: 'Effective configuration, each value with its origin.' })
export const DomainConfigPatch = z
  .record(z.string().max(120), z.string().max(4000).nullable())
  .meta({ id: 'DomainConfigPatch', description: 'section.option -> value; null removes the overlay.' })
