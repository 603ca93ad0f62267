// The commands on records of online catalogues.
import type { Command } from 'commander'
import type { SourceFlags } from './catalogue.ts'
import type { ImportFlags } from './import.ts'
import type { Session } from './session.ts'

export function addCatalogueCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  const catalogue = program
    .command('catalogue')
    .description('records of titles in the online catalogues that they came from ([catalogue])')
  catalogue
    .command('fetch <catalogue> [identifiers...]')
    .description(
      'import records of a catalogue by their identifiers, each a title; again: what has changed there',
    )
    .requiredOption('-d, --domain <domain>', 'domain by name or id')
    .option('--list <file>', 'file with an identifier in each line, or in the first column of a CSV')
    .option('--create-domain', 'create the domain if it does not exist')
    .option('--parent <id>', 'OT_ID of the title above', Number)
    .option('--type <type>', 'type of records that do not tell it')
    .option('--release', 'release what is created')
    .option('--overwrite', 'replace records that were edited here')
    .option('--dry-run', 'do all the work, then take it back')
    .option('--json', 'print the reports as JSON lines')
    .action(async (name: string, identifiers: string[], flags: ImportFlags & { list?: string }) => {
      const { importIdentifiers } = await import('./import.ts')
      const { list, ...more } = flags
      exitCode(await importIdentifiers(session, identifiers, list, { ...more, catalogue: name }))
    })
  const withSource = (command: Command): Command =>
    command
      .option('--catalogue <name>', 'another catalogue than the title came from')
      .option('--identifier <id>', 'another identifier than the title has there')
  withSource(catalogue.command('compare <title>'))
    .description('say where the record here and the one there differ')
    .action(async (title: string, flags: SourceFlags) => {
      const { compare } = await import('./catalogue.ts')
      exitCode(await compare(session, title, flags))
    })
  withSource(catalogue.command('take <title>'))
    .description('take the record there, or some of its fields')
    .option('--field <names...>', 'fields that differ, titleInfo for example')
    .action(async (title: string, flags: SourceFlags) => {
      const { take } = await import('./catalogue.ts')
      exitCode(await take(session, title, flags))
    })
  catalogue
    .command('refresh')
    .description('look up all titles that came from a catalogue and were not edited since')
    .option('-d, --domain <domain>', 'titles of this domain')
    .option('--dry-run', 'store nothing')
    .action(async (flags: { domain?: string; dryRun?: boolean }) => {
      const { refresh } = await import('./catalogue.ts')
      exitCode(await refresh(session, flags))
    })
}
