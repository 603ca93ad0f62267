// `firefolio migrate vls` in the process of a test, with its options as a shell gives them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { addMigrateCommands } from '../../src/cli/migrate-commands.ts'
import type { Session } from '../../src/cli/session.ts'
import { Refusal } from '../../src/errors.ts'
import type { MigrationReport } from '../../src/intake/migrations/index.ts'
import { root } from '../../src/root.ts'
import type { TestApp } from './start.ts'

interface Ended {
  readonly code: number
  readonly out: string
}

export function migrating(app: TestApp) {
  const reportFile = join(app.folder, 'report.json')
  const migrate = async (...args: string[]): Promise<Ended> => {
    let out = ''
    let code = 0
    const session: Session = {
      folder: app.folder,
      isTerminal: false,
      columns: 100,
      out: text => void (out += text),
      err: text => void (out += text),
      withServices: work => work(app.services),
    }
    const program = new Command()
    addMigrateCommands(program, session, given => (code = given))
    const told = args.includes('--report') ? [] : ['--report', reportFile]
    try {
      await program.parseAsync(['migrate', 'vls', ...args, ...told], { from: 'user' })
      return { code, out }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { code: 1, out: error.message }
    }
  }
  /** The commands of a block of the handbook, with places of ours. */
  const runHandbook = async (
    name: string,
    places: Readonly<Record<string, string>>,
    ...more: string[]
  ): Promise<Ended[]> => {
    const page = readFileSync(join(root, 'docs/handbook/from-vls.md'), 'utf8')
    const block = new RegExp(`^\`\`\`sh ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''
    const ended: Ended[] = []
    for (const line of block
      .trim()
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')) {
      const words = line.replace(/^npm run firefolio -- migrate vls /, '').split(' ')
      ended.push(await migrate(...words.map(word => places[word] ?? word), ...more))
    }
    return ended
  }
  return {
    migrate,
    runHandbook,
    reportFile,
    report: () => JSON.parse(readFileSync(reportFile, 'utf8')) as MigrationReport,
  }
}
