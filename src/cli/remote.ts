// In direct mode one process has the database file for itself: while the server runs, the command line hands its arguments to it and
// prints what comes back. The answer is NDJSON, a line for each piece of output and a last one with the exit code.
import { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { readConfig } from '../config/read.ts'
import { Refusal } from '../errors.ts'
import type { App } from '../http/module.ts'
import { type OpenServices, operatorKey } from '../services.ts'
import type { Session } from './session.ts'
import { addWorkingCommands } from './working.ts'

const path = '/api/v1/commands'
const answersWithinMs = 2000

const Request = z.strictObject({
  arguments: z.array(z.string().max(4000)).max(100),
  folder: z.string().max(4000),
  isTerminal: z.boolean(),
  columns: z.number().int().min(20).max(1000),
})
type Line = { readonly out: string } | { readonly err: string } | { readonly exitCode: number }

export interface ServerAddress {
  readonly url: string
  readonly key: string
}

/** The server that has the file of [database] direct open; undefined in every other mode, or while none runs. */
export async function serverWithDatabase(configFile: string | undefined): Promise<ServerAddress | undefined> {
  const { config } = readConfig(configFile)
  if (!config.database.direct || !config.http.on) return undefined
  const [host = '127.0.0.1'] = config.server.bindHosts
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const url = `http://${reached.includes(':') ? `[${reached}]` : reached}:${config.http.port + config.server.portBase}`
  try {
    await fetch(`${url}/health`, { signal: AbortSignal.timeout(answersWithinMs) })
  } catch {
    return undefined
  }
  return { url, key: operatorKey(config).key }
}

/** @returns the exit code of the command @throws Refusal unavailable where the server does not run it to its end */
export async function runInServer(
  server: ServerAddress,
  args: readonly string[],
  session: Session,
): Promise<number> {
  const { folder, isTerminal, columns } = session
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ arguments: [...args], folder, isTerminal, columns } satisfies z.input<
      typeof Request
    >),
  })
  if (!response.ok || !response.body)
    throw new Refusal(
      'unavailable',
      `The server at ${server.url} answered ${response.status} to the command; is it the one of this configuration?`,
    )
  for await (const text of createInterface({ input: Readable.fromWeb(response.body as never) })) {
    const line = JSON.parse(text) as Line
    if ('exitCode' in line) return line.exitCode
    if ('out' in line) session.out(line.out)
    else session.err(line.err)
  }
  throw new Refusal('unavailable', `The server at ${server.url} ended before the command did.`)
}

/** Runs a command with the services of the server. @returns its exit code */
async function runHere(
  services: OpenServices,
  request: z.output<typeof Request>,
  send: (line: Line) => void,
) {
  let code = 0
  const session: Session = {
    ...request,
    out: text => send({ out: text }),
    err: text => send({ err: text }),
    withServices: work => work(services),
  }
  const program = new Command('firefolio').option('-c, --config <file>').exitOverride()
  program.configureOutput({ writeOut: session.out, writeErr: session.err })
  addWorkingCommands(program, session, found => {
    code = found
  })
  for (const command of [...program.commands, ...program.commands.flatMap(each => each.commands)])
    command.exitOverride().copyInheritedSettings(program)
  try {
    await program.parseAsync([...request.arguments], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (error instanceof Refusal) session.err(`firefolio: ${error.message}\n`)
    else {
      services.log.error({ err: error }, 'command')
      session.err('firefolio: the command failed; the log of the server says why.\n')
    }
    return 1
  }
}

/** The route that the command line talks to; only a server in direct mode has it. */
export function addCommandRoute(app: App, services: OpenServices): void {
  app.post(
    path,
    { config: { right: 'admin' }, schema: { hide: true, body: Request } },
    async (request, reply) => {
      const lines = new Readable({ read() {} })
      void runHere(services, request.body, line => lines.push(`${JSON.stringify(line)}\n`)).then(exitCode => {
        lines.push(`${JSON.stringify({ exitCode } satisfies Line)}\n`)
        lines.push(null)
      })
      return reply.type('application/x-ndjson').send(lines)
    },
  )
}
