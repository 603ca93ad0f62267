// Large documents are worked on in threads, with a budget of time and memory, so that tiles and health never wait for them. Small ones, nearly
// all, are done in place: handing them over would cost more than the work.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { Refusal } from '../errors.ts'
import { type Order, type Outcome, type TaskName, tasks } from './tasks.ts'

/** Characters of a document up to which the work takes a few milliseconds at most. */
const smallUpTo = 40_000
/** Documents that may wait; more are told to come again. */
const mostWaiting = 200

type Task<N extends TaskName> = (typeof tasks)[N]

export class Offload {
  readonly #threads: Piscina
  readonly #timeoutMs: number

  /** @param timeoutMs for one document, from when it is begun */
  constructor(options: {
    readonly threads: number
    readonly timeoutMs: number
    readonly memoryMegabytes: number
  }) {
    this.#timeoutMs = options.timeoutMs
    this.#threads = new Piscina({
      filename: fileURLToPath(new URL('./tasks.js', import.meta.url)),
      minThreads: 0,
      maxThreads: options.threads || Math.max(1, availableParallelism() - 1),
      maxQueue: mostWaiting,
      idleTimeout: 30_000,
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes },
    })
  }

  /** Documents being worked on, and waiting for it. */
  get waiting(): number {
    return this.#threads.queueSize
  }

  /**
   * @param source the document whose size decides where the work is done
   * @throws what the task refuses; Refusal timeout, busy, too-large where its budget does not suffice
   */
  async run<N extends TaskName>(
    name: N,
    source: string | undefined,
    ...args: Parameters<Task<N>>
  ): Promise<Awaited<ReturnType<Task<N>>>> {
    if ((source?.length ?? 0) <= smallUpTo)
      return await (tasks[name] as (...args: readonly unknown[]) => ReturnType<Task<N>>)(...args)
    return await this.apart(name, ...args)
  }

  /**
   * Work that is never done in place, whatever its size.
   * @throws as run
   */
  async apart<N extends TaskName>(
    name: N,
    ...args: Parameters<Task<N>>
  ): Promise<Awaited<ReturnType<Task<N>>>> {
    const outcome = await this.#inThread({ name, args })
    if ('refusal' in outcome) {
      const { reason, message, details } = outcome.refusal
      throw new Refusal(reason, message, details)
    }
    return outcome.result as Awaited<ReturnType<Task<N>>>
  }

  async #inThread(order: Order): Promise<Outcome> {
    const seconds = this.#timeoutMs / 1000
    try {
      return (await this.#threads.run(order, { signal: AbortSignal.timeout(this.#timeoutMs) })) as Outcome
    } catch (error) {
      const { name, code, message } = error as NodeJS.ErrnoException
      if (name === 'AbortError' || name === 'TimeoutError')
        throw new Refusal(
          'timeout',
          `The document is not worked through within ${seconds} s ([limits] documentTime).`,
          { retryAfter: 60 },
          error,
        )
      if (code === 'ERR_WORKER_OUT_OF_MEMORY')
        throw new Refusal(
          'too-large',
          'The document needs more memory than [limits] documentMemory allows.',
          {},
          error,
        )
      if (/queue/i.test(message))
        throw new Refusal('busy', 'Too many large documents are being worked on.', { retryAfter: 5 }, error)
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#threads.destroy()
  }
}
