import { readingDirections } from '../../formats/languages/direction.ts'
import { z } from 'zod'
import { envelope, Id, Meta } from '../../http/envelope.ts'
import { day, moment } from '../../http/moment.ts'
import { listOf, PageQuery } from '../../http/page.ts'
import { TitleFileSchema } from '../attachments/index.ts'
import { mpModes, origins, titlepageModes } from './codes.ts'
import { PersonSchema } from './persons.ts'

const NodeId = z.number().int().min(1).max(2147483647)

export const Identifier = z
  .object({
    id: z.number().int(),
    scheme: z.string(),
    value: z.string(),
    source: z.string().nullable(),
    registeredAt: z.string().nullable(),
  })
  .meta({ id: 'Identifier' })

export const Title = z
  .object({
    id: z.number().int().meta({ description: 'OT_ID' }),
    domainId: z.number().int(),
    parentId: z.number().int().nullable(),
    path: z.string(),
    type: z.string(),
    caption: z.string().nullable(),
    isReleased: z.boolean(),
    isInBin: z.boolean(),
    title: z.string().nullable().meta({ description: 'Title and sub-title of the record' }),
    sortTitle: z.string().nullable(),
    persons: z
      .array(PersonSchema)
      .meta({ description: 'Of a record that names very many, the first ones; its MODS has all' }),
    date: z.string().nullable().meta({ description: 'As the record writes it' }),
    dateFrom: z.string().nullable(),
    dateTo: z.string().nullable(),
    issueDate: z.string().nullable(),
    languages: z.array(z.string()),
    genre: z.string().nullable(),
    publisher: z.string().nullable(),
    place: z.string().nullable(),
    metaParentId: z.number().int().nullable().meta({ description: 'OC_OT_MetaParent: nearest title above' }),
    mpMode: z.enum(mpModes.names).meta({ description: 'OC_MpMode' }),
    titlepageId: z.number().int().nullable(),
    titlepageMode: z.enum(titlepageModes.names),
    sourceIdent: z.string().nullable().meta({ description: 'OC_SourceIdent: primary catalogue id' }),
    provider: z.string().nullable(),
    signature: z.string().nullable(),
    physicalLocation: z.string().nullable(),
    mediaNumber: z.string().nullable(),
    owner: z.string().nullable(),
    pageCount: z.number().int().nullable().meta({ description: 'OC_PageCount: pages announced' }),
    pagesPresent: z.number().int().meta({ description: 'OC_PageCache: pages present' }),
    hasText: z.boolean().meta({ description: 'OC_TextState' }),
    xmlOrigin: z.enum(origins.names),
    orderDate: z.string().nullable(),
    deliveryDate: z.string().nullable(),
    releaseDate: z.string().nullable(),
    maxAccessCount: z.number().int().nullable(),
    readingDirection: z.enum(readingDirections.names).nullable().meta({
      description: 'As its delivery or a person says; null: by scripts and languages of its record',
    }),
    presentationUrl: z.string().nullable(),
    referenceUrl: z.string().nullable(),
    oaiIdent: z.string().nullable(),
    generateIdentifier: z.boolean(),
    orgForm: z.string().nullable().optional().meta({ description: 'Web comment, plain text' }),
    webInfo1: z.string().nullable().optional().meta({ description: 'Web comment, HTML, sanitised' }),
    comment: z.string().nullable().optional().meta({ description: 'Order comment; only for who may edit' }),
    eMail: z.string().nullable().optional().meta({ description: 'Only for who may edit' }),
    delivererId: z.number().int().nullable().optional().meta({ description: 'Only for who may edit' }),
    manual: z
      .array(z.string())
      .optional()
      .meta({ description: 'Fields that a person set: imports leave them alone; only for who may edit' }),
    identifiers: z.array(Identifier).optional(),
    files: z.array(TitleFileSchema).optional().meta({ description: 'Further files, in their order' }),
    ...envelope,
  })
  .meta({
    id: 'Title',
    description: 'A bibliographic unit: OPR_Tree, OPR_Content and the fields drawn from its MODS.',
  })
export type Title = z.infer<typeof Title>
export const TitleList = listOf(Title, 'TitleList')

