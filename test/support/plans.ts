// Which statements a piece of work sends, and how Firebird would run them.
import { FirebirdConnection } from '../../src/firebird/connection.ts'
import { isql } from '../../src/firebird/server/create-database.ts'
import type { OpenServices } from '../../src/services.ts'
import { testServer } from './database.ts'

/** The statements that a piece of work sends, each once for each time it is sent. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const prototype = FirebirdConnection.prototype as unknown as Record<
    'run' | 'stream',
    (...args: never[]) => unknown
  >
  const { run, stream } = prototype
  const sent: string[] = []
  const noting = (method: (...args: never[]) => unknown) =>
    function (this: unknown, ...args: never[]) {
      sent.push(String(args[0]))
      return method.apply(this, args)
    }
  prototype.run = noting(run)
  prototype.stream = noting(stream)
  try {
    await work()
  } finally {
    Object.assign(prototype, { run, stream })
  }
  return sent
}

/** The plan of each statement, as isql prints it. Nothing is run. */
export async function plansOf(
  services: OpenServices,
  statements: readonly string[],
): Promise<Map<string, string>> {
  const server = testServer()
  const { file } = services.config.database
  const mark = '-- next --'
  const out = await isql(
    {
      host: server.host,
      port: server.port,
      file,
      user: 'SYSDBA',
      password: server.password,
      charset: 'UTF8',
    },
    `connect '${server.host}/${server.port}:${file}';\nset planonly on;\nset term ^;\n${statements.map(statement => `${statement}^\nshell echo '${mark}'^`).join('\n')}\n`,
  )
  const parts = out.split(mark)
  return new Map(statements.map((statement, at) => [statement, (parts[at] ?? '').trim()]))
}
