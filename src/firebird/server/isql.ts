// isql with a script that it reads from us: passwords stand in it, so it lies in no file, which a process that is killed would leave, and on no
// command line, which everyone may read.
import { execFile } from 'node:child_process'
import { findInstallation } from './installation.ts'

/**
 * @param args beside those that make it quiet and end it with the first statement that fails
 * @returns what it printed. @throws Error with what it says of that statement
 */
export function runIsql(args: readonly string[], env: NodeJS.ProcessEnv, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(findInstallation().isql, ['-q', '-bail', ...args], { env }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
    // it ends before it has read all where a statement fails: its own words tell more than the broken pipe
    child.stdin?.on('error', () => {})
    child.stdin?.end(script)
  })
}
