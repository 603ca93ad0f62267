// Documents of findings and runs.
import { z } from 'zod'
import { listOf } from '../../http/page.ts'
import { ends, faults, kinds } from './codes.ts'
import type * as repository from './repository.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const rest = {
  links: z.record(z.string(), z.string()),
  relationships: z.object({}),
  meta: Meta,
}

const Finding = z
  .object({
    id: z.number().int(),
    what: z.enum(kinds.names),
    address: z.string().meta({ description: 'Place of the file in the archive' }),
    nodeId: z.number().int().nullable().meta({ description: 'A node that needs the file' }),
    fault: z.enum(faults.names),
    expected: z.string().meta({ description: 'Hash that the file should have' }),
    found: z.string().nullable().meta({ description: 'Hash that it has' }),
    bytes: z.number().int().nullable().meta({ description: 'Of the file that was found' }),
    detail: z.string().nullable(),
    since: z.string(),
    seenAt: z.string(),
    endedAt: z.string().nullable(),
    end: z.enum(ends.names).nullable(),
    repair: z.string().nullable().meta({ description: 'What to do about it' }),
    ...rest,
  })
  .meta({ id: 'FixityFinding', description: 'A kept file that is not as it should be.' })
export const FindingList = listOf(Finding, 'FixityFindingList')

const Run = z
  .object({
    id: z.number().int(),
    scope: z.string().meta({ description: 'round, all, title:<id> or since:<moment>' }),
    files: z.number().int(),
    bytes: z.number().int(),
    findings: z.number().int(),
    beganAt: z.string(),
    updatedAt: z.string(),
    endedAt: z.string().nullable().meta({ description: 'When all of its scope was compared' }),
    ...rest,
  })
  .meta({ id: 'FixityRun', description: 'A comparison of kept files with their hashes.' })
export const RunList = listOf(Run, 'FixityRunList')

const repairOf = ({ expected, endedAt }: repository.Finding): string | null =>
  endedAt === null
    ? `Copy a file with the hash ${expected} into a folder, under its address or its hash, and run firefolio fixity repair --from <folder>.`
    : null

export function documentOf(finding: repository.Finding): z.output<typeof Finding> {
  return {
    ...finding,
    since: finding.since.toISOString(),
    seenAt: finding.seenAt.toISOString(),
    endedAt: finding.endedAt?.toISOString() ?? null,
    repair: repairOf(finding),
    links: finding.nodeId === null ? {} : { node: `/api/v1/tree/${finding.nodeId}` },
    relationships: {},
    meta: metaOf({}),
  }
}

export function documentOfRun({ cursor: _, ...run }: repository.Run): z.output<typeof Run> {
  return {
    ...run,
    beganAt: run.beganAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
    links: {},
    relationships: {},
    meta: metaOf({}),
  }
}

export const MasterFixity = z
  .object({
    fault: z.enum(faults.names).nullable().meta({ description: 'null where nothing wrong was found' }),
    comparedAt: z
      .string()
      .nullable()
      .meta({ description: 'null where no comparison has reached the file yet' }),
    ...rest,
  })
  .meta({ id: 'MasterFixity', description: 'Whether a master is as it was stored.' })
