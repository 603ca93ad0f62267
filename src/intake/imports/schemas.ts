import { envelope } from '../../http/envelope.ts'
import { z } from 'zod'
import { listOf } from '../../http/page.ts'
import { MessageSchema } from '../../catalogue/titles/index.ts'
import { encodings } from '../../formats/marc/iso2709.ts'
import { listColumns, notRead } from '../deliveries/index.ts'
import { importStates, outcomes } from './codes.ts'

const NodeId = z.number().int().min(1).max(2147483647)
const Sha256 = z.string().regex(/^(sha256:)?[0-9a-f]{64}$/i)
const FileName = z.string().min(1).max(1000)

const ManifestPage = z
  .strictObject({
    ident: z.string().min(1).max(250),
    order: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({ description: 'Place in the reading order; by default that of the list' }),
    file: FileName.optional().meta({ description: 'Master: a path below the import folder' }),
    upload: FileName.optional().meta({ description: 'Master: name of a file part of this request' }),
    digest: Sha256.optional().meta({ description: 'SHA-256 of the master' }),
    pagination: z.string().max(250).optional().meta({ description: 'Label: [Seite 3]' }),
    alto: FileName.optional().meta({
      description: 'ALTO: a path below the import folder, or the name of a file part',
    }),
    identifiers: z
      .array(
        z.strictObject({ scheme: z.string().regex(/^[a-z0-9-]{1,60}$/), value: z.string().min(1).max(500) }),
      )
      .max(20)
      .optional(),
    id: NodeId.optional().meta({ description: 'OT_ID to keep; needs keepIds' }),
  })
  .meta({ id: 'ManifestPage' })
const ManifestStructure = z
  .strictObject({
    type: z.string().max(60),
    caption: z.string().max(2000).nullable().optional(),
    pages: z.array(z.string().max(250)).max(20_000).optional().meta({ description: 'idents of pages' }),
    get children() {
      return z.array(ManifestStructure).max(20_000).optional()
    },
  })
  .meta({ id: 'ManifestStructure' })

/** What columns of lists are called by whoever imports them. */
const Columns = z
  .record(z.string().min(1).max(250), z.enum([...listColumns, notRead]))
  .refine(columns => Object.keys(columns).length <= 100, 'at most 100 columns can be named')
  .meta({
    description:
      'Of lists of titles (CSV, XLSX): fields by the headings of their columns, where these are not understood, or not as they are meant; none: the column is not read. Columns that are not named are understood by their headings',
    examples: [{ 'Sig.': 'shelfLocator', Bemerkung: notRead }],
  })

export const Manifest = z
  .strictObject({
    domain: z.union([NodeId, z.string().max(120)]).optional(),
    parent: NodeId.optional(),
    path: FileName.optional().meta({
      description:
        'Instead of a record: a METS file, a record beside images, a file of catalogue records (MARC 21, MAB2, PICA+, MODS), a folder of images, a PDF or TIFF of several pages, a list of titles (CSV, XLSX), a ZIP or BagIt of these, or a folder of them, below the import folder',
    }),
    delivery: FileName.optional().meta({
      description: 'Instead of path: the name of a file part that is such a delivery',
    }),
    catalogue: z.string().max(60).optional().meta({
      description:
        'The name of an online catalogue: with catalogueIds its records are fetched; with path or delivery those of titles without a record, by the names of their folders or PDF',
    }),
    catalogueIds: z.array(z.string().trim().min(1).max(250)).min(1).optional().meta({
      description: 'Identifiers of records in that catalogue; each becomes a title, repeated ones once',
    }),
    identifier: z.enum(['folder']).optional().meta({
      description:
        'A title that has no identifier takes the name of its folder or file; without it, it is refused',
    }),
    encoding: z.enum(encodings).optional().meta({
      description:
        'Of MARC 21 and MAB2 that are no XML; without it what the record says, or what its bytes are',
    }),
    columns: Columns.optional(),
    mods: z.string().optional().meta({ description: 'The MODS record as text' }),
    record: FileName.optional().meta({
      description: 'The MODS or METS record: a path below the import folder, or the name of a file part',
    }),
    type: z.string().max(60).optional(),
    identifiers: z
      .array(
        z.strictObject({ scheme: z.string().regex(/^[a-z0-9-]{1,60}$/), value: z.string().min(1).max(500) }),
      )
      .max(100)
      .optional(),
    keepIds: z.boolean().default(false),
    pages: z.array(ManifestPage).max(20_000).optional(),
    structure: z.array(ManifestStructure).max(20_000).optional(),
    release: z.boolean().optional(),
    strict: z.boolean().default(false),
    overwrite: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'Manifest', description: 'A title with its pages, or a METS file or folder on the server.' })
export type Manifest = z.output<typeof Manifest>

export const ImportItem = z
  .object({
    id: z.number().int(),
    source: z.string(),
    outcome: z.enum(outcomes.names),
    titleId: z.number().int().nullable(),
    messages: z.array(MessageSchema),
    updatedAt: z.string(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'ImportItem' })
const batch = {
  id: z.number().int(),
  domainId: z.number().int().nullable(),
  source: z.string(),
  state: z.enum(importStates.names),
  dryRun: z.boolean(),
  jobId: z.number().int().nullable(),
  actor: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  ...envelope,
  summary: z.record(z.string(), z.number().int()).meta({ description: 'Items by outcome' }),
}
const ListOfTitles = z
  .object({
    name: z.string(),
    columns: z.array(
      z.object({
        heading: z.string(),
        field: z.enum(listColumns).nullable().meta({ description: 'Null: the column is not read' }),
        isNamed: z.boolean().meta({ description: 'Whether the import said so; else it is by the heading' }),
      }),
    ),
  })
  .meta({ id: 'ListOfTitles' })
export const ImportBatch = z
  .object({
    ...batch,
    lists: z.array(ListOfTitles).meta({
      description: 'Lists of titles in the delivery, with what their columns are taken for',
    }),
    items: z.array(ImportItem),
  })
  .meta({ id: 'ImportBatch', description: 'An import with the outcome of each of its items.' })
export const ImportSummary = z.object(batch).meta({ id: 'ImportSummary' })
export const ImportList = listOf(ImportSummary, 'ImportList')

/** Read part by part by the route; what a client sends is described here. */
export const Parts = z.unknown().meta({
  type: 'object',
  properties: {
    manifest: { $ref: '#/components/schemas/ManifestInput' },
    file: {
      type: 'array',
      items: { type: 'string', format: 'binary' },
      description: 'Files by the names that the manifest says; their parts may be called anything.',
    },
  },
  required: ['manifest'],
})
