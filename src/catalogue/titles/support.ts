import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { requireVersion } from '../tree/index.ts'
import { changedSince } from './history.ts'
import * as repository from './repository.ts'

/** @throws Refusal not-found, also where the node is no title */
export async function getTitle(db: Db, id: number): Promise<repository.Title> {
  const title = await repository.find(db, id)
  if (!title) throw new Refusal('not-found', `There is no title ${id}.`)
  return title
}

/** The title, locked, if it still has the version that the client read. @throws Refusal stale naming what changed */
export async function requireTitleVersion(
  trx: Db,
  id: number,
  version: number | '*',
): Promise<repository.Title> {
  await getTitle(trx, id)
  await requireVersion(trx, id, version, since => changedSince(trx, id, since))
  return await getTitle(trx, id)
}
