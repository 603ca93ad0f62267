// Files that are whole or not there. Everything that is kept is written by this: each write goes on until all of it is written, the size is
// compared after the sync, a file gets its name only then, and its folder, with every folder above it that was made, is synced before
// anybody is told. A disk that is full, read-only or gone is told as what it is, never as a fault of what was sent.
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from './errors.ts'
import { tableOf } from './codes.ts'

/** A folder of ours, and the option that says where it is: answers name the option, not the path. */
export interface Place {
  readonly option: string
  readonly folder: string
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? ''

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
/** Whether the system says that a disk is full, or somebody's share of it. */
export const isNoRoom = (error: unknown): boolean => noRoom.has(codeOf(error))

/** The same, or that it is mounted for reading alone. */
export const isUnwritable = (error: unknown): boolean => isNoRoom(error) || codeOf(error) === 'EROFS'

const unusable: Readonly<Record<string, string>> = tableOf({
  EROFS: 'is mounted for reading alone',
  EACCES: 'may not be written by the service',
  EPERM: 'may not be written by the service',
  ENOENT: 'is no longer there',
  ENOTDIR: 'is no longer a folder',
  ESTALE: 'is no longer there',
  EIO: 'cannot be used: its disk reports an error',
  ENXIO: 'cannot be used: its disk is gone',
  ENODEV: 'cannot be used: its disk is gone',
})

/** Seconds after which somebody may have made room. */
const retryAfter = 60

/** What the system said of a place, as a refusal; anything else stays what it is. */
export async function placeFault(error: unknown, place: Place, bytes?: number): Promise<unknown> {
  const code = codeOf(error)
  if (noRoom.has(code)) {
    const free = await freeBytes(place.folder)
    return new Refusal(
      'insufficient-storage',
      `There is no room left in the folder of ${place.option}${bytes === undefined ? '' : `: ${bytes} bytes are to be written`}${free === undefined ? '' : `, ${free} are free`}. Nothing was stored.`,
      { retryAfter },
      error,
    )
  }
  const sentence = unusable[code]
  return sentence === undefined
    ? error
    : new Refusal(
        'unavailable',
        `The folder of ${place.option} ${sentence}. Nothing was stored.`,
        { retryAfter },
        error,
      )
}

/** Does work on files of a place. @throws Refusal insufficient-storage, unavailable where the place is at fault */
export async function inPlace<T>(place: Place, work: () => Promise<T>, bytes?: number): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw await placeFault(error, place, bytes)
  }
}

/** Whether a refusal tells of our storage rather than of what was sent. */
export const isPlaceFault = (error: unknown): boolean =>
  error instanceof Refusal && (error.reason === 'insufficient-storage' || error.reason === 'unavailable')

/** Room on the disk of a folder, what this process may still write of it; undefined where the system does not tell. */
export async function spaceOf(
  folder: string,
): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    return undefined
  }
}

/** Bytes that this process may still write below a folder; undefined where the system does not tell. */
export const freeBytes = async (folder: string): Promise<number | undefined> =>
  (await spaceOf(folder))?.freeBytes

/** Writes all of a buffer, where the last write ended or at a position: write(2) may take less than it is given. */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array, position?: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(
      bytes,
      written,
      bytes.length - written,
      position === undefined ? null : position + written,
    )
    if (bytesWritten === 0) throw Object.assign(new Error('ENOSPC: nothing was written'), { code: 'ENOSPC' })
    written += bytesWritten
  }
}

/** Syncs a file and compares its size with what was written to it. */
export async function sealFile(handle: FileHandle, bytes: number): Promise<void> {
  await handle.sync()
  const { size } = await handle.stat()
  if (size !== bytes)
    throw Object.assign(new Error(`EIO: ${bytes} bytes were written, the file has ${size}`), { code: 'EIO' })
}

/** The system's error with the path that it is about: what an open file refuses names none. */
const at = (path: string, error: unknown): unknown => Object.assign(error as Error, { path, dest: path })

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    throw at(folder, error)
  } finally {
    await handle.close()
  }
}

/** Makes a folder and those above it that are missing, each synced into the one above it. */
export async function makeFolders(folder: string, mode = 0o755): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return
  const above = dirname(folder)
  if (above !== folder) await makeFolders(above, mode)
  try {
    await mkdir(folder, { mode })
  } catch (error) {
    // another request may have been first
    if (codeOf(error) !== 'EEXIST') throw error
  }
  await syncFolder(above)
}

/**
 * Takes a stream into a new file of a place; when it resolves, all of it is on the disk, under this name alone.
 * @param onChunk is told each part before it is written; what it throws ends the file
 * @returns bytes of the file
 * @throws what the source throws; Refusal insufficient-storage, unavailable where the place is at fault; nothing stays behind
 */
export async function takeIn(
  source: AsyncIterable<Uint8Array>,
  path: string,
  place: Place,
  { mode = 0o640, onChunk = () => {} }: { mode?: number; onChunk?: (chunk: Uint8Array) => void } = {},
): Promise<number> {
  const handle = await inPlace(place, () => open(path, 'wx', mode))
  let bytes = 0
  try {
    for await (const chunk of source) {
      onChunk(chunk)
      bytes += chunk.length
      await inPlace(place, () => writeWhole(handle, chunk), bytes)
    }
    await inPlace(place, () => sealFile(handle, bytes), bytes)
    await inPlace(place, () => handle.close(), bytes)
    return bytes
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(path, { force: true }).catch(() => {})
    throw error
  }
}

/** Gives a sealed file its name, which replaces what had it, and syncs the folder. */
export async function giveName(temporary: string, path: string): Promise<void> {
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** Gives a sealed file a name that nothing has. @returns whether it was free */
export async function giveFreeName(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  await syncFolder(dirname(path))
  return true
}

/** Writes a small file at once: under a temporary name, synced, then renamed. */
export async function placeFile(path: string, content: string | Uint8Array, mode = 0o640): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.part`)
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const handle = await open(temporary, 'wx', mode)
  try {
    await writeWhole(handle, bytes)
    await sealFile(handle, bytes.length)
    await handle.close()
    await giveName(temporary, path)
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(temporary, { force: true }).catch(() => {})
    throw at(path, error)
  }
}

/**
 * The same before there is anything to wait for: keys and notes of the start.
 * @param replace false leaves what is there
 * @throws the system's error
 */
export function placeFileSync(path: string, content: string, mode: number, replace = true): void {
  const temporary = join(dirname(path), `.${randomUUID()}.part`)
  try {
    writeFileSync(temporary, content, { mode, flag: 'wx', flush: true })
    if (replace) renameSync(temporary, path)
    else
      try {
        linkSync(temporary, path)
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      }
    syncFolderSync(dirname(path))
  } catch (error) {
    throw at(path, error)
  } finally {
    try {
      rmSync(temporary, { force: true })
    } catch {
      // the file is there or its fault is told; a name that cannot be removed changes neither
    }
  }
}

function syncFolderSync(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
