import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '../src/firebird/database.ts'
import { readConfig } from '../src/config/read.ts'
import { readTypes } from '../src/config/types.ts'
import { migrate } from '../src/firebird/migrate.ts'
import { createDatabase } from '../src/firebird/server/create-database.ts'
import { type PrivateServer, usePrivateServer } from '../src/firebird/server/private-server.ts'
import { registerTypes } from '../src/firebird/types-table.ts'
import { root } from '../src/root.ts'
import { createLog, type OpenServices, openServices } from '../src/services.ts'

export interface BenchServer {
  readonly host: string
  readonly port: number
  readonly password: string
  readonly file: string
}

/** The service on such a database. @param folder where it keeps its files @param more options of the environment */
export async function servicesOn(
  server: BenchServer,
  folder: string,
  more: Record<string, string> = {},
): Promise<OpenServices> {
  const { config } = readConfig(undefined, {
    FIREFOLIO_DATABASE_HOST: `${server.host}/${server.port}`,
    FIREFOLIO_DATABASE_FILE: server.file,
    FIREFOLIO_DATABASE_USER: 'SYSDBA',
    FIREFOLIO_DATABASE_PASSWORD: server.password,
    FIREFOLIO_DATABASE_ROLE: '',
    FIREFOLIO_PATH_VAR: folder,
    FIREFOLIO_LOG_LEVEL: 'silent',
    ...more,
  })
  return await openServices(config, createLog(config))
}

/** A private server for measurements, with as many databases as are asked for. */
export async function benchServer(): Promise<{
  server: PrivateServer
  open(name: string): Promise<{ database: Database; server: BenchServer }>
  close(): Promise<void>
}> {
  const folder = join(root, 'var/bench')
  rmSync(folder, { recursive: true, force: true })
  const server = await usePrivateServer(folder)
  const opened: Database[] = []
  return {
    server,
    async open(name) {
      const file = join(server.dataFolder, `${name}.fdb`)
      await createDatabase({
        host: server.host,
        port: server.port,
        file,
        user: 'SYSDBA',
        password: server.sysdbaPassword,
        charset: 'AUTO',
      })
      const database = new Database({
        attach: {
          host: server.host,
          port: server.port,
          database: file,
          user: 'SYSDBA',
          password: server.sysdbaPassword,
          encryptWire: false,
          connectTimeoutMs: 10_000,
          queryTimeoutMs: 600_000,
        },
        pool: { size: 4, acquireTimeoutMs: 60_000, validateAfterMs: 30_000, maxLifetimeMs: 3_600_000 },
        hooks: { lockTimeoutS: 10, slowStatementMs: 600_000, onSlow: () => {} },
      })
      await migrate(database)
      await registerTypes(database, readTypes().stored)
      opened.push(database)
      return {
        database,
        server: { host: server.host, port: server.port, password: server.sysdbaPassword, file },
      }
    },
    async close() {
      for (const database of opened) await database.close()
      await server.release()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
