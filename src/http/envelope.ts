// Every document carries links, relationships (named references with type and id) and meta.
import { z } from 'zod'

export const Reference = z
  .object({ type: z.string(), id: z.union([z.number(), z.string()]) })
  .meta({ id: 'Reference' })
export const Links = z
  .record(z.string(), z.string())
  .meta({ id: 'Links', description: 'Addresses by relation name.' })
export const Relationships = z
  .record(z.string(), z.object({ data: z.union([Reference, z.array(Reference), z.null()]) }))
  .meta({ id: 'Relationships', description: 'References to other documents by name.' })
const Program = z
  .object({
    application: z.string(),
    version: z.string().nullable().meta({ description: 'As the program named it' }),
  })
  .meta({ id: 'Program', description: 'A program that changes documents.' })
/** What GET of a single document adds to its meta for those who may read its history */
export interface Programs {
  readonly createdBy?: z.output<typeof Program>
  readonly updatedBy?: z.output<typeof Program>
  readonly applications?: (z.output<typeof Program> & { at: string })[]
  readonly sourceAccount?: string
}
const told = 'told with the single document to who may read its history'
export const Meta = z
  .object({
    schemaVersion: z.number().int().meta({ description: 'Of the document' }),
    metadataVersion: z.number().int().meta({ description: 'Of this block' }),
    createdAt: z.string().optional(),
    updatedAt: z.string().optional(),
    version: z.number().int().optional(),
    createdBy: Program.optional().meta({ description: `The program that made it, ${told}` }),
    updatedBy: Program.optional().meta({ description: `The program that changed it last, ${told}` }),
    applications: z
      .array(Program.extend({ at: z.string() }).meta({ id: 'ProgramOfDocument' }))
      .optional()
      .meta({
        description: `Each program that made or changed it, with its latest version and when it did so last, ${told}`,
      }),
    sourceAccount: z
      .string()
      .optional()
      .meta({ description: 'Where it was brought from: a delivery, a repository, a catalogue' }),
  })
  .meta({ id: 'Meta', description: 'About this document, not about the thing.' })
export const ListMeta = Meta.extend({
  count: z.number().int().meta({ description: 'Entries of this page.' }),
}).meta({ id: 'ListMeta', description: 'About this part of a list.' })

export const VersionedMeta = Meta.extend({ version: z.number().int() }).meta({
  id: 'VersionedMeta',
  description: 'About a document that is changed on its version.',
})

export const envelope = { links: Links, relationships: Relationships, meta: Meta }

export type Ref = { type: string; id: number | string }
export const toOne = (type: string, id: number | string | null | undefined): { data: Ref | null } => ({
  data: id == null ? null : { type, id },
})

/** Who did something: histories and queues name users by their UUID, and programs by a word, which is no document. */
export const toActor = (actor: string | null): { data: Ref | null } =>
  toOne('user', actor !== null && z.uuid().safeParse(actor).success ? actor : null)
/** Many documents, each once. */
export const toMany = (type: string, ids: Iterable<number | null>): { data: Ref[] } => ({
  data: [...new Set(ids)].flatMap(id => (id === null ? [] : [{ type, id }])),
})

/** A program by the name that it gave: `import-tool/2.1` has a version. */
export function programOf(name: string): { application: string; version: string | null } {
  const [, application = name, version = null] = /^(.+)\/([^/]+)$/.exec(name) ?? []
  return { application, version }
}

export const metaOf = (facts: { createdAt?: Date; updatedAt?: Date; version?: number }) => ({
  schemaVersion: 1,
  metadataVersion: 1,
  ...(facts.createdAt ? { createdAt: facts.createdAt.toISOString() } : {}),
  ...(facts.updatedAt ? { updatedAt: facts.updatedAt.toISOString() } : {}),
  ...(facts.version === undefined ? {} : { version: facts.version }),
})

/** {id} in a path: an OT_ID or another 32-bit key. */
export const Id = z.coerce.number().int().min(1).max(2147483647)
export const IdParams = z.strictObject({ id: Id })
