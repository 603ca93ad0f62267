// The commands on identifiers.
import { type Command, Option } from 'commander'
import type { AssignFlags } from './identifiers.ts'
import type { Session } from './session.ts'

export function addIdentifierCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  const identifiers = program
    .command('identifiers')
    .description('URN, DOI and handle that are given out here ([identifiers])')
  identifiers
    .command('assign')
    .description('give released titles what they lack; again: what has been released or marked since')
    .option('-d, --domain <domain>', 'titles of this domain')
    .option('--title <id>', 'this title and its pages, marked or not', Number)
    .option('--dry-run', 'do all the work, then take it back')
    .action(async (flags: AssignFlags) => {
      const { assign } = await import('./identifiers.ts')
      exitCode(await assign(session, flags))
    })
  identifiers
    .command('list')
    .description('list them: identifier, node, what the agency knows')
    .addOption(new Option('--scheme <scheme>', 'of one kind').choices(['urn', 'doi', 'handle']))
    .option('--failed', 'whose last registration failed')
    .option('--gone', 'whose node was removed for good')
    .action(async (flags: object) => {
      const { list } = await import('./identifiers.ts')
      exitCode(await list(session, flags))
    })
  identifiers
    .command('check')
    .description(
      'look for promises that are not kept: missing on their node, wrong check digit, not registered',
    )
    .action(async () => {
      const { check } = await import('./identifiers.ts')
      exitCode(await check(session))
    })
  identifiers
    .command('register')
    .description('tell the agencies what they do not know')
    .action(async () => {
      const { register } = await import('./identifiers.ts')
      exitCode(await register(session))
    })
}
