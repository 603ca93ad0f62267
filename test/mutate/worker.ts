// A process that runs files of tests with one change of meaning at a time: the changes are all in the code, and a switch says which of them holds.
// After each file it tells by one line what the file came to, and without a change which of them its tests pass by.
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import root from 'tap'
import { runAsTest, takeUncaught } from '../support/tap.ts'
import type { Ran, Wanted } from './processes.ts'

/** What the mutated code looks at (@stryker-mutator/instrumenter). */
interface Switches {
  activeMutant?: string | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
  mutantCoverage?: { readonly static: Record<string, number> }
}
const switches = ((globalThis as { __stryker__?: Switches }).__stryker__ ??= {})

const timeoutMs = Number(process.env['TAP_TIMEOUT']) * 1000
root.setTimeout(0)
takeUncaught()
let runs = 0
for await (const line of createInterface({ input: process.stdin })) {
  const { file, mutant, hitLimit } = JSON.parse(line) as Wanted
  const hits = switches.mutantCoverage?.static ?? {}
  for (const id of Object.keys(hits)) delete hits[id]
  Object.assign(switches, { activeMutant: mutant, hitCount: mutant === undefined ? undefined : 0, hitLimit })
  // the file alone is loaded anew: what it tests stays warm
  const load = () => import(`${pathToFileURL(resolve(file)).href}?run=${++runs}`)
  const counts = (await runAsTest(file, timeoutMs, load)) as { fail?: number; pass?: number }
  switches.activeMutant = undefined
  const ran: Ran = {
    isGood: (counts.fail ?? 0) === 0 && (counts.pass ?? 0) > 0,
    hits: mutant === undefined ? (switches.mutantCoverage?.static ?? {}) : {},
  }
  process.stdout.write(`#ran ${JSON.stringify(ran)}\n`)
}
process.exit()
