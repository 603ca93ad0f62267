#!/usr/bin/env node
// firefolio <command>: what an operator does beside running the server.
import { Command } from 'commander'
import { version } from './root.ts'
import { sentenceOf } from './start-faults.ts'
import { localSession } from './cli/session.ts'
import { addWorkingCommands, workingCommands } from './cli/working.ts'

const program = new Command('firefolio')
  .description('Library digitisation repository on Firebird')
  .version(version)
  .option('-c, --config <file>', 'configuration file; server.ini by default')
const configFile = (): string | undefined => program.opts<{ config?: string }>().config
const session = localSession(configFile)

addWorkingCommands(program, session, code => {
  process.exitCode = code
})
program.hook('preAction', async (_program, action) => {
  const names = [action.name(), action.parent?.name()]
  if (!workingCommands.some(name => names.includes(name))) return
  const { runInServer, serverWithDatabase } = await import('./cli/remote.ts')
  const server = await serverWithDatabase(configFile())
  if (server) process.exit(await runInServer(server, process.argv.slice(2), session))
})

program
  .command('worker')
  .description('run jobs, for servers with [jobs] on = false')
  .action(async () => {
    const { runWorker } = await import('./cli/service.ts')
    await runWorker(configFile())
  })

const backups = program
  .command('backup')
  .description('database, files and configuration together, while the service runs')
backups
  .command('make', { isDefault: true })
  .description('add a backup to a folder; files that it has already are not copied again')
  .argument('<folder>', 'on another disk')
  .action(async (folder: string) => {
    const { backup } = await import('./cli/backup.ts')
    process.exitCode = await backup(session, configFile(), folder)
  })
backups
  .command('verify')
  .description('read a backup and compare it with its hashes')
  .argument('<folder>')
  .option('--backup <name>', 'the newest by default')
  .action(async (folder: string, flags: { backup?: string }) => {
    const { backupVerify } = await import('./cli/backup.ts')
    process.exitCode = await backupVerify(session, folder, flags.backup)
  })
backups
  .command('list')
  .description('list the backups of a folder')
  .argument('<folder>')
  .action(async (folder: string) => {
    const { backupList } = await import('./cli/backup.ts')
    await backupList(session, folder)
  })
program
  .command('restore')
  .description('put a backup into an empty place, then check it')
  .argument('<folder>', 'with backups')
  .option('--backup <name>', 'the newest by default')
  .action(async (folder: string, flags: { backup?: string }) => {
    const { restore } = await import('./cli/backup.ts')
    process.exitCode = await restore(session, configFile(), folder, flags.backup)
  })

const config = program.command('config').description('the configuration')
config
  .command('show', { isDefault: true })
  .description('each effective value with its origin, secrets masked')
  .action(async () => {
    const { showConfig } = await import('./cli/config.ts')
    showConfig(configFile())
  })
config
  .command('sample')
  .description('print server.ini.sample')
  .action(async () => {
    const { showSample } = await import('./cli/config.ts')
    showSample()
  })

program
  .command('docs')
  .description(
    'write what is generated from the sources: schema.generated.ts, openapi.json, docs/options.md, docs/schema.md, docs/problems.md, server.ini.sample',
  )
  .action(async () => {
    const { writeDocuments } = await import('./cli/documents.ts')
    await writeDocuments()
  })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`firefolio: ${sentenceOf(error)}\n`)
  process.exitCode = 1
}
