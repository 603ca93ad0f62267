// What the scripts share: saying what they do, running programs, and stopping with the sentence that helps.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))

export const say = sentence => process.stdout.write(`firefolio: ${sentence}\n`)

/** Ends the script: what is missing, and the command that mends it. */
export function stop(sentence, command) {
  process.stderr.write(`firefolio: ${sentence}\n`)
  if (command) process.stderr.write(`firefolio: run this, then try again:\n\n    ${command}\n\n`)
  process.exit(1)
}

/** Runs a program in the installation's folder. @returns whether it ended well */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  return !result.error && result.status === 0
}

export const has = program => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error

export const isRoot = process.getuid?.() === 0
