// What a job would do, found out by doing it: its work is taken back, and what it told stays.
import type { Actor, Database, Db } from '../firebird/database.ts'
import type { Job } from './queue.ts'

/** Whether a job was ordered to change nothing. */
export const isDryRun = ({ payload }: Job): boolean =>
  (payload as { readonly dryRun?: boolean } | null)?.dryRun === true

class TakenBack<T> extends Error {
  readonly told: T
  constructor(told: T) {
    super('dry run')
    this.told = told
  }
}

/** A transaction whose work is taken back where the job is a dry run. */
export async function inTransactionOf<T>(
  database: Database,
  job: Job,
  actor: Actor,
  work: (trx: Db) => Promise<T>,
): Promise<T> {
  if (!isDryRun(job)) return await database.inTransaction({ actor }, work)
  try {
    return await database.inTransaction({ actor }, async trx => {
      throw new TakenBack(await work(trx))
    })
  } catch (error) {
    if (error instanceof TakenBack) return error.told as T
    throw error
  }
}
