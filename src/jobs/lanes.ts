// Lanes of the queue: each has slots of its own, so that none waits for another. An import is not behind a thousand packs, and a harvest of
// days keeps nobody from importing.
import { sql, type RawBuilder } from 'kysely'

/** What the kinds of a lane begin with; all others are housekeeping. */
const kinds = {
  imports: ['imports.'],
  harvests: ['harvest'],
  packs: ['images.'],
  exports: ['exports.', 'capsule.'],
  texts: ['texts.'],
  batches: ['tree.', 'titles.'],
} as const

export type Lane = keyof typeof kinds | 'housekeeping'
const named = Object.keys(kinds) as (keyof typeof kinds)[]
export const lanes: readonly Lane[] = [...named, 'housekeeping']

export const laneOf = (kind: string): Lane =>
  named.find(lane => kinds[lane].some(start => kind.startsWith(start))) ?? 'housekeeping'

const either = (starts: readonly string[]): RawBuilder<unknown> =>
  sql`(${sql.join(
    starts.map(start => sql`SJ_Kind starting with ${start}`),
    sql` or `,
  )})`

/** A condition on SYS_Job: kinds of lanes that have a free slot. */
export const inFreeLanes = (full: readonly Lane[]): RawBuilder<unknown> =>
  sql.join(
    [
      sql`1 = 1`,
      ...full.map(lane =>
        lane === 'housekeeping'
          ? either(named.flatMap(each => kinds[each]))
          : sql`not ${either(kinds[lane])}`,
      ),
    ],
    sql` and `,
  )

/** A condition on SYS_Job: none of these kinds. */
export const otherThan = (kinds: readonly string[]): RawBuilder<unknown> =>
  kinds.length === 0 ? sql`1 = 1` : sql`SJ_Kind not in (${sql.join(kinds)})`
