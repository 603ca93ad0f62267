// The commands that keep what the archive holds.
import type { Command } from 'commander'
import { fixityCheck, fixityList, fixityRepair, type FixityFlags } from './fixity.ts'
import type { Session } from './session.ts'

/** @param exitCode is told 1 where something is wrong, else 0 */
export function addPreservationCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  const fixity = program.command('fixity').description('kept files against their hashes')
  fixity
    .command('check')
    .description('compare the next portion of the archive, or what is named')
    .option('--all', 'the whole archive')
    .option('--title <id>', 'what stands at a node and below it', Number)
    .option('--since <date>', 'what has changed since')
    .action(async (flags: FixityFlags) => {
      exitCode(await fixityCheck(session, flags))
    })
  fixity
    .command('list')
    .description('list what is missing or damaged')
    .action(async () => {
      exitCode(await fixityList(session))
    })
  fixity
    .command('repair')
    .description('exchange damaged files for copies with the right hash')
    .option('--from <folder>', 'folder with copies, beside those of [fixity] copies')
    .action(async (flags: { from?: string }) => {
      exitCode(await fixityRepair(session, flags))
    })
}
