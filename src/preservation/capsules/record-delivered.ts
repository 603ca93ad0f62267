// After a loss the database does not know its capsules: those that lie in a place of capsules are recorded again, so that increments go on.
import type { Services } from '../../http/module.ts'
import type { ReadCapsule } from './read.ts'
import * as repository from './repository.ts'

/** @returns how many were recorded */
export async function recordDelivered(
  services: Services,
  capsules: readonly ReadCapsule[],
  caption: string | null,
): Promise<number> {
  let recorded = 0
  for (const { bag, titleId, number, isFull } of capsules) {
    if (bag.digest === undefined || !services.bags.all.some(store => store.has(bag.source))) continue
    const known = await repository.ofTitle(services.db, titleId)
    if (known.some(capsule => capsule.number === number)) continue
    await repository.insert(services.db, {
      titleId,
      number,
      kind: isFull ? 'full' : 'increment',
      name: bag.info.get('External-Identifier') ?? '',
      caption,
      digest: bag.digest,
      files: bag.payload.length,
      bytes: bag.bytes,
      moment: new Date(bag.info.get('Capsule-Moment') ?? 0),
    })
    recorded++
  }
  return recorded
}
