// Hands masters to processes that judge them and make access packs of them (ingest-process.ts). One that dies or hangs costs the page it had, and
// nothing else: the page gets a verdict.
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../errors.ts'
import { isNoRoom, placeFault } from '../whole-files.ts'
import type { IngestAnswer, IngestWork, JudgeOrder, PackOrder } from './ingest-process.ts'
import { systemFault } from './own-files.ts'
import type { BuiltPack } from './pack/build.ts'
import type { Verdict } from './probe.ts'
import { AnsweredLate, EndedUnanswered, Processes } from './processes.ts'

export type { BuiltPack } from './pack/build.ts'

/** What the system said when a master was judged: what has to be decoded first is decoded into the folder for what is temporary; nothing else is written. */
async function judgingFault(error: NodeJS.ErrnoException): Promise<unknown> {
  if (error.code === undefined) return error
  if (isNoRoom(error)) return await placeFault(error, { option: 'TMPDIR', folder: tmpdir() })
  return new Refusal(
    'unavailable',
    `The master could not be read, or not be decoded into the folder of TMPDIR: the system says ${error.code}. Nothing was stored.`,
    { retryAfter: 60 },
    error,
  )
}

export class Ingest {
  readonly #processes: Processes<IngestWork, IngestAnswer>
  readonly #timeoutMs: number

  /** @param timeoutMs for one page */
  constructor(options: { processes: number; timeoutMs: number; memoryMegabytes: number }) {
    this.#timeoutMs = options.timeoutMs
    this.#processes = new Processes({
      program: fileURLToPath(new URL('./ingest-process.js', import.meta.url)),
      most: options.processes,
      timeoutMs: options.timeoutMs,
      goesOn: answer => !('fault' in answer),
      // its decoders end with it
      isGroup: true,
      fork: () => ({
        serialization: 'advanced',
        execArgv: [`--max-old-space-size=${options.memoryMegabytes}`],
        // glibc keeps what libvips frees in an arena a thread; two are enough and keep the process small
        env: { ...process.env, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2', VIPS_CONCURRENCY: '1' },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }),
    })
  }

  /** @throws Refusal not-processable with the verdict; Error where the machine, not the master, is at fault */
  async build(order: PackOrder): Promise<BuiltPack> {
    const answer = await this.#order({ build: order })
    if (!('built' in answer)) throw new Error('The decoder answered something else.')
    return answer.built
  }

  /** @param order page 0-based, of a PDF. @throws Refusal insufficient-storage, unavailable; Error where the machine, not the master, is at fault */
  async judge(order: JudgeOrder): Promise<Verdict> {
    try {
      const answer = await this.#order({ judge: order })
      if (!('judged' in answer)) throw new Error('The decoder answered something else.')
      return answer.judged
    } catch (error) {
      if (!(error instanceof Refusal)) throw await judgingFault(error as NodeJS.ErrnoException)
      return { ok: false, code: 'truncated', sentence: error.message }
    }
  }

  /** Ends the processes that have nothing to do; the others when they are done. */
  close(): void {
    this.#processes.close()
  }

  async #order(work: IngestWork): Promise<IngestAnswer> {
    const answer = await this.#processes.order(work).catch((error: unknown) => {
      if (error instanceof EndedUnanswered)
        throw new Refusal('not-processable', 'The master made its decoder end without an answer.', {}, error)
      if (error instanceof AnsweredLate)
        throw new Refusal(
          'not-processable',
          `The master was not decoded within ${this.#timeoutMs / 1000} s ([images] ingestTimeout).`,
          {},
          error,
        )
      throw error
    })
    if ('fault' in answer) throw systemFault(answer)
    if ('verdict' in answer) throw new Refusal('not-processable', answer.verdict)
    return answer
  }
}
