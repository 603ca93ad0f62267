import { readConfig } from '../config/read.ts'
import { createLog, type OpenServices, openServices } from '../services.ts'

/** Services for the time of a command; its log goes to standard error and tells only of what is wrong. */
export async function withServices<T>(
  configFile: string | undefined,
  work: (services: OpenServices) => Promise<T>,
): Promise<T> {
  const { config } = readConfig(configFile)
  const log = createLog(
    { ...config, log: { ...config.log, level: 'warn' } },
    { write: line => void process.stderr.write(line) },
  )
  const services = await openServices(config, log)
  try {
    return await work(services)
  } finally {
    await services.close()
  }
}
