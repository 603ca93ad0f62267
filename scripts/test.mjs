// npm test: set-up, lint, all tests on a private Firebird server; the last line counts them.
import { join } from 'node:path'
import { root, run, say, stop } from './run.mjs'
import { setUp } from './setup.mjs'
import { ensureTestTools } from './test-tools.mjs'

setUp()
ensureTestTools()
const names = process.argv.slice(2)
if (names.length === 0) {
  say('checking style …')
  if (!run('npm', ['run', '--silent', 'lint']))
    stop('The style check failed.', 'npm run format && npm run lint')
}
process.exit(
  run(process.execPath, ['--enable-source-maps', join(root, 'dist/test/support/run.js'), ...names]) ? 0 : 1,
)
