// The root of all tests: each file of tests is a process of its own below it, so many at once as there are cores, and one more,
// because files wait as well. `tap run` would start each process, and all that it starts in turn, with two hooks on the loading
// of modules (for mocks and for coverage, neither of which is used here): they double the time that a process needs to begin.
import { availableParallelism } from 'node:os'
import t from 'tap'

/** Seconds that a file may take; a soak gives more. */
const limitS = Number(process.env['FIREFOLIO_TEST_LIMIT_S'] ?? 300)

t.jobs = availableParallelism() + 1
// each file has its limit, the whole has none
t.setTimeout(0)
for (const file of process.argv.slice(2))
  void t.spawn(
    process.execPath,
    ['--enable-source-maps', file],
    {
      buffered: true,
      timeout: limitS * 1000,
      env: { ...process.env, TAP_TIMEOUT: String(limitS) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
    file,
  )
