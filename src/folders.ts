// The folders of [path], made and tried before anything is opened: a folder that cannot be written is a sentence at the start, not a fault at night.
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal } from './errors.ts'
import { tableOf } from './codes.ts'

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/**
 * Makes a folder and those above it, one by one: Node's own recursive way never ends where the file system refuses new names with ENOENT (/proc).
 * @throws the system's error of the folder that could not be made
 */
function makeFolder(path: string): void {
  if (isFolder(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // another process may have been first
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(path)) throw error
  }
}

/**
 * @param folders by the option that names them
 * @throws Refusal unavailable for the first that cannot be made or written
 */
export function prepareFolders(folders: Readonly<Record<string, string>>): void {
  for (const [option, folder] of Object.entries(folders)) {
    try {
      makeFolder(folder)
      const trial = join(folder, `.trial-${process.pid}`)
      writeFileSync(trial, 'x')
      rmSync(trial)
    } catch (error) {
      throw new Refusal('unavailable', `[path] ${option}: ${reason(folder, error)}`, {}, error)
    }
  }
}

function reason(folder: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const because: Readonly<Record<string, string>> = tableOf({
    EACCES: 'whoever runs this program has no right to write there; give it to that user with chown',
    EPERM: 'the system allows no files there',
    ENOENT: 'the system allows no files there',
    EROFS: 'the file system is mounted for reading alone',
    ENOSPC: 'no space is left there',
    EIO: 'its disk reports an error',
    EDQUOT: 'the quota is used up',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a file stands in its place',
    ELOOP: 'the path is a circle of symbolic links',
    ENAMETOOLONG: 'the path is too long',
  })
  return `${folder} cannot be written: ${because[code ?? ''] ?? message}. Mend that, or name another folder.`
}
