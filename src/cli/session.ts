// What a command runs in: a terminal to write to and the services it works with. The command line opens services of its own; where a
// server has the database file for itself ([database] direct) the same command runs inside the server (remote.ts).
import type { OpenServices } from '../services.ts'

export interface Session {
  /** Folder that relative paths start from */
  readonly folder: string
  readonly isTerminal: boolean
  /** Characters of a line */
  readonly columns: number
  /** Results */
  readonly out: (text: string) => void
  /** Progress and complaints */
  readonly err: (text: string) => void
  /** Calls back at the first Ctrl-C; the second ends the process. @returns what ends that */
  readonly onInterrupt?: (work: () => void) => () => void
  /** Services for the time of a command */
  withServices<T>(work: (services: OpenServices) => Promise<T>): Promise<T>
}

/** Services are opened for the command; their log goes to standard error and tells only of what is wrong. */
export function localSession(configFile: () => string | undefined): Session {
  return {
    folder: process.cwd(),
    // undefined, whatever the types say, where it is none
    isTerminal: Boolean(process.stderr.isTTY),
    columns: process.stderr.columns ?? 100,
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    onInterrupt: work => {
      const first = () => {
        process.once('SIGINT', second)
        work()
      }
      const second = () => process.exit(130)
      process.once('SIGINT', first)
      return () => process.off('SIGINT', first).off('SIGINT', second)
    },
    withServices: async work => {
      const { openQuietly } = await import('./open-quietly.ts')
      const services = await openQuietly(configFile(), text => void process.stderr.write(text))
      try {
        return await work(services)
      } finally {
        await services.close()
      }
    },
  }
}
