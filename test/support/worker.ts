// A process that runs files of tests, one after the other, as their names come in on its standard input. After each it tells what the
// file came to, by the same line that a file run by itself ends with.
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import root from 'tap'
import { endings } from './endings.ts'
import { runAsTest, takeUncaught } from './tap.ts'

const timeoutMs = Number(process.env['TAP_TIMEOUT']) * 1000
root.setTimeout(0)
takeUncaught()
for await (const file of createInterface({ input: process.stdin })) {
  const counts = await runAsTest(file, timeoutMs, () => import(pathToFileURL(resolve(file)).href))
  // not as a comment of the root's, which would come with its next test
  process.stdout.write(`# ${inspect(counts)}\n`)
}
for (const end of endings) await end()
// what a file left open holds nobody up
process.exit()
