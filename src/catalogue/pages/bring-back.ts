// Brings the file of a freed master back from its capsule, into the stores of its domain.
import type { Services } from '../../http/module.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { archiveFor } from '../domains/index.ts'
import { type FreedMaster, whereFreed } from './freed.ts'

const fileOf = (url: string): string => url.replace(/#.*$/, '')

/**
 * @returns bytes that were brought; undefined where the archive has the file; a sentence where the capsule does not give it back
 * @throws Refusal where a store is away or full
 */
export async function bringBack(
  services: Services,
  { nodeId, domainId, url, sha256, capsule, file }: Omit<FreedMaster, 'bytes'>,
): Promise<number | string | undefined> {
  const archive = await archiveFor(services, domainId, 'masters')
  const address = fileOf(url)
  const facts = await archive.facts(address)
  if (facts && (await archive.isKept(address, facts.bytes)) && (await archive.digest(address)) === sha256)
    return undefined
  const bag = await services.bags.find(capsule)
  if (!bag) return `The capsule ${capsule} with the master of page ${nodeId} is in no place of [capsules].`
  try {
    const staged = await archive.stage(bag.read(file), Number.MAX_SAFE_INTEGER)
    if (staged.sha256 === sha256) {
      await archive.replace(staged)
      return staged.bytes
    }
    await archive.discard(staged)
  } catch (error) {
    if (isPlaceFault(error) || (error as NodeJS.ErrnoException).code === undefined) throw error
  }
  return `The capsule ${capsule} does not give the master of page ${nodeId} back as it was.`
}

/**
 * The same bytes may arrive again in the instant in which their file is removed: whoever brings them sees it lie there, and records them when it is
 * gone. Each new master is asked for here after it was recorded (images.ingest), and who removes files looks again afterwards: one of both finds it.
 */
export async function bringIfFreed(
  services: Services,
  page: Pick<FreedMaster, 'nodeId' | 'domainId' | 'url'>,
): Promise<void> {
  const address = fileOf(page.url)
  if (await services.archive.facts(address)) return
  const sha256 = address.slice(-64)
  const where = await whereFreed(services.db, `sha256:${sha256}`)
  if (where) await bringBack(services, { ...page, ...where, sha256 })
}
