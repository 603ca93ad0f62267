// Services of a command: their log goes to standard error and tells only of what is wrong.
import type { Config } from '../config/options.ts'
import { readConfig } from '../config/read.ts'
import { createLog, type OpenServices, openServices } from '../services.ts'
import type { Session } from './session.ts'

export const quietLog = (config: Config, err: Session['err']): ReturnType<typeof createLog> =>
  createLog({ ...config, log: { ...config.log, level: 'warn' } }, { write: err })

export function openQuietly(configFile: string | undefined, err: Session['err']): Promise<OpenServices> {
  const { config } = readConfig(configFile)
  return openServices(config, quietLog(config, err))
}
