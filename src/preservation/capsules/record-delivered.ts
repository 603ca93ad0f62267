// After a loss the database does not know its capsules: those that lie in a place of capsules are recorded again, so that increments go on.
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { pointTo } from './freed.ts'
import type { ReadCapsule } from './read.ts'
import * as repository from './repository.ts'

/** @returns how many were recorded */
export async function recordDelivered(
  { bags }: Pick<Services, 'bags'>,
  trx: Db,
  capsules: readonly ReadCapsule[],
  caption: string | null,
): Promise<number> {
  let recorded = 0
  for (const { bag, titleId, number, isFull } of capsules) {
    if (bag.digest === undefined || !bags.all.some(store => store.has(bag.source))) continue
    const known = await repository.ofTitle(trx, titleId)
    if (known.some(capsule => capsule.number === number)) continue
    const name = bag.info.get('External-Identifier') ?? ''
    await repository.insert(trx, {
      titleId,
      number,
      kind: isFull ? 'full' : 'increment',
      name,
      caption,
      digest: bag.digest,
      files: bag.payload.length,
      bytes: bag.bytes,
      moment: new Date(bag.info.get('Capsule-Moment') ?? 0),
    })
    const masters = bag.payload.map(({ path }) => path).filter(path => path.startsWith('data/masters/'))
    await pointTo(trx, name, masters)
    recorded++
  }
  return recorded
}
