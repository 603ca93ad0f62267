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
export const Meta = z
  .object({
    schemaVersion: z.number().int().meta({ description: 'Of the document' }),
    metadataVersion: z.number().int().meta({ description: 'Of this block' }),
    createdAt: z.string().optional(),
    updatedAt: z.string().optional(),
    version: z.number().int().optional(),
    sourceAccount: z
      .string()
      .optional()
      .meta({ description: 'Where it was brought from: a delivery, a repository, a catalogue' }),
  })
  .meta({ id: 'Meta', description: 'About this document, not about the thing.' })

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
