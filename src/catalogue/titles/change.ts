// PATCH of a title: what a person sets is noted in OC_Manual, so that no import overwrites it (decision 12).
import type { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { readingDirections } from '../../formats/languages/direction.ts'
import type { Db } from '../../firebird/database.ts'
import { sql } from 'kysely'
import type { Services } from '../../http/module.ts'
import { getNode, rename } from '../tree/index.ts'
import { manualOf, manualText, recordTitle } from './caption.ts'
import * as repository from './repository.ts'
import type { TitlePatch } from './schemas.ts'

export async function change(
  trx: Db,
  services: Services,
  title: repository.Title,
  patch: z.output<typeof TitlePatch>,
): Promise<void> {
  const { caption, generateIdentifier, insertedAt, readingDirection, ...columns } = patch
  const names = Object.keys(patch).filter(name => name !== 'insertedAt')
  if (names.length === 0 && insertedAt === undefined) return
  if (patch.delivererId != null) {
    if (title.metaParentId !== null)
      throw new Refusal(
        'not-processable',
        `Title ${title.id} stands below title ${title.metaParentId}; only titles without a title above have a deliverer.`,
      )
    await getNode(trx, patch.delivererId)
  }
  if (insertedAt !== undefined) {
    if (!services.config.database.behaviors.includes('dirtyInsertTS'))
      throw new Refusal(
        'forbidden',
        'OC_InsertTs is read-only; [database] behaviors = dirtyInsertTS allows its change.',
      )
    await sql`select rdb$set_context('USER_TRANSACTION', 'DIRTY_INSERT_TS', '1') as "a" from RDB$DATABASE`.execute(
      trx,
    )
  }
  // null gives the caption back to the record
  const given = caption === null ? await recordTitle(trx, title.id) : undefined
  const byHand = manualOf(title)
  for (const name of names) byHand.add(name)
  if (given !== undefined) byHand.delete('caption')
  const manual = manualText(byHand)
  const fields = Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined),
  ) as repository.ContentFields
  await repository.update(trx, title.id, {
    ...fields,
    ...(generateIdentifier === undefined ? {} : { generateIdentifier: generateIdentifier ? 1 : 0 }),
    ...(readingDirection === undefined
      ? {}
      : { readingDirection: readingDirection && readingDirections.of(readingDirection) }),
    ...(insertedAt === undefined ? {} : { insertTs: new Date(insertedAt) }),
    manual,
  })
  const next = given ?? caption
  if (next !== undefined && next !== title.caption) await rename(trx, title.id, next)
}
