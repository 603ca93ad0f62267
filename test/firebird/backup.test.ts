// A backup that restores: by gbak and by nbackup, of a fresh database, of one that is full, and of one that is written to meanwhile.
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from '../support/tap.ts'
import { buildApp } from '../../src/app.ts'
import { createLog, openServices } from '../../src/services.ts'
import { startWithSample } from '../support/collection.ts'
import { findings } from '../support/crashes.ts'
import { needsServer, testServer } from '../support/database.ts'
import { aDomain, aTitle, start, type TestApp } from '../support/start.ts'

const run = promisify(execFile)
let copies = 0

/** Backs up, restores, and opens the copy as a service does. @returns what the checks find there, and how many titles it has */
async function throughBackup(app: TestApp, tool: 'gbak' | 'nbackup') {
  const server = testServer()
  const env = { ...process.env, ISC_USER: 'SYSDBA', ISC_PASSWORD: server.password }
  const manager = `${server.host}/${server.port}:service_mgr`
  const kept = join(server.dataFolder, `backup-${process.pid}-${++copies}`)
  const copy = `${kept}.fdb`
  const command = (program: string, ...args: string[]) => run(program, args, { env })
  if (tool === 'gbak') {
    await command('gbak', '-b', '-g', '-se', manager, app.databaseFile, `${kept}.fbk`)
    await command('gbak', '-c', '-se', manager, `${kept}.fbk`, copy)
  } else {
    const level = (n: number) =>
      command(
        'fbsvcmgr',
        manager,
        'action_nbak',
        'dbname',
        app.databaseFile,
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
  const { config } = app.services
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

for (const tool of ['gbak', 'nbackup'] as const) {
  t.test(`${tool} brings a fresh database back`, needsServer, async t => {
    t.same(await throughBackup(await start(t), tool), { statusCode: 200, titles: 0, found: [] })
  })

  t.test(`${tool} brings a full database back, also while it is written to`, needsServer, async t => {
    const { app } = await startWithSample(t)
    t.same(await throughBackup(app, tool), { statusCode: 200, titles: 6, found: [] })
    await aDomain(app)
    let written = 0
    let isOver = false
    const writer = async (): Promise<void> => {
      while (!isOver) {
        await aTitle(app, { pages: 3, release: true })
        written++
      }
    }
    const writers = [writer(), writer()]
    while (written < 4) await new Promise(resolve => setTimeout(resolve, 10))
    const { statusCode, titles, found } = await throughBackup(app, tool)
    isOver = true
    await Promise.all(writers)
    t.same({ statusCode, found }, { statusCode: 200, found: [] })
    t.ok(titles >= 10 && titles <= 6 + written, `${titles} titles`)
  })
}
