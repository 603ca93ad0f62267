// A backup that restores: by gbak and by nbackup, of a fresh database, of one that is full, and of one that is written to meanwhile.
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { throughBackup as backUpAndRestore, tools } from '../support/backups.ts'
import { startWithSample } from '../support/collection.ts'
import { needsServer } from '../support/database.ts'
import { aDomain, aTitle, start, type TestApp } from '../support/start.ts'

const throughBackup = (app: TestApp, tool: (typeof tools)[number]) =>
  backUpAndRestore(app.services.config, app.databaseFile, tool)

for (const tool of tools) {
  t.test(`${tool} brings a fresh database back`, { ...needsServer, ...atLength }, async t => {
    t.same(await throughBackup(await start(t), tool), { statusCode: 200, titles: 0, found: [] })
  })

  t.test(`${tool} brings a full database back`, { ...needsServer, ...atLength }, async t => {
    const { app } = await startWithSample(t)
    t.same(await throughBackup(app, tool), { statusCode: 200, titles: 6, found: [] })
  })

  t.test(`${tool} brings a full database back that is written to meanwhile`, needsServer, async t => {
    const { app } = await startWithSample(t)
    await aDomain(app)
    let written = 0
    let isOver = false
    const writer = async (): Promise<void> => {
      while (!isOver) {
        await aTitle(app, { pages: 3, release: true })
        written++
        await new Promise(resolve => setTimeout(resolve, 30))
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
