// What a server must be like before it is written to.
import { Refusal } from '../../errors.ts'
import type { Database } from '../database.ts'

/** A server whose clock differs by more keeps another time zone, not merely a bad clock. */
const maxClockDifferenceMs = 10 * 60_000

/** @throws Refusal unavailable */
export async function requireUtc(database: Database): Promise<void> {
  const before = Date.now()
  const { rows } = await database.withConnection(connection =>
    connection.run('select current_timestamp as "now" from RDB$DATABASE'),
  )
  const difference = ((rows[0]?.['now'] ?? new Date(0)) as Date).getTime() - before
  if (Math.abs(difference) > maxClockDifferenceMs)
    throw new Refusal(
      'unavailable',
      `The clock of the Firebird server is ${Math.round(difference / 60_000)} minutes off UTC; start the server with the environment variable TZ=UTC.`,
    )
}

/**
 * Firebird takes a role that nobody has given the user for none, without a word.
 * @param of.documented the role of the sample file
 * @throws Refusal unavailable
 */
export async function requireRole(
  database: Database,
  { role, user, documented }: { readonly role: string; readonly user: string; readonly documented: string },
): Promise<void> {
  if (role === '') return
  const { rows } = await database.withConnection(connection =>
    connection.run(
      `select trim(current_role) as "held", (select count(*) from RDB$ROLES where upper(RDB$ROLE_NAME) = upper(cast(? as varchar(63)))) as "known" from RDB$DATABASE`,
      [role],
    ),
  )
  const { held, known } = rows[0] as { held: string; known: number | bigint }
  if (held.toUpperCase() === role.toUpperCase()) return
  // databases that were made without the role of the sample file go on as they are
  if (Number(known) === 0 && role === documented) return
  throw new Refusal(
    'unavailable',
    Number(known) === 0
      ? `The database has no role ‘${role}’; see [database] role.`
      : `The database user ‘${user}’ has no role ‘${role}’; grant it, or see [database] role.`,
  )
}
