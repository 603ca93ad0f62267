// Takes jobs from the queue and runs their handlers, a few at a time, inside the server or as `firefolio worker`.
import { hostname } from 'node:os'
import type { Db } from '../firebird/database.ts'
import { FirebirdFault } from '../firebird/faults.ts'
import { type Reason, Refusal } from '../errors.ts'
import { type Lane, laneOf, lanes } from './lanes.ts'
import * as queue from './queue.ts'

export interface JobContext {
  readonly job: queue.Job
  /** Notes progress, five times a second at most; throws JobCancelled when somebody cancelled the job or another worker has it. */
  readonly progress: (done: number, total?: number) => Promise<void>
  /** Changes what the job was ordered with, so that its next attempt goes on where this one stood. */
  readonly keep: (payload: unknown) => Promise<void>
  /**
   * Ends the job in the transaction of its effect, as the last step of it: both commit, or neither. Whoever is killed right after it is not
   * followed by another worker that does the same once more, and one that was silent too long, and lost the job, changes nothing.
   * @throws JobCancelled where another worker has it
   */
  readonly end: (trx: Db, result: unknown) => Promise<void>
}

/** Does the work of one kind; may be run again after a crash. What it returns is the job's result. */
export type JobHandler<S> = (services: S, context: JobContext) => Promise<unknown>

export class JobCancelled extends Error {}

/** How often progress is noted. */
const tellEveryMs = 200

export interface RunnerOptions<S> {
  readonly db: Db
  readonly services: S
  readonly handlers: ReadonlyMap<string, JobHandler<S>>
  /** Jobs at the same time in each lane */
  readonly concurrency: number
  /** Jobs at the same time of single kinds, where that is fewer */
  readonly perKind?: ReadonlyMap<string, number>
  readonly leaseS: number
  readonly pollMs: number
  /** Called at most once in pollMs, never beside itself: what is to be done without a job */
  readonly follow?: () => Promise<void>
  readonly onFollowError?: (error: unknown) => void
  readonly onEnd: (job: queue.Job, outcome: { state: string; ms: number; error?: unknown }) => void
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Reasons of refusals that pass by themselves, or by somebody's hand. */
const passing: ReadonlySet<Reason> = new Set(['unavailable', 'busy', 'timeout', 'insufficient-storage'])

export class JobRunner<S> {
  readonly #options: RunnerOptions<S>
  readonly #worker = `${hostname()}:${process.pid}:${Math.random().toString(36).slice(2, 8)}`
  readonly #running = new Set<Promise<void>>()
  readonly #underWay = new Map<string, number>()
  #following: Promise<void> | undefined
  #stopping = false
  #followed = 0
  #loop: Promise<void> | undefined
  #wake: (() => void) | undefined

  constructor(options: RunnerOptions<S>) {
    this.#options = options
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** Looks at the queue now rather than at the next poll. */
  wake(): void {
    this.#wake?.()
  }

  /** Takes no more jobs; waits for the running ones at most graceMs (their leases then run out). */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#loop
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      Promise.all([...this.#running, this.#following]),
      new Promise(resolve => (timer = setTimeout(resolve, graceMs))),
    ])
    clearTimeout(timer)
  }

  /** Runs what is due until nothing is: for the command line and tests. */
  async drain(): Promise<number> {
    let count = 0
    for (;;) {
      await this.#options.follow?.()
      const job = await queue.claim(this.#options.db, this.#worker, this.#options.leaseS)
      if (!job) return count
      await this.#one(job)
      count++
    }
  }

  /** Followers have a lane of their own: jobs do not wait for them. */
  #follow(): void {
    if (this.#following || Date.now() - this.#followed < this.#options.pollMs) return
    this.#followed = Date.now()
    this.#following = (async () => {
      try {
        await this.#options.follow?.()
      } catch (error) {
        this.#options.onFollowError?.(error)
      } finally {
        this.#following = undefined
      }
    })()
  }

