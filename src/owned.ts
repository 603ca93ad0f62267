// Who has a folder, by a lock of the system that ends with its process, however that ends.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { makeFolders } from './whole-files.ts'

export interface Owned {
  release(): Promise<void>
}

/** Waits a moment: whoever has just ended may hold the lock still. */
const waitS = 5

/** @param name of a file of the folder to lock; the folder itself, where it is to hold nothing beside @returns undefined where another process has it */
export async function own(folder: string, name = '.'): Promise<Owned | undefined> {
  await makeFolders(folder)
  // what has the lock says back what it is told, and waits for more: no shell is begun for it
  const holder = spawn('flock', ['-x', '-w', String(waitS), join(folder, name), 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  holder.stdin.on('error', () => {}) // of one that ended, which its exit tells
  holder.stdin.write('held\n')
  const ended = new Promise<void>(resolve => holder.once('exit', () => resolve()))
  const isHeld = await new Promise<boolean>((resolve, reject) => {
    holder.once('error', reject)
    holder.once('exit', () => resolve(false))
    holder.stdout.once('data', () => resolve(true))
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined // no flock on this system: its operator looks after it
    throw error
  })
  if (isHeld === false) return undefined
  holder.stdout.destroy()
  holder.unref()
  ;(holder.stdin as unknown as { unref?: () => void }).unref?.()
  return {
    release: async () => {
      // waited for, even where nothing else keeps the process
      holder.ref()
      holder.stdin.end()
      if (isHeld) await ended
    },
  }
}
