// The command line within the process of a test, as a server in direct mode runs it: a process for each command would mostly load the service.
import { addCommandRoute } from '../../src/cli/remote.ts'
import { operatorKey, type TestApp } from './start.ts'

export interface CommandResult {
  readonly code: number | undefined
  readonly out: string
  readonly err: string
}

/** Runs the commands that work with the repository on the service of a test; to be called before its first request. */
export function commandsOf({
  app,
  services,
  folder,
}: TestApp): (...args: string[]) => Promise<CommandResult> {
  addCommandRoute(app, services)
  return async (...args) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/commands',
      headers: { authorization: `Bearer ${operatorKey}` },
      payload: { arguments: args, folder, isTerminal: false, columns: 80 },
    })
    const lines = answer.payload
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { out?: string; err?: string; exitCode?: number })
    return {
      code: lines.at(-1)?.exitCode,
      out: lines.map(line => line.out ?? '').join(''),
      err: lines.map(line => line.err ?? '').join(''),
    }
  }
}
