// The jobs: capsules of a title or of every title that has changed, and the reading of what was delivered.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { bringIfFreed } from '../../catalogue/pages/index.ts'
import { findNode } from '../../catalogue/tree/index.ts'
import { fetchMasters } from './fetch.ts'
import { freeMasters } from './free.ts'
import { WantedMasters } from './freed.ts'
import { isCapsuleDue, makeCapsule } from './make.ts'
import * as repository from './repository.ts'
import { verifyCapsules } from './verify-delivered.ts'

export const WantedCapsule = z.strictObject({
  title: z.number().int().min(1).max(2_147_483_647).optional(),
  full: z.boolean().optional(),
  dryRun: z.boolean().optional(),
})

const msPerDay = 86_400_000
const portion = 200

export interface MadeCapsules {
  readonly made: number
  readonly unchanged: number
  readonly bytes: number
  /** Titles of which none could be made, with the reason */
  readonly failed: readonly { readonly title: number; readonly reason: string }[]
}

/** Capsules of every title that has none yet or has changed; one that fails keeps no other from having its own. */
export async function makeAll(
  services: Services,
  options: Parameters<typeof makeCapsule>[2] & { readonly dryRun?: boolean | undefined },
  onTitle: (done: number) => Promise<void>,
): Promise<MadeCapsules> {
  let [made, unchanged, bytes, done] = [0, 0, 0, 0]
  const failed: { title: number; reason: string }[] = []
  for (let after = 0; ;) {
    const titles = await repository.topTitles(services.db, after, portion)
    if (titles.length === 0) return { made, unchanged, bytes, failed }
    after = titles.at(-1) as number
    for (const title of titles) {
      try {
        if (options.dryRun) {
          if (await isCapsuleDue(services, title, options.full ?? false)) made++
          else unchanged++
        } else {
          const capsule = await makeCapsule(services, title, options)
          if (capsule) made++
          else unchanged++
          bytes += capsule?.bytes ?? 0
        }
      } catch (error) {
        // a full disk or a lost folder stops all; a damaged title only its own
        if (!(error instanceof Refusal) || error.reason !== 'not-processable') throw error
        if (failed.length < 1000) failed.push({ title, reason: error.message })
      }
      await onTitle(++done)
    }
  }
}

export const makeJob: JobHandler<Services> = async (services, { job, progress }) => {
  const { title, full = false, dryRun = false } = WantedCapsule.parse(job.payload ?? {})
  const actor = { name: job.actor ?? 'job', application: 'capsule.make' }
  if (title === undefined) return await makeAll(services, { actor, full, dryRun }, done => progress(done))
  if (dryRun) {
    const isDue = await isCapsuleDue(services, title, full)
    return { made: isDue ? 1 : 0, unchanged: isDue ? 0 : 1, bytes: 0, failed: [] }
  }
  const made = await makeCapsule(services, title, { actor, full, progress: done => progress(done) })
  return made ?? { unchanged: true }
}

export const freeJob: JobHandler<Services> = async (services, { job, progress }) => {
  const actor = { name: job.actor ?? 'job', application: 'capsule.free' }
  const wanted = WantedMasters.parse(job.payload ?? {})
  return { ...(await freeMasters(services, wanted, actor, progress)) }
}

export const fetchJob: JobHandler<Services> = async (services, { job, progress }) => {
  const actor = { name: job.actor ?? 'job', application: 'capsule.fetch' }
  const wanted = WantedMasters.parse(job.payload ?? {})
  const found = await fetchMasters(services, wanted, actor, progress)
  return { ...found, missing: found.missing.slice(0, 100) }
}

const Needed = z.object({ node: z.number(), address: z.string() })

/** A text or a further file with the bytes of a freed master was recorded: its file may have left meanwhile. */
export const bringJob: JobHandler<Services> = async (services, { job }) => {
  const { node, address: url } = Needed.parse(job.payload)
  const domainId = (await findNode(services.db, node))?.domainId
  const brought = await bringIfFreed(services, { nodeId: node, domainId, url }, 'texts')
  if (typeof brought === 'string') throw new Refusal('not-processable', brought)
  return { bytes: brought ?? 0 }
}

/** Reads what was not read for [fixity] days. */
export const verifyJob: JobHandler<Services> = async (services, { progress }) => {
  if (!services.bags.target) return { verified: 0, bytes: 0, damaged: [] }
  const before = new Date(Date.now() - (services.config.fixity.days - 0.5) * msPerDay)
  const found = await verifyCapsules(services, before, done => progress(done))
  if (found.damaged.length > 0) services.log.error({ damaged: found.damaged.length }, 'capsules are damaged')
  return { ...found, damaged: found.damaged.slice(0, 100) }
}
