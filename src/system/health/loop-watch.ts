// Watches the event loop: whatever holds it holds every request, tiles and health included. How late it is stands in /metrics; when it was held
// for long, the log names the requests that were being answered.
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyBaseLogger } from 'fastify'
import type { App, Figure } from '../../http/module.ts'

const everyMs = 50
const resolutionMs = 10
const nanosecond = 1e-9

export class LoopWatch {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs })
  readonly #underWay = new Map<string, string>()
  readonly #log: FastifyBaseLogger
  readonly #warnFromMs: number
  #timer: NodeJS.Timeout | undefined
  #held = 0

  /** @param warnFromMs how long the loop may be held without a word */
  constructor(log: FastifyBaseLogger, warnFromMs: number) {
    this.#log = log
    this.#warnFromMs = warnFromMs
  }

  start(): void {
    this.#histogram.enable()
    let last = performance.now()
    this.#timer = setInterval(() => {
      const now = performance.now()
      const heldMs = now - last - everyMs
      last = now
      if (heldMs < this.#warnFromMs) return
      this.#held++
      this.#log.warn(
        { ms: Math.round(heldMs), requests: Object.fromEntries(this.#underWay) },
        'the event loop was held',
      )
    }, everyMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#histogram.disable()
  }

  /** Knows from here on which requests are being answered, by their ids. */
  follow(app: App): void {
    app.addHook('onRequest', async request => {
      this.#underWay.set(request.id, `${request.method} ${request.url.split('?')[0]}`)
    })
    app.addHook('onResponse', async request => void this.#underWay.delete(request.id))
    app.addHook('onRequestAbort', async request => void this.#underWay.delete(request.id))
  }

  /** Since the last time. */
  figures(): Figure[] {
    const seconds = (nanoseconds: number): number =>
      Math.max(0, nanoseconds * nanosecond - resolutionMs / 1000)
    const values = {
      'quantile="0.5"': seconds(this.#histogram.percentile(50)),
      'quantile="0.99"': seconds(this.#histogram.percentile(99)),
      'quantile="1"': seconds(this.#histogram.max),
    }
    this.#histogram.reset()
    return [
      {
        name: 'firefolio_event_loop_delay_seconds',
        kind: 'gauge',
        help: 'How late the event loop was, since the last look.',
        values,
      },
      {
        name: 'firefolio_event_loop_held_total',
        kind: 'counter',
        help: 'Times that the event loop was held longer than [log] slowLoop.',
        values: { '': this.#held },
      },
    ]
  }
}
