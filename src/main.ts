// The server: configuration, services, application, listener; and an orderly end on SIGTERM, SIGINT and SIGHUP.
import { buildApp } from './app.ts'
import { addCommandRoute } from './cli/remote.ts'
import { readConfig } from './config/read.ts'
import { runnerOf } from './job-runner.ts'
import type { JobRunner } from './jobs/runner.ts'
import { readPagination } from './catalogue/pages/index.ts'
import { makeSystemDomains } from './catalogue/domains/index.ts'
import { welcomeLink } from './people/accounts/index.ts'
import { loadSampleIfEmpty } from './sample/load.ts'
import { createLog, type OpenServices, openServices } from './services.ts'
import { startHealthOnly } from './health-only.ts'
import { listen } from './listen.ts'
import { sentenceOf } from './start-faults.ts'

const say = (sentence: string): void => void process.stdout.write(`firefolio: ${sentence}\n`)

function fail(error: unknown): never {
  process.stderr.write(`firefolio: ${sentenceOf(error)}\n`)
  process.exit(1)
}

async function start(): Promise<void> {
  const { config } = readConfig(process.argv[2])
  readPagination() // a fault in config/paginate.xml stops the start, as one in types.ini does
  if (!config.database.on) return await startHealthOnly(config, say)
  const log = createLog(config)
  const services = await openServices(config, log)
  say(`database: ${services.databasePlace}`)
  const app = await buildApp(services)
  if (config.database.direct) addCommandRoute(app, services)
  let runner: JobRunner<OpenServices> | undefined
  let stopping = false
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return
    stopping = true
    say(`${signal}: finishing requests in flight …`)
    const timer = setTimeout(() => process.exit(1), (config.server.shutdownGrace + 10) * 1000)
    await Promise.race([
      app.close(),
      new Promise(resolve => setTimeout(resolve, config.server.shutdownGrace * 1000)),
    ])
    await runner?.stop(config.server.shutdownGrace * 1000)
    await services.close()
    clearTimeout(timer)
    say('stopped.')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
  // started by `npm start`: its end is ours, so that nothing stays behind
  if (process.connected) process.once('disconnect', () => void stop('the starter has ended'))
  if (config.sample.on) await loadSampleIfEmpty(services, say)
  if (config.pools.system) for (const sentence of await makeSystemDomains(services.database)) say(sentence)
  const addresses: string[] = []
  if (config.http.on) {
    const port = config.http.port === 0 ? 0 : config.http.port + config.server.portBase
    addresses.push(...(await listen(app, config, port)))
    services.setPublicUrl(addresses[0] as string)
  }
  if (config.jobs.on) {
    runner = runnerOf(services)
    runner.start()
  }
  for (const address of addresses) say(`serving on ${address}`)
  const [address] = addresses
  if (address) {
    say(`documentation: ${address}/docs`)
    const welcome = await welcomeLink(services)
    if (welcome !== undefined) say(`there is no administrator yet; become the first one, once: ${welcome}`)
    if (services.operatorKeyFile)
      say(
        `as operator: curl -H "Authorization: Bearer $(cat ${services.operatorKeyFile})" ${address}/api/v1/domains`,
      )
  }
}

start().catch(fail)
