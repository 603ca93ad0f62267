// Which statements a piece of work sends to Firebird.
import { FirebirdConnection } from '../../src/firebird/connection.ts'

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
