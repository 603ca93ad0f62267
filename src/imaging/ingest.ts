// Hands masters to processes that judge them and make access packs of them (ingest-process.ts). A process that dies or hangs costs the page it had, and
// nothing else: the page gets a verdict, the next page a new process.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../errors.ts'
import type { IngestAnswer, IngestOrder, JudgeOrder, PackOrder } from './ingest-process.ts'
import type { BuiltPack } from './pack/build.ts'
import type { Verdict } from './probe.ts'

export type { BuiltPack } from './pack/build.ts'

const program = fileURLToPath(new URL('./ingest-process.js', import.meta.url))
/** A process without work ends after this. */
const idleMs = 30_000

/** Ends a process at once, with the decoders that it has started. */
function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended, and left nothing behind
  }
}

interface Worker {
  readonly process: ChildProcess
  idle: NodeJS.Timeout | undefined
}

export class Ingest {
  readonly #processes: number
  readonly #timeoutMs: number
  readonly #memoryMegabytes: number
  readonly #free: Worker[] = []
  readonly #waiting: (() => void)[] = []
  #open = 0
  #nextId = 1
  #closed = false

  /** @param timeoutMs for one page */
  constructor(options: { processes: number; timeoutMs: number; memoryMegabytes: number }) {
    this.#processes = options.processes
    this.#timeoutMs = options.timeoutMs
    this.#memoryMegabytes = options.memoryMegabytes
  }

  /** @throws Refusal not-processable with the verdict; Error where the machine, not the master, is at fault */
  async build(order: PackOrder): Promise<BuiltPack> {
    const answer = await this.#order({ build: order })
    if (!('built' in answer)) throw new Error('The decoder answered something else.')
    return answer.built
  }

  /** @param order page 0-based, of a PDF. @throws Error where the machine, not the master, is at fault */
  async judge(order: JudgeOrder): Promise<Verdict> {
    try {
      const answer = await this.#order({ judge: order })
      if (!('judged' in answer)) throw new Error('The decoder answered something else.')
      return answer.judged
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { ok: false, code: 'truncated', sentence: error.message }
    }
  }

  async #order(work: { judge: JudgeOrder } | { build: PackOrder }): Promise<IngestAnswer> {
    const worker = await this.#take()
    let healthy = true
    try {
      const answer = await this.#exchange(worker, { ...work, id: this.#nextId++ })
      if ('fault' in answer) throw new Error(answer.fault)
      if ('verdict' in answer) throw new Refusal('not-processable', answer.verdict)
      return answer
    } catch (error) {
      healthy = error instanceof Refusal && worker.process.connected && worker.process.exitCode === null
      throw error
    } finally {
      this.#give(worker, healthy)
    }
  }

  /** Ends the processes that have nothing to do; the others when they are done. */
  close(): void {
    this.#closed = true
    for (const worker of this.#free.splice(0)) this.#end(worker)
  }

  async #take(): Promise<Worker> {
    for (;;) {
      const free = this.#free.pop()
      if (free) {
        clearTimeout(free.idle)
        if (free.process.connected) return free
        this.#open--
        continue
      }
      if (this.#open < this.#processes) {
        this.#open++
        return { process: this.#start(), idle: undefined }
      }
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }

  #start(): ChildProcess {
    return fork(program, {
      // a group of its own: it can be ended together with its decoders, and Ctrl-C is for the server, which lets it finish
      detached: true,
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${this.#memoryMegabytes}`],
      // glibc keeps what libvips frees in an arena a thread; two are enough and keep the process small
      env: { ...process.env, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2', VIPS_CONCURRENCY: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
  }

  #give(worker: Worker, healthy: boolean): void {
    if (!healthy || this.#closed) {
      this.#end(worker)
      this.#open--
    } else {
      worker.idle = setTimeout(() => {
        this.#free.splice(this.#free.indexOf(worker), 1)
        this.#open--
        this.#end(worker)
      }, idleMs)
      worker.idle.unref()
      worker.process.unref()
      worker.process.channel?.unref()
      this.#free.push(worker)
    }
    this.#waiting.shift()?.()
  }

  #end(worker: Worker): void {
    clearTimeout(worker.idle)
    if (worker.process.connected) worker.process.disconnect()
    // it ends by itself when it is idle; one that hangs does not
    const timer = setTimeout(() => kill(worker.process), 2000)
    timer.unref()
    worker.process.once('exit', () => clearTimeout(timer))
  }

  #exchange({ process: child }: Worker, order: IngestOrder): Promise<IngestAnswer> {
    child.ref()
    child.channel?.ref()
    return new Promise((resolve, reject) => {
      const finish = (work: () => void) => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        child.off('error', onExit)
        work()
      }
      const onMessage = (answer: unknown) => {
        if ((answer as IngestAnswer).id === order.id) finish(() => resolve(answer as IngestAnswer))
      }
      const onExit = () => {
        kill(child)
        finish(() =>
          reject(new Refusal('not-processable', 'The master made its decoder end without an answer.')),
        )
      }
      const timer = setTimeout(() => {
        kill(child)
        finish(() =>
          reject(
            new Refusal(
              'not-processable',
              `The master was not decoded within ${this.#timeoutMs / 1000} s ([images] ingestTimeout).`,
            ),
          ),
        )
      }, this.#timeoutMs)
      child.on('message', onMessage)
      child.once('exit', onExit)
      child.once('error', onExit)
      child.send(order)
    })
  }
}
