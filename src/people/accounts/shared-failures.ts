// Failed log-ins as all processes count them. Each process counts attempts by itself before it judges them (throttle.ts), so that many at once
// are no way around the limit; what has failed is added up here, in the transaction of its line in the log, and read before the next attempt.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { hashOf } from '../sessions/index.ts'

/** A counter and the most that it may show. */
export type Limit = readonly [name: string, most: number]

const windowMs = (services: Services): number => services.config.access.logInWindow * 60_000

/** @throws Refusal too-many-requests */
export async function requireFewFailures(services: Services, limits: readonly Limit[]): Promise<void> {
  const most = new Map(limits.map(([name, count]) => [hashOf(name), count]))
  const rows = await services.db
    .selectFrom('PRV_LogInFailure')
    .select(['PLF_Name as name', 'PLF_Count as count', 'PLF_InsertTS as since'])
    .where('PLF_Name', 'in', [...most.keys()])
    .where('PLF_InsertTS', '>', new Date(Date.now() - windowMs(services)))
    .execute()
  for (const { name, count, since } of rows)
    if (count >= (most.get(name) ?? Infinity))
      throw new Refusal('too-many-requests', 'Too many log-ins have failed; try again later.', {
        retryAfter: Math.max(1, Math.ceil((since.getTime() + windowMs(services) - Date.now()) / 1000)),
      })
}

/** Adds a failure to each counter; one whose window is over begins anew. */
export async function addFailure(services: Services, trx: Db, limits: readonly Limit[]): Promise<void> {
  const now = new Date()
  const start = new Date(now.getTime() - windowMs(services))
  // in one order, so that no two wait for each other
  for (const name of limits.map(([each]) => hashOf(each)).sort())
    await sql`merge into PRV_LogInFailure f
      using (select cast(${name} as varchar(64) character set ascii) N, cast(${now} as timestamp) T,
        cast(${start} as timestamp) S from RDB$DATABASE) n
      on f.PLF_Name = n.N
      when matched then update set PLF_Count = iif(f.PLF_InsertTS <= n.S, 1, f.PLF_Count + 1),
        PLF_InsertTS = iif(f.PLF_InsertTS <= n.S, n.T, f.PLF_InsertTS)
      when not matched then insert (PLF_Name, PLF_Count, PLF_InsertTS) values (n.N, 1, n.T)`.execute(trx)
}

/** After a log-in that was right: its own counter begins anew, and those that are over go. */
export const forgetFailures = (services: Services, trx: Db, own: string) =>
  trx
    .deleteFrom('PRV_LogInFailure')
    .where(eb =>
      eb.or([
        eb('PLF_Name', '=', hashOf(own)),
        eb('PLF_InsertTS', '<=', new Date(Date.now() - windowMs(services))),
      ]),
    )
    .execute()
