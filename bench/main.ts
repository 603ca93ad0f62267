// npm run bench [nodes | images | standards]: the figures that are claimed, measured in one run against their bars. Ends with 1 where one falls short.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../src/config/read.ts'
import { createLog, openServices } from '../src/services.ts'
import { benchFirebird } from './firebird.ts'
import { benchImages } from './images/main.ts'
import { benchImport } from './import.ts'
import { fallenShort } from './measure.ts'
import { benchServer } from './server.ts'
import { seedTree } from './seed.ts'
import { benchStandards } from './standards.ts'
import { benchTree } from './tree.ts'

const part = process.argv[2] === 'images' || process.argv[2] === 'standards' ? process.argv[2] : undefined
const nodes = part ? 0 : Number(process.argv[2] ?? 1_000_000)
const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)
if (!part) await benchDatabase()
if (part !== 'images') await benchStandards({ records: 100_000, pages: 1_000_000 })
if (part !== 'standards') await benchImages()

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
    const { config } = readConfig(undefined, {
      FIREFOLIO_DATABASE_HOST: `${small.server.host}/${small.server.port}`,
      FIREFOLIO_DATABASE_FILE: small.server.file,
      FIREFOLIO_DATABASE_USER: 'SYSDBA',
      FIREFOLIO_DATABASE_PASSWORD: small.server.password,
      FIREFOLIO_DATABASE_ROLE: '',
      FIREFOLIO_PATH_VAR: folder,
      FIREFOLIO_LOG_LEVEL: 'silent',
    })
    const services = await openServices(config, createLog(config))
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
