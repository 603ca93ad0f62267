// Figures in Prometheus' text format. Requests are counted by route, not by address, so that the number of series is bounded.
import type { App, Figure } from '../../http/module.ts'
import type { PoolMetrics } from '../../firebird/pool.ts'

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Series {
  count: number
  seconds: number
  readonly buckets: number[]
}
const series = new Map<string, Series>()

/** Counts every answered request. */
export function requestMetrics(app: App): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown')
    const key = `method="${request.method}",route="${route}",status="${Math.floor(reply.statusCode / 100)}xx"`
    let entry = series.get(key)
    if (!entry) series.set(key, (entry = { count: 0, seconds: 0, buckets: bounds.map(() => 0) }))
    const seconds = reply.elapsedTime / 1000
    entry.count++
    entry.seconds += seconds
    bounds.forEach((bound, at) => {
      if (seconds <= bound && entry) entry.buckets[at] = (entry.buckets[at] ?? 0) + 1
    })
  })
}

const line = (name: string, labels: string, value: number): string =>
  `${name}${labels ? `{${labels}}` : ''} ${value}`

export function renderMetrics(state: {
  readonly pool: PoolMetrics
  readonly cacheBytes: number
  readonly jobs: Readonly<Record<string, number>> | undefined
  readonly figures: readonly Figure[]
}): string {
  const out: string[] = []
  const metric = (
    name: string,
    kind: 'counter' | 'gauge' | 'histogram',
    help: string,
    lines: readonly string[],
  ) => out.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines)
  metric(
    'firefolio_request_seconds',
    'histogram',
    'Time of answered requests by route.',
    [...series].flatMap(([labels, entry]) => [
      ...bounds.map((bound, at) =>
        line('firefolio_request_seconds_bucket', `${labels},le="${bound}"`, entry.buckets[at] ?? 0),
      ),
      line('firefolio_request_seconds_bucket', `${labels},le="+Inf"`, entry.count),
      line('firefolio_request_seconds_sum', labels, entry.seconds),
      line('firefolio_request_seconds_count', labels, entry.count),
    ]),
  )
  const { pool } = state
  metric('firefolio_pool_connections', 'gauge', 'Database connections by state.', [
    line('firefolio_pool_connections', 'state="idle"', pool.idle),
    line('firefolio_pool_connections', 'state="busy"', pool.open - pool.idle),
  ])
  metric('firefolio_pool_size', 'gauge', 'Most database connections.', [
    line('firefolio_pool_size', '', pool.size),
  ])
  metric('firefolio_pool_waiting', 'gauge', 'Requests waiting for a connection.', [
    line('firefolio_pool_waiting', '', pool.waiting),
  ])
  metric('firefolio_pool_acquired_total', 'counter', 'Connections handed out.', [
    line('firefolio_pool_acquired_total', '', pool.acquired),
  ])
  metric('firefolio_pool_timeouts_total', 'counter', 'Requests that got no connection in time.', [
    line('firefolio_pool_timeouts_total', '', pool.timedOut),
  ])
  metric('firefolio_cache_bytes', 'gauge', 'Bytes of rendered images on disk.', [
    line('firefolio_cache_bytes', '', state.cacheBytes),
  ])
  if (state.jobs)
    metric(
      'firefolio_jobs',
      'gauge',
      'Jobs by state.',
      Object.entries(state.jobs).map(([name, count]) => line('firefolio_jobs', `state="${name}"`, count)),
    )
  for (const { name, kind, help, values } of state.figures)
    metric(
      name,
      kind,
      help,
      Object.entries(values).map(([labels, value]) => line(name, labels, value)),
    )
  const memory = process.memoryUsage()
  metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', [
    line('process_resident_memory_bytes', '', memory.rss),
  ])
  metric('process_heap_bytes', 'gauge', 'Used heap.', [line('process_heap_bytes', '', memory.heapUsed)])
  return `${out.join('\n')}\n`
}
