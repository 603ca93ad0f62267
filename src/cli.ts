#!/usr/bin/env node
// firefolio <command>: what an operator does beside running the server.
import { Command } from 'commander'
import { Refusal } from './errors.ts'
import { version } from './root.ts'
import { check } from './cli/check.ts'
import { showConfig, showSample } from './cli/config.ts'
import { writeDocuments } from './cli/documents.ts'
import { checkImages, imageStatistics, purgeCache, rebuildImages, type RebuildFlags } from './cli/images.ts'
import { type ImportFlags, importPath } from './cli/import.ts'
import { migrateDatabase, runWorker } from './cli/service.ts'

const program = new Command('firefolio')
  .description('Library digitisation repository on Firebird')
  .version(version)
  .option('-c, --config <file>', 'configuration file; server.ini by default')
const configFile = (): string | undefined => program.opts<{ config?: string }>().config

program
  .command('import')
  .description('import METS or MODS files: one file, or every one below a folder')
  .argument('<path>', 'file or folder')
  .requiredOption('-d, --domain <domain>', 'domain by name or id')
  .option('--create-domain', 'create the domain if it does not exist')
  .option('--parent <id>', 'OT_ID of the title above', Number)
  .option('--type <type>', 'type of MODS records that do not tell it')
  .option('--release', 'release what is created')
  .option('--keep-ids', 'keep the ids of a Visual Library Server')
  .option('--strict', 'refuse a title with a bad or missing scan')
  .option('--overwrite', 'replace records that were edited here')
  .option('--dry-run', 'do all the work, then take it back')
  .option('--json', 'print the reports as JSON lines')
  .action(async (path: string, flags: ImportFlags) => {
    process.exitCode = await importPath(configFile(), path, flags)
  })

program
  .command('check')
  .description('look for what breaks the invariants of the repository')
  .option('--repair', 'mend what can be mended')
  .option('--only <names>', 'checks to run, separated by commas')
  .option('--list', 'list the checks')
  .action(async (flags: { repair?: boolean; only?: string; list?: boolean }) => {
    process.exitCode = await check(configFile(), flags)
  })

program
  .command('migrate')
  .description('bring the schema of the database up to date')
  .action(() => migrateDatabase(configFile()))

program
  .command('worker')
  .description('run jobs, for servers with [jobs] on = false')
  .action(() => runWorker(configFile()))

const images = program
  .command('images')
  .description('access packs of page images, and the cache of renderings')
images
  .command('check')
  .description('look for missing, damaged and stray packs')
  .option('--repair', 'want anew what is missing or damaged, remove what is stray')
  .action(async (flags: { repair?: boolean }) => {
    process.exitCode = await checkImages(configFile(), flags)
  })
images
  .command('rebuild')
  .description('make the packs that are wanted, and those whose settings have changed')
  .option('--all', 'every pack')
  .option('--refused', 'those whose master could not be decoded')
  .option('--page <id>', 'that of one page', Number)
  .action(async (flags: RebuildFlags) => {
    process.exitCode = await rebuildImages(configFile(), flags)
  })
images
  .command('stat')
  .description('how many packs there are, and their bytes')
  .action(() => imageStatistics(configFile()))
images
  .command('purge')
  .description('remove kept renderings')
  .option('--older-than <days>', 'not used for so many days', Number)
  .option('--to <megabytes>', 'the least recently used until so much is left', Number)
  .action((flags: { olderThan?: number; to?: number }) => purgeCache(configFile(), flags))

const config = program.command('config').description('the configuration')
config
  .command('show', { isDefault: true })
  .description('each effective value with its origin, secrets masked')
  .action(() => showConfig(configFile()))
config
  .command('sample')
  .description('print server.ini.sample')
  .action(() => showSample())

program
  .command('docs')
  .description(
    'write what is generated from the sources: schema.ts, openapi.json, docs/options.md, docs/schema.md, docs/problems.md, server.ini.sample',
  )
  .action(() => writeDocuments())

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(
    `firefolio: ${error instanceof Refusal ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exitCode = 1
}
