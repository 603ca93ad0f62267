// npm test: set-up, lint, all tests on a private Firebird server; the last line counts them.
import { join } from 'node:path'
import { root, run, runBeside, say, stop } from './run.mjs'
import { setUp } from './setup.mjs'
import { ensureTestTools } from './test-tools.mjs'

const names = process.argv.slice(2)
async function lint() {
  say('checking style …')
  if (!(await runBeside('npm', ['run', '--silent', 'lint'])))
    stop('The style check failed.', 'npm run format && npm run lint')
}
await setUp({ beside: names.length === 0 ? [lint] : [] })
ensureTestTools()
process.exit(
  run(process.execPath, ['--enable-source-maps', join(root, 'dist/test/support/run.js'), ...names]) ? 0 : 1,
)
