// Files of settings that are asked for with each request: read again when they have changed.
import { statSync } from 'node:fs'

interface Kept<T> {
  readonly stamp: string
  readonly value: T
}

/**
 * What is made of a file, as long as it stays as it is.
 * @param read makes it of the path
 * @returns a function of the path; undefined where there is no such file
 */
export function keptFile<T>(read: (file: string) => T): (file: string) => T | undefined {
  const known = new Map<string, Kept<T>>()
  return file => {
    const found = statSync(file, { throwIfNoEntry: false, bigint: true })
    if (!found?.isFile()) {
      known.delete(file)
      return undefined
    }
    const stamp = `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
    const before = known.get(file)
    if (before?.stamp === stamp) return before.value
    const value = read(file)
    known.set(file, { stamp, value })
    return value
  }
}
