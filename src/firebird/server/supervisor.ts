// Keeps a private Firebird server going: one that has ended is started again at once, one that no longer answers is ended and started again,
// and one that will not start is tried again, less and less often. Several processes may watch the same server; the locks of private-server.ts
// let one of them act.

export interface SupervisorOptions {
  /** Whether the server's process lives */
  readonly isAlive: () => boolean
  /** Asks the server something; rejects where it does not answer in time */
  readonly probe: () => Promise<unknown>
  /** Starts it again. @param isHung its process lives and has to be ended first */
  readonly restart: (isHung: boolean) => Promise<void>
  readonly onEvent: (event: {
    readonly sentence: string
    readonly isOver: boolean
    readonly cause?: unknown
  }) => void
  readonly lookEveryMs?: number
  readonly probeEveryMs?: number
  /** How long a living server may leave probes unanswered: a busy machine is no hung server */
  readonly hungAfterMs?: number
}

const longestPauseMs = 60_000

export class Supervisor {
  readonly #options: Required<SupervisorOptions>
  #timer: NodeJS.Timeout | undefined
  #nextProbeAt = 0
  #silentSince: number | undefined
  #trouble: string | undefined
  #restarts = 0
  #isStopped = false

  constructor(options: SupervisorOptions) {
    this.#options = { lookEveryMs: 500, probeEveryMs: 10_000, hungAfterMs: 45_000, ...options }
  }

  /** What is wrong with the server, as a sentence; undefined while it is well. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts
  }

  start(): void {
    this.#nextProbeAt = Date.now() + this.#options.probeEveryMs
    this.#again(this.#options.lookEveryMs)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #again(afterMs: number): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(
      () => void this.#look().then(() => this.#again(this.#options.lookEveryMs)),
      afterMs,
    )
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const { isAlive, probe, probeEveryMs, hungAfterMs } = this.#options
    if (!isAlive()) return await this.#restart('has ended', false)
    if (Date.now() < this.#nextProbeAt) return
    try {
      await probe()
      this.#silentSince = undefined
    } catch {
      this.#silentSince ??= Date.now()
    }
    this.#nextProbeAt = Date.now() + probeEveryMs
    if (this.#silentSince !== undefined && Date.now() - this.#silentSince >= hungAfterMs)
      await this.#restart('does not answer any more', true)
  }

  async #restart(what: string, isHung: boolean): Promise<void> {
    this.#trouble = `The private Firebird server ${what}; it is being started again.`
    this.#options.onEvent({ sentence: this.#trouble, isOver: false })
    for (let attempt = 1; !this.#isStopped; attempt++) {
      try {
        await this.#options.restart(isHung)
        break
      } catch (cause) {
        const pauseMs = Math.min(longestPauseMs, 1000 * 2 ** (attempt - 1))
        this.#trouble = `The private Firebird server ${what} and did not start again (attempt ${attempt}); the next is in ${pauseMs / 1000} s.`
        this.#options.onEvent({ sentence: this.#trouble, isOver: false, cause })
        await new Promise(resolve => setTimeout(resolve, pauseMs).unref())
      }
    }
    if (this.#isStopped) return
    this.#restarts++
    this.#silentSince = undefined
    this.#nextProbeAt = Date.now() + this.#options.probeEveryMs
    this.#trouble = undefined
    this.#options.onEvent({ sentence: 'The private Firebird server runs again.', isOver: true })
  }
}
