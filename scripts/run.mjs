// What the scripts share: saying what they do, running programs, and stopping with the sentence that helps.
import { spawn, spawnSync } from 'node:child_process'
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

/** Runs a program beside others; what it writes comes in one piece when it has ended. @returns whether it ended well */
export function runBeside(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  const written = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', part => written.push(part))
  return new Promise(resolve => {
    child.on('error', () => resolve(false))
    child.on('close', code => {
      process.stdout.write(Buffer.concat(written))
      resolve(code === 0)
    })
  })
}

export const has = program => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error

export const isRoot = process.getuid?.() === 0
