// Brings the file of a freed master back from its capsule, into the stores of the domain that needs it.
import type { Services } from '../../http/module.ts'
import { addressOf, hashOf } from '../../storage/addresses.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { archiveFor } from '../domains/index.ts'
import { whereFreed } from './freed.ts'

/** Who needs a file, and where it lies. */
interface Wanted {
  readonly nodeId: number
  /** undefined where the node is gone meanwhile */
  readonly domainId: number | undefined
  /** With the page of the file */
  readonly url: string
  readonly capsule: string
  readonly file: string
}

/**
 * @param kind what the node needs it as
 * @returns bytes that were brought; undefined where the archive has the file; a sentence where the capsule does not give it back
 * @throws Refusal where a store is away or full
 */
export async function bringBack(
  services: Services,
  { nodeId, domainId, url, capsule, file }: Wanted,
  kind: 'masters' | 'texts' = 'masters',
): Promise<number | string | undefined> {
  const archive = await archiveFor(services, domainId, kind)
  const sha256 = hashOf(url)
  const address = addressOf(sha256)
  const facts = await archive.facts(address)
  if (facts && (await archive.isKept(address, facts.bytes)) && (await archive.digest(address)) === sha256)
    return undefined
  const bag = await services.bags.find(capsule)
  if (!bag) return `The capsule ${capsule} with a file of node ${nodeId} is in no place of [capsules].`
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
  return `The capsule ${capsule} does not give ${file} of node ${nodeId} back as it was.`
}

/**
 * The same bytes may arrive again while their file is removed: whoever brings them sees it lie there, and records them when it is gone. What was
 * recorded is asked for here: masters by images.ingest, texts and further files by capsule.bring.
 * @returns as bringBack
 */
export async function bringIfFreed(
  services: Services,
  needed: Omit<Wanted, 'capsule' | 'file'>,
  kind: 'masters' | 'texts' = 'masters',
): Promise<number | string | undefined> {
  const where = await whereFreed(services.db, hashOf(needed.url))
  if (!where || (await services.archive.facts(needed.url))) return undefined
  return await bringBack(services, { ...needed, ...where }, kind)
}
