// A database as it stands after each file of sql/, as an upgrade that was stopped leaves it: backed up by gbak and by nbackup, restored, and
// started on, which brings the copy to the end; nothing is then found wrong.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '../../src/firebird/database.ts'
import { migrate, migrationFiles } from '../../src/firebird/migrate.ts'
import { createDatabase } from '../../src/firebird/server/create-database.ts'
import { throughBackup, tools } from '../support/backups.ts'
import { databaseOptions, testServer, writeWithoutWaiting } from '../support/database.ts'
import type { TestApp } from '../support/start.ts'

export async function schemaSteps(
  app: TestApp,
  promise: (sentence: string, holds: boolean, figure: unknown) => void,
): Promise<void> {
  const server = testServer()
  const file = join(server.dataFolder, `steps-${process.pid}.fdb`)
  const { host, port, password } = server
  await createDatabase({ host, port, file, user: 'SYSDBA', password, charset: 'AUTO' })
  await writeWithoutWaiting(server, file)
  const files = migrationFiles()
  const wrong: string[] = []
  let backups = 0
  for (let count = 1; count <= files.length; count++) {
    const database = new Database(databaseOptions(server, file))
    await migrate(database, { files: files.slice(0, count) })
    await database.close()
    for (const tool of tools) {
      backups++
      const { statusCode, found } = await throughBackup(app.services.config, file, tool).catch(
        (error: unknown) => ({ statusCode: 0, found: [String(error).slice(0, 300)] }),
      )
      if (statusCode !== 200 || found.length > 0)
        wrong.push(`${files[count - 1]?.name} ${tool}: ${statusCode} ${found.join(' ')}`)
    }
  }
  rmSync(file, { force: true })
  promise(
    'a database after each file of sql/ is backed up, restored and started on, and nothing is found wrong',
    wrong.length === 0 && backups === files.length * tools.length,
    { steps: files.length, backups, wrong: wrong.slice(0, 5) },
  )
}
