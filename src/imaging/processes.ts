// Processes that take orders one after the other, each answered by a message with the number of its order. One that dies or hangs costs the order it had, and
// nothing else: the next order has a new process.
import { type ChildProcess, fork, type ForkOptions } from 'node:child_process'

/** A process without work ends after this. */
const idleMs = 30_000
/** One that is told to end and does not is killed after this. */
const endMs = 2000

/** The process ended without an answer. */
export class EndedUnanswered extends Error {}
/** The answer did not come in time. */
export class AnsweredLate extends Error {}

interface Worker {
  readonly process: ChildProcess
  idle: NodeJS.Timeout | undefined
}

export interface ProcessesOptions<Answer> {
  /** Path of a module that answers messages */
  readonly program: string
  /** So many at a time */
  readonly most: number
  /** For one order, unless it says otherwise */
  readonly timeoutMs: number
  /** Whether each has a group of its own: it is killed together with what it has started, and Ctrl-C, which is for the server, does not reach it */
  readonly isGroup?: boolean
  /** Asked for each process: the environment may have changed */
  readonly fork: () => ForkOptions
  /** Whether the process may have another order after such an answer, or is ended */
  readonly goesOn?: (answer: Answer) => boolean
}

export class Processes<Order extends object, Answer extends { readonly id: number }> {
  readonly #options: ProcessesOptions<Answer>
  readonly #free: Worker[] = []
  readonly #waiting: (() => void)[] = []
  #open = 0
  #nextId = 1
  #closed = false

  constructor(options: ProcessesOptions<Answer>) {
    this.#options = options
  }

  /** @throws EndedUnanswered @throws AnsweredLate */
  async order(work: Order, timeoutMs = this.#options.timeoutMs): Promise<Answer> {
    const worker = await this.#take()
    let isSound = false
    try {
      const answer = await this.#exchange(worker.process, { ...work, id: this.#nextId++ }, timeoutMs)
      isSound = worker.process.connected && (this.#options.goesOn?.(answer) ?? true)
      return answer
    } finally {
      this.#give(worker, isSound)
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
      if (this.#open < this.#options.most) {
        this.#open++
        const { program, isGroup = false } = this.#options
        return { process: fork(program, { ...this.#options.fork(), detached: isGroup }), idle: undefined }
      }
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }

  #give(worker: Worker, isSound: boolean): void {
    if (!isSound || this.#closed) {
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
    const timer = setTimeout(() => this.#kill(worker.process), endMs)
    timer.unref()
    worker.process.once('exit', () => clearTimeout(timer))
  }

  /** Ends a process at once; one that has a group of its own with what it has started. */
  #kill({ pid }: ChildProcess): void {
    try {
      if (pid !== undefined) process.kill(this.#options.isGroup ? -pid : pid, 'SIGKILL')
    } catch {
      // it has ended, and left nothing behind
    }
  }

  #exchange(child: ChildProcess, order: Order & { readonly id: number }, timeoutMs: number): Promise<Answer> {
    child.ref()
    child.channel?.ref()
    return new Promise((resolve, reject) => {
      const finish = (work: () => void) => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onEnd)
        child.off('error', onEnd)
        work()
      }
      const onMessage = (answer: unknown) => {
        if ((answer as Answer).id === order.id) finish(() => resolve(answer as Answer))
      }
      const onEnd = () => {
        this.#kill(child)
        finish(() => reject(new EndedUnanswered('The process ended without an answer.')))
      }
      const timer = setTimeout(() => {
        this.#kill(child)
        finish(() => reject(new AnsweredLate(`There was no answer within ${timeoutMs / 1000} s.`)))
      }, timeoutMs)
      child.on('message', onMessage)
      child.once('exit', onEnd)
      child.once('error', onEnd)
      child.send(order)
    })
  }
}