  #full(): { lanes: Lane[]; kinds: string[] } {
    const inLane = (lane: Lane) =>
      [...this.#underWay].reduce((sum, [kind, count]) => sum + (laneOf(kind) === lane ? count : 0), 0)
    return {
      lanes: lanes.filter(lane => inLane(lane) >= this.#options.concurrency),
      kinds: [...(this.#options.perKind ?? [])]
        .filter(([kind, most]) => (this.#underWay.get(kind) ?? 0) >= most)
        .map(([kind]) => kind),
    }
  }

  #count(kind: string, by: number): void {
    this.#underWay.set(kind, (this.#underWay.get(kind) ?? 0) + by)
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#follow()
      let job: queue.Job | undefined
      const full = this.#full()
      if (full.lanes.length < lanes.length) {
        try {
          job = await queue.claim(this.#options.db, this.#worker, this.#options.leaseS, full)
        } catch {
          await pause(1000) // the database is away; requests tell of it
        }
      }
      if (job) {
        const { kind } = job
        this.#count(kind, 1)
        const run = this.#one(job).finally(() => {
          this.#count(kind, -1)
          this.#running.delete(run)
          this.#wake?.()
        })
        this.#running.add(run)
        continue
      }
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, this.#options.pollMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
  }

  async #one(job: queue.Job): Promise<void> {
    const { db, leaseS, handlers, services, onEnd } = this.#options
    const started = Date.now()
    let done = job.done
    let total = job.total ?? undefined
    let { attempts } = job
    let lost = false
    /** What the attempt before left to do */
    const leftBefore = attempts > 1 && job.total !== null ? job.total - job.done : undefined
    const beat = async () => {
      // who comes further than the attempt before is not stuck: a long job outlives any number of workers
      if (leftBefore !== undefined && total !== undefined && total - done < leftBefore) attempts = 1
      const state = await queue.heartbeat(db, {
        id: job.id,
        worker: this.#worker,
        leaseS,
        done,
        total,
        attempts,
      })
      if (!state.held) lost = true
      return state
    }
    const timer = setInterval(() => void beat().catch(() => {}), (leaseS * 1000) / 3)
    let toldAt = -Infinity
    let isCancelled = false
    let later: NodeJS.Timeout | undefined
    const tell = async () => {
      toldAt = performance.now()
      if ((await beat()).cancel) isCancelled = true
    }
    const context: JobContext = {
      job,
      progress: async (at, of) => {
        done = at
        if (of !== undefined) total = of
        // a step may be a record of thousands, and each note is a commit
        const wait = toldAt + tellEveryMs - performance.now()
        if (wait <= 0) await tell()
        else
          later ??= setTimeout(() => {
            later = undefined
            void tell().catch(() => {})
          }, wait)
        if (isCancelled) throw new JobCancelled()
      },
      keep: payload => queue.keep(db, job.id, this.#worker, payload),
      end: async (trx, result) => {
        if (!(await queue.finish(trx, job.id, this.#worker, { state: 'done', result })))
          throw new JobCancelled()
      },
    }
    try {
      const handler = handlers.get(job.kind)
      if (!handler) throw new Refusal('not-processable', `There is no job of the kind ${job.kind}.`)
      const result = await handler(services, context)
      await beat()
      await queue.finish(db, job.id, this.#worker, { state: 'done', result })
      onEnd(job, { state: 'done', ms: Date.now() - started })
    } catch (error) {
      // how far it came
      if (later) await beat().catch(() => {})
      await this.#failed({ ...job, attempts }, error, lost).catch(() => {})
      onEnd(job, {
        state: error instanceof JobCancelled ? 'cancelled' : 'failed',
        ms: Date.now() - started,
        error,
      })
    } finally {
      clearInterval(timer)
      clearTimeout(later)
    }
  }

  async #failed(job: queue.Job, error: unknown, lost: boolean): Promise<void> {
    const { db } = this.#options
    if (lost) return
    if (error instanceof JobCancelled) {
      await queue.finish(db, job.id, this.#worker, { state: 'cancelled' })
      return
    }
    const sentence =
      error instanceof Refusal || error instanceof FirebirdFault
        ? error.message
        : 'An unexpected error; see the log.'
    // a refusal will not change by itself; everything else may, a disk that is full among it
    const isFinal = error instanceof Refusal && !passing.has(error.reason)
    if (isFinal || job.attempts >= job.maxAttempts)
      await queue.finish(db, job.id, this.#worker, { state: 'failed', error: sentence })
    else await queue.postpone(db, job.id, this.#worker, Math.min(600, 5 * 3 ** (job.attempts - 1)), sentence)
  }
}
