// The commands on records of online catalogues.
import type { Command } from 'commander'
import type { SourceFlags } from './catalogue.ts'
import type { Session } from './session.ts'

export function addCatalogueCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  const catalogue = program
    .command('catalogue')
    .description('records of titles in the online catalogues that they came from ([catalogue])')
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
