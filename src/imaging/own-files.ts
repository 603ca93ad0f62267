// Files that are written on the way from a master to its pack, and read again. What goes wrong with them says nothing about the master: libvips
// passes over some writes that the system refused, such as that of a TIFF's head, and programs tell of a full disk in words of their own.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open, rm, statfs } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { OutputInfo, Sharp } from 'sharp'
import { Refusal } from '../errors.ts'
import { examineTiff } from '../formats/tiff/examine.ts'
import { sealFile, writeWhole } from '../whole-files.ts'

/** A file of ours could not be written, or not be read as it was written: whoever asked asks again. */
export class OwnFault extends Error {}

const codes = new Set(
  'ENOSPC EDQUOT EFBIG EIO EACCES EPERM EROFS ENOENT ESTALE ENXIO ENODEV EMFILE ENFILE ENOMEM'.split(' '),
)
/** What libvips and programs say instead of a code; a read that ends early is not among them: that is a file that was cut. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/no space left|disk quota exceeded/i, 'ENOSPC'],
  [/read-only file system/i, 'EROFS'],
  [/unable to write|write error|open for write|input\/output error|stale file handle/i, 'EIO'],
  [/too many open files/i, 'EMFILE'],
]

/** As one process tells it to another */
export interface SystemFault {
  readonly fault: string
  readonly code?: string
}

/** The error that another process has met. */
export const systemFault = ({ fault, code }: SystemFault): Error =>
  Object.assign(new Error(fault), code === undefined ? {} : { code })

/** What says nothing about the master: a full disk, a file that went away, one of ours that is torn. The code is the system's, where it is known. */
export function faultOf(error: unknown): SystemFault | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (codes.has(code)) return { fault: message, code }
  const told = sentences.find(([pattern]) => pattern.test(message))?.[1]
  if (told !== undefined) return { fault: message, code: told }
  return error instanceof OwnFault ? { fault: message } : undefined
}

/** Work on nothing but files of ours. @throws OwnFault */
export async function ours<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OwnFault) throw error
    const { message, code } = error as NodeJS.ErrnoException
    throw Object.assign(new OwnFault(message, { cause: error }), code === undefined ? {} : { code })
  }
}

/** Removes a file of ours, or leaves it to `check`, which finds what was left: what has been made is not given up for it. */
export async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {})
}

/** The same of a folder in the system's place for what is temporary. */
export async function discardFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {})
}

/** Whether all of a TIFF that was just written is there: its head, its directories, and the bytes of its pixels. @throws OwnFault */
export async function checkWritten(path: string): Promise<void> {
  await ours(async () => {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      examineTiff((offset, length) => {
        const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)))
        return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, offset))
      }, size)
    } finally {
      closeSync(file)
    }
  })
}

/** A classic TIFF ends at 4 GB; four bytes a pixel, at most. */
const bigTiffFrom = 1_000_000_000

/** Writes an image without loss, to be read in the next step. It is not synced: it is read from memory, and gone before a disk would have it. */
export async function writeStep(
  image: Sharp,
  path: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<OutputInfo> {
  const info = await image.tiff({ compression: 'none', bigtiff: width * height > bigTiffFrom }).toFile(path)
  await checkWritten(path)
  return info
}

/** Reads all of a file. @throws the system's error */
async function readThrough(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    const part = Buffer.alloc(4 * 1024 * 1024)
    while ((await file.read(part, 0, part.length)).bytesRead > 0);
  } finally {
    await file.close()
  }
}

/** As much as a trial writes; beyond it the system is asked for what is free. */
const trialBytes = 1024 * 1024

/** Writes a file beside another for a trial. @throws the system's error, or one of a full disk, where there is no room for so many bytes */
export async function tryRoom(beside: string, bytes: number): Promise<void> {
  const path = `${beside}.trial`
  try {
    const file = await open(path, 'wx')
    try {
      await writeWhole(file, randomBytes(trialBytes))
      await sealFile(file, trialBytes)
    } finally {
      await file.close()
    }
  } finally {
    await discard(path)
  }
  const { bavail, bsize } = await statfs(dirname(beside))
  if (bavail * bsize < bytes)
    throw Object.assign(new Error(`ENOSPC: ${bytes} bytes are to be written, ${bavail * bsize} are free`), {
      code: 'ENOSPC',
    })
}

export interface Detour {
  readonly master: string
  /** A name in the folder of the file that is made of it */
  readonly beside: string
  /** About what that file has */
  readonly bytes: () => Promise<number>
  /** Whether it was found before anything was written */
  readonly isCertain: (refusal: Refusal) => boolean
}

/**
 * Reads a master by way of a file of ours, which may be at fault, whatever the decoder says: before the master is refused it is read once more,
 * when the system has given all of its bytes and has taken others.
 * @throws Refusal what is wrong with the master, found twice; else the system's error
 */
export async function foundTwice<T>(
  { master, beside, bytes, isCertain }: Detour,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (faultOf(error) || (error instanceof Refusal && isCertain(error))) throw error
    await readThrough(master)
    await tryRoom(beside, await bytes())
    return await work()
  }
}
