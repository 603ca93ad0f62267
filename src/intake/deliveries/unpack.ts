// Unpacks a ZIP into a folder of ours: streamed, within bounds, and nothing of it outside of that folder.
import { createWriteStream } from 'node:fs'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { Refusal } from '../../errors.ts'
import { inPlace } from '../../whole-files.ts'
import { checkBags } from './bag.ts'
import { bareName } from './folder.ts'
import { headOf, isNoise } from './kinds.ts'

export interface UnpackLimits {
  /** Of all files together */
  readonly bytes: number
  readonly entries: number
}

export interface Unpacked {
  /** The folder of the delivery, which has the name of the ZIP: what has no other name is called by it */
  readonly folder: string
  readonly files: number
}

/** Several ZIPs of one delivery: what they hold together, and what one is called among them. */
export interface Among {
  readonly spent: { bytes: number; entries: number }
  readonly named: string
}

/** By its bytes: an archive is told from a workbook, which is one, by its name. */
export const isArchive = (path: string): boolean =>
  headOf(path, 4).toString('latin1') === 'PK\x03\x04' && !/\.(xlsx|ods|docx|epub)$/i.test(path)

/** A page without a word on it shrinks to a thousandth; where all files together grow so much, it is a bomb. */
const mostGrowth = 200
const growthMattersFrom = 10 * 1024 * 1024
const symbolicLink = 0o120000
const isEncrypted = (entry: Entry): boolean => (entry.generalPurposeBitFlag & 1) !== 0
const isLink = (entry: Entry): boolean => ((entry.externalFileAttributes >>> 16) & 0o170000) === symbolicLink

class Unpacking {
  readonly #name: string
  readonly #target: string
  readonly #limits: UnpackLimits
  readonly #spent: Among['spent']
  files = 0

  constructor(name: string, target: string, limits: UnpackLimits, spent: Among['spent']) {
    this.#name = name
    this.#target = target
    this.#limits = limits
    this.#spent = spent
  }

  #refuse(what: string): never {
    throw new Refusal('not-processable', `The ZIP ${this.#name} is refused: ${what}.`)
  }

  /** What the directory of the archive says, before anything is written. */
  async check(entries: readonly Entry[]): Promise<void> {
    const { bytes, entries: most } = this.#limits
    const before = { ...this.#spent }
    const others = before.entries === 0 ? '' : ' with those of the ZIPs before it'
    this.#spent.entries += entries.length
    if (this.#spent.entries > most)
      this.#refuse(`it holds more than ${most} files${others} ([import] unpackedFiles)`)
    const names = new Set<string>()
    let [total, packed] = [0, 0]
    for (const entry of entries) {
      const name = entry.fileName
      if (isEncrypted(entry)) this.#refuse(`${name} is encrypted`)
      if (isLink(entry)) this.#refuse(`${name} is a symbolic link`)
      if (name.split('/').includes('..') || name.startsWith('/') || name.includes('\0'))
        this.#refuse(`${name} leads out of it`)
      if (names.has(name.toLowerCase())) this.#refuse(`it holds ${name} twice`)
      names.add(name.toLowerCase())
      total += entry.uncompressedSize
      packed += entry.compressedSize
    }
    if (total > growthMattersFrom && total > packed * mostGrowth)
      this.#refuse(`its files would grow to ${Math.round(total / Math.max(1, packed))} times their size`)
    if (before.bytes + total > bytes)
      this.#refuse(`its files have ${total} bytes,${others} more than ${bytes} ([import] unpackedBytes)`)
    const { bavail, bsize } = await statfs(this.#target)
    if (total > bavail * bsize)
      throw new Refusal('insufficient-storage', `There is no room for the ${total} bytes of ${this.#name}.`)
  }

  async write(zip: ZipFile, entry: Entry): Promise<void> {
    const path = join(this.#target, ...entry.fileName.split('/'))
    if (!path.startsWith(this.#target + sep)) this.#refuse(`${entry.fileName} leads out of it`)
    if (entry.fileName.endsWith('/')) return void (await mkdir(path, { recursive: true }))
    await mkdir(dirname(path), { recursive: true })
    // what a directory says of sizes may be a lie
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#spent.bytes += chunk.length
        if (this.#spent.bytes > this.#limits.bytes)
          done(
            new Refusal(
              'not-processable',
              `The ZIP ${this.#name} is refused: it grows beyond ${this.#limits.bytes} bytes ([import] unpackedBytes).`,
            ),
          )
        else done(null, chunk)
      },
    })
    await pipeline(await zip.openReadStreamPromise(entry), counted, createWriteStream(path, { flags: 'wx' }))
    this.files++
  }
}

/** @param target an empty folder. @throws Refusal not-processable naming what is wrong; then the folder is gone */
export const unpack = (
  path: string,
  target: string,
  limits: UnpackLimits,
  among: Among = { spent: { bytes: 0, entries: 0 }, named: basename(path) },
): Promise<Unpacked> =>
  inPlace({ option: '[path] var', folder: dirname(target) }, () => unpackInto(path, target, limits, among))

async function unpackInto(
  path: string,
  target: string,
  limits: UnpackLimits,
  { spent, named: name }: Among,
): Promise<Unpacked> {
  const folder = join(target, bareName(basename(path)))
  await mkdir(folder, { recursive: true })
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(path, { autoClose: false, validateEntrySizes: true })
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry()) {
      entries.push(entry)
      if (entries.length > limits.entries) break
    }
    const unpacking = new Unpacking(name, folder, limits, spent)
    await unpacking.check(entries)
    for (const entry of entries)
      if (!entry.fileName.split('/').some(isNoise)) await unpacking.write(zip, entry)
    await checkBags(folder)
    return { folder, files: unpacking.files }
  } catch (error) {
    await rm(target, { recursive: true, force: true })
    if (error instanceof Refusal || (error as NodeJS.ErrnoException).syscall !== undefined) throw error
    throw new Refusal(
      'not-processable',
      `The ZIP ${name} is damaged or refused: ${(error instanceof Error ? error.message : String(error)).replace(/\.+$/, '')}.`,
      {},
      error,
    )
  } finally {
    zip?.close()
  }
}
