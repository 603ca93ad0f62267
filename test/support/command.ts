// A command of the command line in this process, as a server in direct mode runs it: what it does and what it says. That it begins as a
// process of its own is told once for each command; the start takes longer than most of what they do in tests.
import { Command, CommanderError } from 'commander'
import type { Session } from '../../src/cli/session.ts'
import { addWorkingCommands } from '../../src/cli/working.ts'
import { Refusal } from '../../src/errors.ts'
import type { OpenServices } from '../../src/services.ts'

/** @returns its exit code and all that it wrote */
export async function runCommand(
  services: OpenServices,
  args: readonly string[],
): Promise<{ readonly code: number; readonly out: string }> {
  let [code, out] = [0, '']
  const write = (text: string) => void (out += text)
  const session: Session = {
    folder: process.cwd(),
    isTerminal: false,
    columns: 100,
    out: write,
    err: write,
    withServices: work => work(services),
  }
  const program = new Command('firefolio')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write })
  addWorkingCommands(program, session, found => (code = found))
  for (const command of [...program.commands, ...program.commands.flatMap(each => each.commands)])
    command.exitOverride().copyInheritedSettings(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return { code: error.exitCode, out }
    if (!(error instanceof Refusal)) throw error
    write(`firefolio: ${error.message}\n`)
    return { code: 1, out }
  }
  return { code, out }
}
