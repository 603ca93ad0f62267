// Drives faults.c: compiles it, arms it, and tells what it met. The whole soak runs with it preloaded; without a fault it does nothing.
import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableOf } from '../../src/codes.ts'
import { root } from '../../src/root.ts'

/** In the order of faults.c */
export const calls = ['open', 'write', 'sync', 'rename', 'link', 'mkdir', 'rm'] as const
export type Call = (typeof calls)[number]

/** One call on files of one kind: those whose paths differ in numbers and hashes alone. */
export interface Kind {
  readonly key: number
  readonly call: Call
  /** The first of these files, below the folder */
  readonly path: string
  /** How often */
  readonly count: number
}

export interface Fault {
  readonly key: number
  /** The how manieth call of this kind, from 1 */
  readonly nth: number
  /** A code of the system; 'short' writes half of what it was given; 'late' waits a little; 'full' has no room for this write and all behind it */
  readonly how: keyof typeof constants.errno | 'short' | 'late' | 'full'
}

/** As faults.c has it: eight words, the folder, the kinds */
const fields = 8
const folderAt = fields * 4
const kindsAt = folderAt + 4096
const kinds = 512
const kindBytes = 128
const bytes = kindsAt + kinds * kindBytes
/** As faults.c has them; every code of the system is a failure */
const failure = 1
const ways: Readonly<Record<string, number>> = tableOf({ short: 2, late: 3, full: 4 })
/** Of a key */
const callBits = 0b111

/** Environment of processes that may meet faults. @throws Error where there is no C compiler */
export function withFaults(): { environment: Record<string, string>; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-faults-'))
  const library = join(folder, 'faults.so')
  execFileSync('cc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-w',
    '-o',
    library,
    join(root, 'test/soak/faults.c'),
    '-ldl',
  ])
  const file = join(folder, 'shared')
  const made = openSync(file, 'w')
  ftruncateSync(made, bytes)
  closeSync(made)
  return {
    environment: { LD_PRELOAD: library, FIREFOLIO_FAULTS: file },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export class Faults {
  readonly #file: number
  readonly #folder: string
  readonly #pid: number

  /** @param pid the only process that is touched; all that are preloaded where it is 0 */
  constructor(folder: string, pid = 0) {
    this.#file = openSync(process.env['FIREFOLIO_FAULTS'] ?? '', 'r+')
    this.#folder = folder
    this.#pid = pid
  }

  /** From here on: counts anew, and strikes. */
  arm(fault?: Fault): void {
    const words = new Uint32Array(fields)
    const how = fault?.how ?? ''
    if (fault) {
      words[1] = fault.key
      words[2] = fault.nth
      words[3] = ways[how] ?? failure
      words[4] = constants.errno[(how === 'full' ? 'ENOSPC' : how) as keyof typeof constants.errno] ?? 0
    }
    words[5] = this.#pid
    const page = Buffer.alloc(bytes)
    Buffer.from(words.buffer).copy(page)
    page.write(this.#folder, folderAt)
    // armed when all the rest is there
    writeSync(this.#file, page, 0, bytes, 0)
    writeSync(this.#file, Buffer.from([1, 0, 0, 0]), 0, 4, 0)
  }

  disarm(): void {
    writeSync(this.#file, Buffer.alloc(4), 0, 4, 0)
  }

  /** What was called since it was armed, in the order of calls. */
  get kinds(): Kind[] {
    const page = this.#read(bytes)
    return Array.from({ length: kinds }, (_, at) => page.subarray(kindsAt + at * kindBytes))
      .map(kind => ({
        key: kind.readUInt32LE(0),
        call: calls[kind.readUInt32LE(0) & callBits] as Call,
        path: kind.toString('utf8', 8, kind.indexOf(0, 8)),
        count: kind.readUInt32LE(4),
      }))
      .filter(({ key }) => key !== 0)
      .sort((a, b) => calls.indexOf(a.call) - calls.indexOf(b.call) || (a.path < b.path ? -1 : 1))
  }

  /** Whether the fault has come about. */
  get struck(): boolean {
    return this.#read(folderAt).readUInt32LE(24) > 0
  }

  #read(length: number): Buffer {
    const page = Buffer.alloc(length)
    readSync(this.#file, page, 0, length, 0)
    return page
  }

  close(): void {
    this.disarm()
    closeSync(this.#file)
  }
}
