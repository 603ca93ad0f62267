// All that is kept against its hashes: files of the archive, and the capsules of what is asked for. The round leaves capsules to capsule.verify,
// which reads each once in the same [fixity] days.
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { checkFixity, type RunReport, WantedFixity } from '../fixity/index.ts'
import * as repository from './repository.ts'
import { verifyCapsules, type VerifiedCapsules } from './verify-delivered.ts'

const idsIn = (path: string): number[] => path.split('|').filter(Boolean).map(Number)

export interface KeptReport extends RunReport {
  readonly capsules: number
}

/** Capsules of what a check is asked for; undefined: none. */
async function capsulesOf(
  { db, bags }: Services,
  { all, title, since }: WantedFixity,
): Promise<AsyncIterable<repository.Capsule> | undefined> {
  if (!bags.target) return undefined
  if (title !== undefined) {
    // a title is in the capsules of the one at the top, which stands above it or is itself
    const node = await repository.findTitle(db, title)
    return node && repository.ofTitles(db, idsIn(node.path))
  }
  if (since !== undefined) return repository.every(db, new Date(since))
  return all ? repository.every(db) : undefined
}

/** @throws Refusal not-found; unavailable where the archive or the place of capsules is not there */
export async function checkKept(
  services: Services,
  wanted: WantedFixity,
  progress: (done: number) => Promise<void>,
): Promise<KeptReport> {
  // first: an attempt that is repeated goes on with the files where it was
  const capsules = await capsulesOf(services, wanted)
  const read: VerifiedCapsules = capsules
    ? await verifyCapsules(services, undefined, progress, capsules)
    : { verified: 0, bytes: 0, damaged: [] }
  const { files, bytes, found, repaired, open } = await checkFixity(services, wanted, done =>
    progress(read.verified + done),
  )
  return {
    files,
    capsules: read.verified,
    bytes: bytes + read.bytes,
    found: found + read.damaged.length,
    repaired,
    open,
  }
}

export const checkJob: JobHandler<Services> = async (services, { job, progress }) => {
  const report = await checkKept(services, WantedFixity.parse(job.payload ?? {}), progress)
  if (report.open > 0)
    services.log.error({ open: report.open }, 'files of the archive or capsules are missing or damaged')
  return { ...report }
}
