// npm run bench [database | requests | standards | images | stores | sources | rights | web] [nodes]: the figures that are claimed, measured in one run against their bars. Ends with 1 where one falls short.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchFirebird } from './firebird.ts'
import { benchImages } from './images/main.ts'
import { benchStores } from './images/objects.ts'
import { benchImport } from './import.ts'
import { fallenShort } from './measure.ts'
import { benchRequests } from './requests.ts'
import { benchRights } from './rights.ts'
import { benchServer, servicesOn } from './server.ts'
import { seedTree } from './seed.ts'
import { benchSources } from './sources.ts'
import { benchStandards } from './standards.ts'
import { benchTree } from './tree.ts'
import { benchWeb } from './web/main.ts'

const parts = ['database', 'requests', 'standards', 'images', 'stores', 'sources', 'rights', 'web']
const asked = process.argv.slice(2)
const wanted = asked.filter(argument => parts.includes(argument))
const nodes = Number(asked.find(argument => /^\d+$/.test(argument)) ?? 1_000_000)
const unknown = asked.find(argument => !parts.includes(argument) && !/^\d+$/.test(argument))
if (unknown !== undefined) {
  process.stderr.write(
    `bench: there is no part ‘${unknown}’; there are ${parts.join(', ')}, and a number of nodes.\n`,
  )
  process.exit(2)
}
const isWanted = (part: string): boolean => wanted.length === 0 || wanted.includes(part)
const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)
if (isWanted('database')) await benchDatabase()
if (isWanted('requests')) await benchRequests()
if (isWanted('standards')) await benchStandards({ records: 100_000, pages: 1_000_000 })
if (isWanted('images')) await benchImages()
if (isWanted('stores')) await benchStores()
if (isWanted('sources')) await benchSources()
if (isWanted('rights')) await benchRights(nodes)
if (isWanted('web')) await benchWeb(nodes)

async function benchDatabase(): Promise<void> {
  const bench = await benchServer()
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-bench-var-'))
  try {
    const small = await bench.open('small')
    const large = await bench.open('large')
    const few = await seedTree(small.database, 10_000)
    say(`seeding ${nodes.toLocaleString('en')} nodes …`)
    const many = await seedTree(large.database, nodes)
    await benchFirebird(large.server, large.database, many.titleId)
    await benchTree({ database: small.database, ...few }, { database: large.database, ...many }, nodes)
    const services = await servicesOn(small.server, folder)
    await benchImport(services)
    await services.close()
  } finally {
    await bench.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
say(
  fallenShort().length === 0 ? 'Every figure holds its bar.' : `${fallenShort().length} figures fall short.`,
)
process.exitCode = fallenShort().length === 0 ? 0 : 1
