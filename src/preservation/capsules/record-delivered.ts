// After a loss the database does not know its capsules: those that lie in a place of capsules are recorded again, so that increments go on.
import type { Services } from '../../http/module.ts'
import { pointTo } from './freed.ts'
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
    const name = bag.info.get('External-Identifier') ?? ''
    const capsule = {
      titleId,
      number,
      kind: isFull ? 'full' : 'increment',
      name,
      caption,
      digest: bag.digest,
      files: bag.payload.length,
      bytes: bag.bytes,
      moment: new Date(bag.info.get('Capsule-Moment') ?? 0),
    } as const
    const masters = bag.payload.map(({ path }) => path).filter(path => path.startsWith('data/masters/'))
    await services.database.inTransaction({}, async trx => {
      await repository.insert(trx, capsule)
      await pointTo(trx, name, masters)
    })
    recorded++
  }
  return recorded
}
