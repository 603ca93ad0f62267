// Options of [jobs].
import { z } from 'zod'
import { flag, list, whole } from './option-kinds.ts'

const limitPattern = /^([a-z][\w.-]*):([1-9]\d?)$/

export const jobSection = z
  .strictObject({
    on: flag(true, 'Run jobs inside the server; off where `firefolio worker` runs them.'),
    concurrency: whole(
      2,
      1,
      64,
      'Jobs at the same time in each lane of a process: imports, harvests, packs, exports, texts, batches, housekeeping.',
    ),
    kinds: list(
      [],
      'Kinds of jobs of which fewer run at the same time in a process, each with its number, e.g. imports.run:1, images.refresh:1.',
      z.string().regex(limitPattern, 'expected kinds with numbers like imports.run:1'),
    ),
    lease: whole(60, 5, 3600, 'Seconds after which a job whose worker is silent is taken over.'),
    poll: whole(500, 50, 60_000, 'Milliseconds between two looks at the queue.'),
    keepDays: whole(
      90,
      1,
      36_500,
      'Days that ended jobs are kept; those of imports and harvests stay with their reports.',
    ),
    binDays: whole(
      0,
      0,
      36_500,
      'Days that nodes lie in the bin before the job bin.purge removes them for good; 0: it removes none.',
    ),
  })
  .describe('The job queue.')

/** How many jobs of a kind may run at the same time, by [jobs] kinds. */
export const limitsOfKinds = (kinds: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    kinds.map(entry => {
      const [, kind = '', most = ''] = limitPattern.exec(entry) ?? []
      return [kind, Number(most)]
    }),
  )