export const TitlesQuery = PageQuery.extend({
  id: z.coerce.number().int().min(1).max(2147483647).optional(),
  domain: z.string().max(120).optional(),
  subdomains: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Titles of the domains below it as well' }),
  path: z
    .string()
    .regex(/^(\|\d{1,10}\|)+$/)
    .max(1000)
    .optional(),
  parent: z
    .union([z.literal('none'), Id])
    .optional()
    .meta({ description: 'Titles directly below a node, or ‘none’ for those at the top of a domain' }),
  identifier: z
    .string()
    .max(560)
    .optional()
    .meta({ description: 'Value, or scheme:value with a known scheme (record:123@abc, urn:…)' }),
  signature: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'Its beginning, in any case, blanks do not count' }),
  catalogueId: z
    .string()
    .min(1)
    .max(450)
    .optional()
    .meta({ description: 'Number in the catalogue, with @source or without' }),
  person: z.string().min(1).max(200).optional().meta({ description: 'Part of a name' }),
  origin: z.enum(origins.names).optional().meta({ description: 'Where the record came from; for staff' }),
  deliverer: Id.optional().meta({
    description: 'Node of the deliverer that the title came in by; for staff',
  }),
  changedSince: moment('For staff').optional(),
  changedBy: z.string().max(250).optional().meta({ description: 'Who changed the title; for staff' }),
  labels: z
    .enum(['missing', 'complete'])
    .optional()
    .meta({ description: 'Whether pages lack labels; for staff' }),
  owner: z.string().max(500).optional(),
  tag: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'Name of a tag that is set on the title or that its domain gives' }),
  type: z.string().max(60).optional(),
  state: z.enum(['released', 'hidden']).optional(),
  deleted: z.enum(['false', 'true', 'all']).default('false'),
  releasedFrom: day('Released on or after').optional(),
  releasedTo: day('Inclusive').optional(),
  dateFrom: day('Published on or after').optional(),
  dateTo: day('Published on or before').optional(),
  pages: z
    .enum(['missing', 'complete', 'some', 'none'])
    .optional()
    .meta({ description: 'Pages present against pages announced' }),
  hasText: z.enum(['true', 'false']).optional(),
  q: z.string().min(1).max(200).optional().meta({ description: 'Part of caption or title' }),
  sort: z.enum(['id', 'title']).default('id'),
  lang: z
    .string()
    .max(35)
    .optional()
    .meta({ description: 'Language in whose order titles are sorted; else as Accept-Language says' }),
})

export const TitlePatch = z
  .strictObject({
    caption: z.string().max(2000).nullable(),
    sourceIdent: z.string().max(250).nullable(),
    provider: z.string().max(120).nullable(),
    signature: z.string().max(500).nullable(),
    physicalLocation: z.string().max(500).nullable(),
    mediaNumber: z.string().max(250).nullable(),
    owner: z.string().max(500).nullable(),
    pageCount: z.number().int().min(0).max(1_000_000).nullable(),
    orgForm: z.string().max(100_000).nullable(),
    webInfo1: z.string().max(100_000).nullable(),
    comment: z.string().max(100_000).nullable(),
    eMail: z.email().max(250).nullable(),
    delivererId: NodeId.nullable(),
    orderDate: day().nullable(),
    deliveryDate: day().nullable(),
    maxAccessCount: z.number().int().min(0).max(1_000_000).nullable(),
    readingDirection: z
      .enum(readingDirections.names)
      .nullable()
      .meta({ description: 'null: by scripts and languages of the record' }),
    presentationUrl: z.url().max(1000).nullable(),
    referenceUrl: z.url().max(1000).nullable(),
    generateIdentifier: z.boolean(),
    insertedAt: moment('OC_InsertTs; only with [database] behaviors = dirtyInsertTS'),
  })
  .partial()
  .meta({ id: 'TitlePatch' })

export const PostQuery = z.strictObject({
  domain: z.string().max(120).optional(),
  parent: z.coerce.number().int().min(1).max(2147483647).optional(),
  type: z.string().max(60).optional(),
  release: z.enum(['true', 'false']).default('false'),
  overwrite: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Replace records that were edited here' }),
  dryRun: z.enum(['true', 'false']).default('false'),
})
export const Message = z
  .object({
    level: z.enum(['info', 'warning', 'error']),
    code: z.string(),
    sentence: z.string(),
    place: z.string().optional(),
  })
  .meta({ id: 'Message' })
export const TitleReport = z
  .object({
    items: z.array(
      z.object({
        outcome: z.enum(['created', 'updated', 'unchanged']),
        id: z.number().int().nullable().meta({ description: 'null for a title that a dry run would create' }),
        title: z.string().nullable(),
        record: z.string().nullable(),
        messages: z.array(Message),
        links: z.record(z.string(), z.string()),
      }),
    ),
    dryRun: z.boolean(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'TitleReport', description: 'What became of each record.' })

export const NewIdentifierBody = z
  .strictObject({ scheme: z.string().regex(/^[a-z0-9-]{1,60}$/), value: z.string().min(1).max(500) })
  .meta({ id: 'NewIdentifier' })
export const IdentifierList = z
  .object({
    items: z.array(Identifier),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'IdentifierList' })
export const TitlepageBody = z
  .strictObject({
    page: NodeId.nullable().meta({
      description: 'OT_ID of a page below the title; null chooses automatically',
    }),
  })
  .meta({ id: 'TitlepageChoice' })

export const HistoryEntry = z
  .object({
    n: z.string().meta({ description: 'Name of the version: mods-12, fields-7, comments-3' }),
    kind: z.enum(['mods', 'fields', 'comments']),
    batch: z.number().int().nullable(),
    actor: z.string().nullable(),
    application: z.string().nullable(),
    reason: z.string().nullable(),
    at: z.string().meta({ description: 'When the state kept here was replaced' }),
  })
  .meta({ id: 'HistoryEntry' })
export const History = z
  .object({
    items: z.array(HistoryEntry),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'History', description: 'Versions of a title, newest first.' })
export const Version = z
  .object({
    entry: HistoryEntry,
    state: z.record(z.string(), z.unknown()).meta({ description: 'The state that was replaced' }),
    changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    diff: z.string().optional().meta({ description: 'Unified diff of the MODS' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'Version' })
export const VersionParams = z.strictObject({
  id: z.coerce.number().int().min(1).max(2147483647),
  n: z.string().regex(/^(mods|fields|comments)-\d{1,10}$/),
})
