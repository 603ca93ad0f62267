// How Firebird would run statements.
import { isql } from '../../src/firebird/server/create-database.ts'
import type { OpenServices } from '../../src/services.ts'
import { testServer } from './database.ts'

/** The plan of each statement, as isql prints it. Nothing is run. */
export async function plansOf(
  services: OpenServices,
  statements: readonly string[],
): Promise<Map<string, string>> {
  const server = testServer()
  const { file } = services.config.database
  // a plan that no statement of ours has
  const mark = 'PLAN (NEXT_STATEMENT NATURAL)'
  const out = await isql(
    {
      host: server.host,
      port: server.port,
      file,
      user: 'SYSDBA',
      password: server.password,
      charset: 'UTF8',
    },
    `connect '${server.host}/${server.port}:${file}';\nset planonly on;\nset term ^;\n${statements.map(statement => `${statement}^\nselect 1 from RDB$DATABASE NEXT_STATEMENT^`).join('\n')}\n`,
  )
  const parts = out.split(mark)
  return new Map(statements.map((statement, at) => [statement, (parts[at] ?? '').trim()]))
}
