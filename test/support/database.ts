import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AttachOptions } from '../../src/firebird/attach.ts'
import { Database, type DatabaseOptions } from '../../src/firebird/database.ts'
import { EmbeddedAttachment } from '../../src/firebird/embedded/attachment.ts'
import { type Engine, loadEngine } from '../../src/firebird/embedded/engine.ts'
import { migrate } from '../../src/firebird/migrate.ts'
import { registerTypes } from '../../src/firebird/types-table.ts'
import { readTypes } from '../../src/config/types.ts'
import type { FaultKind } from '../../src/firebird/faults.ts'
import type { PrivateServer } from '../../src/firebird/server/private-server.ts'
import { createDatabase, waitForDisk } from '../../src/firebird/server/create-database.ts'

/** The Firebird server of a test run, from the environment. */
export interface TestServer {
  readonly host: string
  readonly port: number
  readonly password: string
  readonly dataFolder: string
  readonly template: string
}

export const testServer = (): TestServer => {
  const facts = process.env['FIREFOLIO_TEST_SERVER']
  if (!facts) throw new Error('Tests run through `npm test`, which starts their Firebird server.')
  return JSON.parse(facts) as TestServer
}

export function databaseOptions(
  server: TestServer,
  file: string,
  more: { size?: number; queryTimeoutMs?: number; lockTimeoutS?: number; acquireTimeoutMs?: number } = {},
): Omit<DatabaseOptions, 'attach'> & { readonly attach: AttachOptions } {
  return {
    attach: {
      host: server.host,
      port: server.port,
      database: file,
      user: 'SYSDBA',
      password: server.password,
      encryptWire: false,
      connectTimeoutMs: 10_000,
      queryTimeoutMs: more.queryTimeoutMs ?? 30_000,
    },
    pool: {
      size: more.size ?? 4,
      acquireTimeoutMs: more.acquireTimeoutMs ?? 10_000,
      validateAfterMs: 30_000,
      maxLifetimeMs: 3_600_000,
    },
    hooks: { lockTimeoutS: more.lockTimeoutS ?? 5, slowStatementMs: 60_000, onSlow: () => {} },
  }
}

/** What tests are told of a private server, once it has the template that each of them copies. */
export async function withTemplate(server: PrivateServer): Promise<TestServer> {
  const facts = {
    host: server.host,
    port: server.port,
    password: server.sysdbaPassword,
    dataFolder: server.dataFolder,
    template: join(server.dataFolder, 'template.fdb'),
  }
  await makeTemplate(facts)
  return facts
}

async function makeTemplate(server: TestServer): Promise<void> {
  await createDatabase({
    host: server.host,
    port: server.port,
    file: server.template,
    user: 'SYSDBA',
    password: server.password,
    charset: 'AUTO',
  })
  await writeWithoutWaiting(server, server.template)
  const database = new Database(databaseOptions(server, server.template))
  await migrate(database)
  await registerTypes(database, readTypes().stored)
  await database.close()
}

/**
 * A database of tests does not wait for the disk, which was a third of what a file that posts much took: its pages go to the system, which
 * keeps them over every kill of a process. What is left when the machine itself loses power is nothing that our tests can try. Copies are
 * as their template is.
 */
export const writeWithoutWaiting = ({ host, port, password }: TestServer, file: string): Promise<void> =>
  waitForDisk({ host, port, file, user: 'SYSDBA', password }, false)

/** `npm run test:direct`: the same tests, without a server. */
export const isDirect = process.env['FIREFOLIO_TEST_DIRECT'] === '1'

/** Option of a test about the server or the driver. */
export const needsServer = isDirect ? { skip: 'there is no server in direct mode' } : {}

/** The engine of direct mode; its locks must outlive the folders that single tests remove. */
export const testEngine = (): Engine => loadEngine(join(testServer().dataFolder, `engine-${process.pid}`))

let copies = 0

/** A fresh copy of the template, or of another database at rest, for one test file. */
export function copyTemplate(server: TestServer, template = server.template): string {
  const file = join(server.dataFolder, `test-${process.pid}-${++copies}.fdb`)
  copyFileSync(template, file)
  return file
}

type Teardown = { teardown(work: () => Promise<void> | void): void }

/** A database of its own, with the schema, for one test. */
export function openDatabase(t: Teardown, more: Parameters<typeof databaseOptions>[2] = {}): Database {
  const server = testServer()
  const file = copyTemplate(server)
  const options = databaseOptions(server, file, more)
  const database = new Database(
    isDirect
      ? {
          ...options,
          attach: () => EmbeddedAttachment.open(testEngine(), file, options.attach.queryTimeoutMs),
        }
      : options,
  )
  t.teardown(async () => {
    await database.close()
    rmSync(file, { force: true })
  })
  return database
}

/** What t.rejects compares a fault with. */
export const fault = (kind: FaultKind): Error => ({ kind }) as unknown as Error
