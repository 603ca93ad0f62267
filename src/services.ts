// Opens what requests and jobs share, and closes it in reverse.
import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import type { Config } from './config/options.ts'
import { readTypes } from './config/types.ts'
import { SlowStatements } from './firebird/slow-statements.ts'
import type { Services } from './http/module.ts'
import { prepareFolders } from './folders.ts'
import { Offload } from './offload/offload.ts'
import { openDatabase } from './open-database.ts'
import { Ingest } from './imaging/ingest.ts'
import { openBagStores } from './storage/bags.ts'
import { DerivativeCache } from './storage/cache.ts'
import { openStores } from './storage/open.ts'
import { placeFileSync } from './whole-files.ts'

export interface OpenServices extends Services {
  readonly databasePlace: string
  readonly operatorKey: string
  /** Where the key lies, when server.ini holds none */
  readonly operatorKeyFile: string | undefined
  setPublicUrl(url: string): void
  close(): Promise<void>
}

/** Logs go to standard output as JSON lines; secrets never. */
export function createLog(config: Config, destination?: { write(line: string): void }): Logger {
  const options = {
    level: config.log.level,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.key', '*.operatorKey'],
      censor: '********',
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** The operator's key: from server.ini, else made once and kept where only its owner reads it. */
export function operatorKey(config: Config): { key: string; file: string | undefined } {
  if (config.access.operatorKey !== '') return { key: config.access.operatorKey, file: undefined }
  const file = join(config.path.var, 'operator.key')
  if (!existsSync(file)) {
    mkdirSync(config.path.var, { recursive: true })
    placeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, 0o600, false)
  }
  return { key: readFileSync(file, 'utf8').trim(), file }
}

/** @throws Refusal where configuration, database or folders stand in the way */
export async function openServices(config: Config, log: Logger = createLog(config)): Promise<OpenServices> {
  const types = readTypes()
  const { var: own, varLarge, varFast, import: imports } = config.path
  prepareFolders({ var: own, varLarge, varFast, import: imports })
  const stores = await openStores(config)
  const bags = await openBagStores(config)
  const cache = new DerivativeCache(
    join(config.path.varFast, 'cache'),
    config.webcache.cacheMegabytes * 1024 * 1024,
  )
  await cache.prepare()
  const ingest = new Ingest({
    processes: config.images.ingestProcesses,
    timeoutMs: config.images.ingestTimeout * 1000,
    memoryMegabytes: config.images.ingestMemory,
  })
  const judges = new Ingest({
    processes: config.images.judgeProcesses,
    timeoutMs: config.images.ingestTimeout * 1000,
    memoryMegabytes: config.images.ingestMemory,
  })
  const offload = new Offload({
    threads: config.limits.documentThreads,
    timeoutMs: config.limits.documentTime * 1000,
    memoryMegabytes: config.limits.documentMemory,
  })
  const { key, file } = operatorKey(config)
  const slowStatements = new SlowStatements()
  const opened = await openDatabase(
    config,
    statement => {
      log.warn(statement, 'slow statement')
      slowStatements.note(statement)
    },
    ({ sentence, isOver, cause }) =>
      log[isOver ? 'warn' : 'error'](cause === undefined ? {} : { err: cause }, sentence),
  )
  let publicUrl = config.server.publicUrl.replace(/\/+$/, '')
  return {
    config,
    database: opened.database,
    db: opened.database.db,
    databasePlace: opened.place,
    databaseTrouble: opened.trouble,
    types,
    archive: stores.masters,
    stores,
    bags,
    cache,
    packs: stores.packs,
    ingest,
    offload,
    judges,
    figures: new Map(),
    concerns: new Map(),
    slowStatements,
    log,
    operatorKey: key,
    operatorKeyFile: file,
    secret: purpose => createHmac('sha256', key).update(purpose).digest(),
    publicUrl: () => publicUrl,
    setPublicUrl: url => {
      if (publicUrl === '') publicUrl = url
    },
    close: async () => {
      ingest.close()
      await offload.close()
      judges.close()
      stores.close()
      bags.close()
      await opened.close()
    },
  }
}
