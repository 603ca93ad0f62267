// What a history of states looks like, whatever it is the history of.
import { z } from 'zod'
import { Id, Links, Meta, metaOf } from './envelope.ts'

/** By what a state was replaced that a history keeps. */
export const replacedBy = {
  batch: z.number().int().nullable().meta({ description: 'The operation that replaced this state' }),
  actor: z.string().nullable(),
  application: z.string().nullable(),
  reason: z.string().nullable(),
  at: z.string(),
}
/** The same, as it is read. */
export interface ReplacedBy {
  readonly batch: number | null
  readonly actor: string | null
  readonly application: string | null
  readonly reason: string | null
  readonly at: Date
}

const State = z.record(z.string(), z.unknown())
const Version = z
  .object({
    id: z.number().int(),
    ...replacedBy,
    state: State.meta({ description: 'What it was before the change' }),
    changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    links: Links,
  })
  .meta({ id: 'StateVersion', description: 'A state that a change replaced, with the difference.' })
export const Versions = z
  .object({ items: z.array(Version), links: Links, relationships: z.object({}), meta: Meta })
  .meta({ id: 'StateVersions', description: 'Newest first.' })
export const StateParams = z.strictObject({ id: Id, n: Id.meta({ description: 'Number of the version' }) })

interface KeptState extends ReplacedBy {
  readonly id: number
  readonly state: Readonly<Record<string, unknown>>
  readonly changes: readonly {
    readonly field: string
    readonly before: unknown
    readonly after: unknown
  }[]
}

export const versionsDocument = (
  self: string,
  versions: readonly KeptState[],
  more: Record<string, string>,
) => ({
  items: versions.map(version => ({
    ...version,
    at: version.at.toISOString(),
    state: { ...version.state },
    changes: [...version.changes],
    links: { restore: `${self}/${version.id}/restore` },
  })),
  links: { self, ...more } as Record<string, string>,
  relationships: {},
  meta: metaOf({}),
})
