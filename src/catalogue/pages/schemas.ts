import { z } from 'zod'
import { envelope, Meta } from '../../http/envelope.ts'
import { listOf } from '../../http/page.ts'
import { pageStates } from './codes.ts'

const NodeId = z.number().int().min(1).max(2147483647)

const Profile = z
  .object({
    format: z.string(),
    compression: z.string().nullable(),
    colourSpace: z.string().nullable(),
    bitDepth: z.number().int().nullable(),
    samples: z.number().int().nullable(),
    density: z.number().nullable().meta({ description: 'Pixels per inch' }),
    iccName: z.string().nullable(),
    iccDigest: z.string().nullable(),
    scannerMake: z.string().nullable(),
    scannerModel: z.string().nullable(),
    software: z.string().nullable(),
  })
  .meta({ id: 'ImageProfile', description: 'Scan data that pages share.' })

export const Page = z
  .object({
    id: z.number().int().meta({ description: 'OT_ID' }),
    domainId: z.number().int(),
    parentId: z.number().int().nullable(),
    titleId: z.number().int().nullable().meta({ description: 'Nearest title above' }),
    structureId: z.number().int().nullable().meta({ description: 'Topmost structure element above' }),
    path: z.string(),
    order: z
      .number()
      .int()
      .optional()
      .meta({ description: 'Place in the reading order of the title, from 1' }),
    caption: z.string().nullable(),
    isReleased: z.boolean(),
    isInBin: z.boolean(),
    ident: z.string().nullable().meta({ description: 'OP_Ident: import identifier' }),
    masterState: z.enum(pageStates.names),
    width: z.number().int().nullable().meta({ description: 'Pixels' }),
    height: z.number().int().nullable().meta({ description: 'Pixels' }),
    filesize: z.number().int().nullable().meta({ description: 'Bytes' }),
    hashsum: z.string().nullable(),
    scannedAt: z.string().nullable(),
    scanName: z.string().nullable(),
    modifiedAt: z.string().nullable(),
    changedAt: z.string().meta({ description: 'OP_ChangeTS' }),
    pagination: z.object({
      caption: z.string().nullable(),
      type: z.number().int().nullable(),
      value: z.number().int().nullable(),
      label: z.string().nullable(),
    }),
    hasText: z.boolean(),
    profile: Profile.nullable().optional(),
    comment: z.string().nullable().optional().meta({ description: 'Only for who may edit' }),
    ...envelope,
  })
  .meta({ id: 'Page', description: 'A digitised page.' })
export type Page = z.infer<typeof Page>
export const PageList = listOf(Page, 'PageList')

export const PagesQuery = z.strictObject({
  cursor: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  deleted: z.enum(['false', 'all']).default('false').meta({ description: 'all: with those in the bin' }),
})
const paginationFields = {
  caption: z.string().max(250).nullable().optional(),
  type: z.number().int().min(1).max(32767).nullable().optional(),
  value: z.number().int().min(-2147483648).max(2147483647).nullable().optional(),
}
export const PagePatch = z
  .strictObject({
    ident: z.string().max(250).nullable().optional(),
    comment: z.string().max(100_000).nullable().optional(),
    pagination: z.strictObject(paginationFields).optional(),
  })
  .meta({ id: 'PagePatch' })
export const NewPages = z
  .strictObject({
    parent: NodeId.optional().meta({
      description: 'Structure element below the title; the title itself by default',
    }),
    position: z
      .union([
        z.enum(['first', 'last']),
        z.strictObject({ before: NodeId }),
        z.strictObject({ after: NodeId }),
      ])
      .default('last'),
    pages: z
      .array(
        z.strictObject({
          ident: z.string().max(250).optional(),
          pagination: z.string().max(250).optional().meta({ description: 'Label: [Seite 3]' }),
          release: z.boolean().default(false),
        }),
      )
      .min(1)
      .max(5000),
  })
  .meta({ id: 'NewPages' })
export const Reorder = z.strictObject({ ids: z.array(NodeId).min(1).max(100_000) }).meta({
  id: 'Reorder',
  description: 'Pages in their new reading order; pages keep their structure element.',
})
const kind = {
  type: z
    .union([z.number().int(), z.string().max(60)])
    .optional()
    .meta({ description: 'Kind from config/paginate.xml, by id or name' }),
  pattern: z.string().min(1).max(200).optional().meta({
    description:
      'Instead of a kind: {n} arabic, {m} the number after it, {r} and {R} roman, {a} and {A} letters, {s} recto or verso',
  }),
  start: z.number().int().min(0).max(999_999).default(1),
  step: z.number().int().min(-1000).max(1000).optional(),
  side: z.enum(['r', 'v']).optional().meta({ description: 'Side of the first page, for folios' }),
  prefix: z.string().max(60).optional(),
}
export const Paginate = z
  .strictObject({
    from: NodeId.meta({ description: 'First page of the range' }),
    to: NodeId.meta({ description: 'Last page of the range' }),
    ...kind,
    others: z
      .array(z.strictObject({ pages: z.array(NodeId).min(1).max(100_000), ...kind }))
      .max(100)
      .default([])
      .meta({
        description:
          'Pages of the range that are not counted with it: unnumbered plates, blank leaves, plates with a count of their own',
      }),
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'Paginate' })
export const PaginateResult = z
  .object({
    items: z.array(
      z.object({
        id: z.number().int(),
        before: z.string().nullable(),
        after: z.string(),
        label: z.string().nullable().meta({ description: 'The bare label, as METS has it' }),
        value: z.number().int().nullable(),
      }),
    ),
    batch: z.number().int().nullable(),
    dryRun: z.boolean(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'PaginatedPages' })
export const PaginationKinds = z
  .object({
    items: z.array(
      z.object({
        id: z.number().int(),
        name: z.string(),
        caption: z.string(),
        label: z.string().nullable(),
        step: z.number().int(),
        en: z.string(),
        de: z.string(),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'PaginationKinds', description: 'Kinds of pagination, from config/paginate.xml.' })
