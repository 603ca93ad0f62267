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
    schemaVersion: z.number().int(),
    createdAt: z.string().optional(),
    updatedAt: z.string().optional(),
    version: z.number().int().optional(),
  })
  .meta({ id: 'Meta', description: 'About this document, not about the thing.' })

export const envelope = { links: Links, relationships: Relationships, meta: Meta }

export type Ref = { type: string; id: number | string }
export const toOne = (type: string, id: number | null | undefined): { data: Ref | null } => ({
  data: id == null ? null : { type, id },
})

export const metaOf = (facts: { createdAt?: Date; updatedAt?: Date; version?: number }) => ({
  schemaVersion: 1,
  ...(facts.createdAt ? { createdAt: facts.createdAt.toISOString() } : {}),
  ...(facts.updatedAt ? { updatedAt: facts.updatedAt.toISOString() } : {}),
  ...(facts.version === undefined ? {} : { version: facts.version }),
})

/** {id} in a path: an OT_ID or another 32-bit key. */
export const Id = z.coerce.number().int().min(1).max(2147483647)
export const IdParams = z.strictObject({ id: Id })
