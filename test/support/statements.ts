// Which statements a piece of work sends to Firebird, and how often it waits for an answer.
import { Socket } from 'node:net'
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

/** How often a piece of work that talks to the database alone waits for its answer: what is sent before something comes back is one round trip. */
export async function roundTripsOf(work: () => Promise<unknown>): Promise<number> {
  const prototype = Socket.prototype as unknown as Record<'write' | 'emit', (...args: never[]) => unknown>
  const { write, emit } = prototype
  let trips = 0
  let isWaiting = false
  prototype.write = function (this: Socket, ...args: never[]) {
    if (this.remotePort !== undefined) isWaiting = true
    return write.apply(this, args)
  }
  prototype.emit = function (this: Socket, ...args: never[]) {
    if (args[0] === 'data' && this.remotePort !== undefined && isWaiting) {
      trips++
      isWaiting = false
    }
    return emit.apply(this, args)
  }
  try {
    await work()
  } finally {
    Object.assign(prototype, { write, emit })
  }
  return trips
}
