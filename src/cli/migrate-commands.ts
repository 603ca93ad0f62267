// The commands that bring a schema, or a Visual Library Server, to where we are.
import type { Command } from 'commander'
import type { VlsFlags } from './migrate.ts'
import type { Session } from './session.ts'

export function addMigrateCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  const migrate = program
    .command('migrate')
    .description('bring the schema of the database up to date; with vls: take over a Visual Library Server')
    .action(async () => {
      const { migrateDatabase } = await import('./service.ts')
      await migrateDatabase(session)
    })
  migrate
    .command('vls')
    .description(
      'take over what a Visual Library Server has, with its ids; ends with a comparison (0 the same, 1 refused, 3 missing or differing)',
    )
    .option('--oai <url>', 'from its OAI-PMH: METS, with the images and texts that they name')
    .option('--mets <folder>', 'from its METS in a folder, with images and texts beside them')
    .option(
      '-d, --domain <domain>',
      'domain that all goes to; with --mets by default the one that each document names. Made where there is none',
    )
    .option('--fdb <file>', 'from its database: a backup that gbak of its own server made')
    .option('--instance <name>', 'of --fdb: the installation, as its METS name it')
    .option(
      '--map-type <number=type...>',
      'of --fdb: what a type of theirs is here, e.g. 1:7=volume or 2:3=structure:chapter',
    )
    .option('--map-domain <id=name...>', 'of --fdb: the name of a domain of theirs, in addresses')
    .option('--files <folder>', 'of --fdb: where the server keeps masters and texts')
    .option(
      '--charset <name>',
      'of --fdb: of columns whose characters the database does not know; UTF8 by default',
    )
    .option('--set <set>', 'of --oai: this set alone')
    .option('--shift-ids <n>', 'add n to each of their ids, where some are taken here', Number)
    .option('--hidden', 'leave hidden what is new; otherwise it is released, as it is there')
    .option('--without-files', 'leave images and texts where they are')
    .option('--report <file>', 'write the comparison as JSON, too')
    .option('--dry-run', 'do all the work, then take it back')
    .action(async (flags: VlsFlags) => {
      const { migrateVls } = await import('./migrate.ts')
      exitCode(await migrateVls(session, flags))
    })
}
