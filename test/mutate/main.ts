// npm run mutate -- [number] [target …]: makes small changes of meaning, one at a time, and tells which of them the tests do not notice. So many of
// each target are tried (40; 0 is all), drawn by FIREFOLIO_SEED. Ends with 1 where fewer are noticed than `bar` says.
import { randomInt } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { usePrivateServer } from '../../src/firebird/server/private-server.ts'
import { root } from '../../src/root.ts'
import { withTemplate } from '../support/database.ts'
import { type Mutant, mutatedTree } from './instrument.ts'
import { Mutated } from './processes.ts'
import { type Target, targets } from './targets.ts'

/** Per cent of the changes that are to be noticed. */
const bar = 85
const told = process.argv.slice(2)
const cases = Number(told.find(word => /^\d+$/.test(word)) ?? 40)
const seed = Number(process.env['FIREFOLIO_SEED'] ?? randomInt(2 ** 31))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** As many as wanted, drawn by the seed (mulberry32). */
function drawn<Case>(all: readonly Case[], count: number): Case[] {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const keyed = all.map(each => ({ each, key: next() })).sort((a, b) => a.key - b.key)
  return keyed.slice(0, count === 0 ? all.length : count).map(({ each }) => each)
}

interface TestOf {
  readonly file: string
  readonly ms: number
  readonly hits: Readonly<Record<string, number>>
}

/** Runs the tests of a target unchanged: how long each takes, and which changes it passes by while it runs. */
async function testsOf({ tests }: Target, process: Mutated): Promise<TestOf[]> {
  const found: TestOf[] = []
  for (const name of tests) {
    const file = `dist/test/${name}.test.js`
    // the first time what it tests is loaded: what is passed by then and never again cannot be switched
    await process.run({ file }, 600_000)
    const started = Date.now()
    const ran = await process.run({ file }, 600_000)
    if (!ran?.isGood) throw new Error(`${file} fails without any change.`)
    found.push({ file, ms: Date.now() - started, hits: ran.hits })
  }
  return found
}

/** @returns whether one of the tests notices the change */
async function isNoticed(mutant: Mutant, tests: readonly TestOf[], process: Mutated): Promise<boolean> {
  for (const { file, ms, hits } of tests) {
    const known = hits[mutant.id] ?? 0
    if (known === 0) continue
    const ran = await process.run({ file, mutant: mutant.id, hitLimit: known * 100 }, ms * 5 + 10_000)
    if (!ran?.isGood) return true
  }
  return false
}

const named = told.filter(word => !/^\d+$/.test(word))
const chosen = Object.entries(targets).filter(([name]) => named.length === 0 || named.includes(name))
if (chosen.length === 0)
  throw new Error(`There is no such target; there are ${Object.keys(targets).join(', ')}.`)
say(`FIREFOLIO_SEED=${seed}`)
const folder = join(root, 'var/mutate')
const home = join(folder, 'tree')
const temporary = join(tmpdir(), `firefolio-mutate-${process.pid}`)
mkdirSync(temporary, { recursive: true })
const mutants = await mutatedTree(
  home,
  chosen.flatMap(([, { sources }]) => sources),
)
const server = await usePrivateServer(join(folder, 'firebird'))
const rows: string[] = []
let [noticed, tried] = [0, 0]
try {
  const facts = await withTemplate(server)
  const environment = {
    FIREFOLIO_TEST_SERVER: JSON.stringify(facts),
    TZ: 'Europe/Vienna',
    TMPDIR: temporary,
    // of the tests' own random cases
    FIREFOLIO_SEED: undefined,
  }
  const processes = Array.from({ length: availableParallelism() }, () => new Mutated(home, environment))
  for (const [name, target] of chosen) {
    const tests = await testsOf(target, processes[0] as Mutated)
    const own = mutants.filter(({ file }) => target.sources.includes(file))
    const reached = own.filter(({ id }) => tests.some(({ hits }) => (hits[id] ?? 0) > 0))
    const waiting = drawn(reached, cases)
    const count = waiting.length
    const survivors: Mutant[] = []
    await Promise.all(
      processes.map(async each => {
        for (let mutant = waiting.shift(); mutant; mutant = waiting.shift())
          if (!(await isNoticed(mutant, tests, each))) survivors.push(mutant)
      }),
    )
    for (const { place, mutator, original, replacement } of survivors)
      say(`  survived ${place} ${mutator}: ${original.slice(0, 80)} → ${replacement.slice(0, 80)}`)
    const killed = count - survivors.length
    noticed += killed
    tried += count
    const row = `| ${name} | ${killed} of ${count} | ${((killed / Math.max(1, count)) * 100).toFixed(0)} % | ${own.length - reached.length} |`
    say(row)
    rows.push(row)
  }
  for (const each of processes) each.end()
} finally {
  await server.release()
  for (const gone of [home, join(folder, 'firebird'), temporary])
    rmSync(gone, { recursive: true, force: true })
}
const score = (noticed / Math.max(1, tried)) * 100
say(
  `\n| target | noticed | score | passed by only while loading, or never |\n|---|---|---|---|\n${rows.join('\n')}`,
)
say(`\n${noticed} of ${tried} changes are noticed, ${score.toFixed(0)} % (bar ${bar} %)`)
process.exit(score >= bar ? 0 : 1)
