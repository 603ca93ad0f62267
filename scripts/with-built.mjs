// Runs a built program after the set-up: the benchmarks and the long tests.
import { join } from 'node:path'
import { root, run } from './run.mjs'
import { setUp } from './setup.mjs'

await setUp()
const [program, ...args] = process.argv.slice(2)
process.exit(
  run(process.execPath, ['--enable-source-maps', '--expose-gc', join(root, program), ...args]) ? 0 : 1,
)
