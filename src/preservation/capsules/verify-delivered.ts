// Delivered capsules against what was recorded of them, the longest unread first. What is wrong is a finding like that of any kept file.
import type { Services } from '../../http/module.ts'
import { endCapsuleFinding, noteFinding, Pace } from '../fixity/index.ts'
import { masters, standingIn } from './alone.ts'
import type { Progress } from './make.ts'
import { capsuleStore } from './read.ts'
import * as repository from './repository.ts'
import { verifyBag } from './verify.ts'

export interface VerifiedCapsules {
  readonly verified: number
  readonly bytes: number
  /** Names of those that are not whole */
  readonly damaged: readonly string[]
}

const noteEveryMs = 2000
/** Of its finding */
const addressOf = ({ name }: repository.Capsule): string => `capsule/${name}`

/** Reads a capsule; what is wrong is noted as a finding. */
export async function verifyOne(
  services: Services,
  capsule: repository.Capsule,
  onBytes: (bytes: number) => Promise<void>,
): Promise<{ isGood: boolean; bytes: number }> {
  const bag = (await services.bags.find(capsule.name)) ?? capsuleStore(services).bag(capsule.name)
  const { faults, digest, bytes } = await verifyBag(bag, onBytes)
  const file = {
    what: 'capsule',
    address: addressOf(capsule),
    expected: `sha256:${capsule.digest}`,
    nodeId: null,
  } as const
  if (faults.length === 0 && digest === capsule.digest) {
    await repository.confirm(services.db, capsule.id)
    await endCapsuleFinding(services.db, file.address)
    return { isGood: true, bytes }
  }
  const detail = faults[0] ?? 'The tag manifest is another one than the recorded one.'
  const standing = (await standingIn(services, capsule.name, new Set())).filter(({ alone }) => alone > 0)
  const cost = standing.map(({ titleId, alone }) => ` ${masters(alone, titleId)} in this capsule alone.`)
  await noteFinding(services.db, file, {
    isGood: false,
    fault: digest === undefined ? 'missing' : 'altered',
    ...(digest === undefined ? {} : { found: `sha256:${digest}` }),
    bytes,
    detail: `${detail}${cost.join('')}`.slice(0, 500),
  })
  return { isGood: false, bytes }
}

/** An earlier capsule may go when a later full one is recorded, and nothing is brought from it. */
async function isDispensable(services: Services, capsule: repository.Capsule): Promise<boolean> {
  if (!(await repository.isOutdated(services.db, capsule))) return false
  return (await standingIn(services, capsule.name, new Set())).length === 0
}

/** @param olderThan read again what was found good before this moment, of the others ask only whether they are there; undefined: all */
export async function verifyCapsules(
  services: Services,
  olderThan: Date | undefined,
  progress: Progress,
  capsules: AsyncIterable<repository.Capsule> = repository.every(services.db),
): Promise<VerifiedCapsules> {
  capsuleStore(services)
  const pace = new Pace(services.config.fixity.bytesPerSecond)
  let [verified, bytes, noted] = [0, 0, Date.now()]
  const damaged: string[] = []
  const onBytes = async (read: number) => {
    await pace.spend(read)
    if (Date.now() - noted < noteEveryMs) return
    noted = Date.now()
    await progress(verified)
  }
  for await (const capsule of capsules) {
    const isThere = (await services.bags.find(capsule.name)) !== undefined
    if (isThere && olderThan && capsule.confirmedAt && capsule.confirmedAt > olderThan) continue
    if (!isThere && (await isDispensable(services, capsule))) {
      await endCapsuleFinding(services.db, addressOf(capsule), 'unneeded')
      continue
    }
    const found = await verifyOne(services, capsule, onBytes)
    if (!found.isGood) damaged.push(capsule.name)
    verified++
    bytes += found.bytes
    await progress(verified)
  }
  return { verified, bytes, damaged }
}
