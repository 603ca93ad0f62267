// Through a backup by Firebird's own tools and back: what restores, starts, and is consistent.
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildApp } from '../../src/app.ts'
import type { Config } from '../../src/config/options.ts'
import { createLog, openServices } from '../../src/services.ts'
import { findings } from './findings.ts'
import { testServer } from './database.ts'

export const tools = ['gbak', 'nbackup'] as const

const run = promisify(execFile)
let copies = 0

/** Backs a database up, restores it, and opens the copy as a service does. @returns what the checks find there, and how many titles it has */
export async function throughBackup(
  config: Config,
  file: string,
  tool: (typeof tools)[number],
): Promise<{ readonly statusCode: number; readonly titles: number; readonly found: readonly string[] }> {
  const server = testServer()
  const env = { ...process.env, ISC_USER: 'SYSDBA', ISC_PASSWORD: server.password }
  const manager = `${server.host}/${server.port}:service_mgr`
  const kept = join(server.dataFolder, `backup-${process.pid}-${++copies}`)
  const copy = `${kept}.fdb`
  const command = (program: string, ...args: string[]) => run(program, args, { env })
  if (tool === 'gbak') {
    await command('gbak', '-b', '-g', '-se', manager, file, `${kept}.fbk`)
    await command('gbak', '-c', '-se', manager, `${kept}.fbk`, copy)
  } else {
    const level = (n: number) =>
      command(
        'fbsvcmgr',
        manager,
        'action_nbak',
        'dbname',
        file,
        'nbk_file',
        `${kept}.${n}`,
        'nbk_level',
        String(n),
      )
    await level(0)
    await level(1)
    await command(
      'fbsvcmgr',
      manager,
      'action_nrest',
      'dbname',
      copy,
      'nbk_file',
      `${kept}.0`,
      'nbk_file',
      `${kept}.1`,
    )
  }
  const services = await openServices(
    { ...config, database: { ...config.database, file: copy }, search: { ...config.search, on: false } },
    createLog(config),
  )
  try {
    const service = await buildApp(services)
    const { statusCode } = await service.inject('/ready')
    const titles = await services.db.selectFrom('OPR_Content').select('OC_OT_ID').execute()
    const found = await findings(services)
    await service.close()
    return { statusCode, titles: titles.length, found }
  } finally {
    await services.close()
    for (const end of ['.fdb', '.fbk', '.0', '.1']) rmSync(`${kept}${end}`, { force: true })
  }
}
