// A change of a page is made on the version that was read of it.
import type { Db } from '../../firebird/database.ts'
import { versionsOf } from '../../system/log/index.ts'
import { type Node, requireVersion } from '../tree/index.ts'
import { keptPages } from './kept.ts'

/** @throws Refusal not-found, or stale that names the fields of the page that were changed since */
export const requirePageVersion = async (trx: Db, id: number, version: number | '*'): Promise<Node> =>
  await requireVersion(trx, id, version, async since => {
    const versions = await versionsOf(trx, keptPages, id)
    return [
      ...new Set(
        versions.filter(({ at }) => at > since).flatMap(({ changes }) => changes.map(({ field }) => field)),
      ),
    ]
  })
