// PagecountJob re-checks what titles know of their pages, OrderDateJob fills empty order dates with the day of the first
// page, FieldsJob draws fields anew when their rules have changed. Each goes through the titles a portion at a time.
import { sql } from 'kysely'
import { fieldsVersion, readMods } from '../../formats/mods/read.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { inTransactionOf, isDryRun } from '../../jobs/dry-run.ts'
import { enqueue } from '../../jobs/queue.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { refreshTitles } from '../tree/index.ts'
import * as fieldRows from './field-rows.ts'
import * as repository from './repository.ts'
import { sortOrders } from './sorting.ts'
import { drawFields } from './drawn-fields.ts'

const portion = 200
const actorOf = (name: string) => ({ name: 'job', application: name })

async function titleCount(services: Services): Promise<number> {
  const row = await services.db
    .selectFrom('OPR_Content')
    .select(services.db.fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return Number(row?.n ?? 0)
}

/** What a title knows of its pages, in one text. */
async function knownOfPages(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('OPR_Content')
    .select(['OC_OT_ID', 'OC_PageCache', 'OC_PagesShown', 'OC_TextState', 'OC_OT_Titlepage'])
    .where('OC_OT_ID', 'in', ids)
    .execute()
  return new Map(rows.map(({ OC_OT_ID: id, ...known }) => [id, JSON.stringify(known)]))
}

/** @returns how many titles were looked at, and of how many something was not true */
export const pagecount: JobHandler<Services> = async (services, { job, progress }) => {
  const total = await titleCount(services)
  let done = 0
  let changed = 0
  let lastId = 0
  for (;;) {
    const { rows } = await sql<{
      id: number
      path: string
    }>`select OC_OT_ID as "id", OT_Path as "path" from OPR_Content join OPR_Tree on OT_ID = OC_OT_ID
      where OC_OT_ID > ${lastId} order by OC_OT_ID fetch next ${portion} rows only`.execute(services.db)
    if (rows.length === 0) return { titles: done, changed }
    const ids = rows.map(row => row.id)
    changed += await inTransactionOf(services.database, job, actorOf('PagecountJob'), async trx => {
      const before = await knownOfPages(trx, ids)
      await refreshTitles(
        trx,
        services.types,
        rows.map(row => row.path),
      )
      const after = await knownOfPages(trx, ids)
      return ids.filter(id => before.get(id) !== after.get(id)).length
    })
    lastId = rows.at(-1)?.id ?? lastId
    done += rows.length
    await progress(done, total)
  }
}

export const orderDate: JobHandler<Services> = async (services, { job, progress }) => {
  let done = 0
  let lastId = 0
  for (;;) {
    const { rows } = await repository.titlesWithoutOrderDate(services.db, lastId, portion)
    if (rows.length === 0) return { titles: done }
    await inTransactionOf(services.database, job, actorOf('OrderDateJob'), async trx => {
      for (const row of rows) await repository.update(trx, row.id, { orderDate: row.day })
    })
    lastId = rows.at(-1)?.id ?? lastId
    done += rows.length
    await progress(done)
  }
}

export const fields: JobHandler<Services> = async (services, { job, progress }) => {
  let done = 0
  if (isDryRun(job))
    return {
      titles: await fieldRows.countOutdatedFields(services.db, fieldsVersion),
      keys: (await fieldRows.outdatedKeys(services.db, sortOrders(services), 1)).length > 0,
    }
  for (;;) {
    const ids = await fieldRows.outdatedFields(services.db, fieldsVersion, portion)
    if (ids.length === 0) break
    await services.database.inTransaction({ actor: actorOf('FieldsJob') }, async trx => {
      for (const id of ids) {
        const [title, stored] = [await repository.find(trx, id), await repository.mods(trx, id)]
        const [record] = stored?.xml ? readMods(stored.xml, { name: `The record of title ${id}` }) : []
        if (title && record)
          await fieldRows.storeFields(trx, id, drawFields(record.mods, title.caption), sortOrders(services))
      }
    })
    done += ids.length
    await progress(done)
  }
  for (;;) {
    const renewed = await services.database.inTransaction({ actor: actorOf('FieldsJob') }, trx =>
      fieldRows.renewKeys(trx, sortOrders(services), portion),
    )
    if (renewed === 0) return { titles: done }
    done += renewed
    await progress(done)
  }
}

const looked = new WeakSet<Services>()
/** Wants fields and keys made anew: once after each start, where the rules or the orders of languages have changed since; later for titles that came without keys. */
export async function followFields(services: Services): Promise<void> {
  const isFirst = !looked.has(services)
  looked.add(services)
  const isWanted = isFirst
    ? (await fieldRows.outdatedFields(services.db, fieldsVersion, 1)).length > 0 ||
      (await fieldRows.outdatedKeys(services.db, sortOrders(services), 1)).length > 0
    : // titles that a capsule gave back
      await fieldRows.isUnsorted(services.db)
  if (isWanted)
    await services.database.inTransaction({ actor: actorOf('FieldsJob') }, trx =>
      enqueue(trx, { kind: 'fields', uniqueKey: 'fields' }),
    )
}
