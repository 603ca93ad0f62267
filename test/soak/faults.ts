// Drives faults.c: compiles it, arms it, and tells what it met. The whole soak runs with it preloaded; without a fault it does nothing.
import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../src/root.ts'

/** In the order of faults.c */
export const calls = ['open', 'write', 'sync', 'rename', 'link', 'mkdir', 'rm'] as const
export type Call = (typeof calls)[number]

export interface Fault {
  readonly call: Call
  /** The how manieth call of this kind, from 1 */
  readonly nth: number
  /** How many from there on; one, where nothing is said */
  readonly times?: number
  /** A code of the system; 'short' writes half of what it was given; 'late' waits a little */
  readonly how: keyof typeof constants.errno | 'short' | 'late'
}

const fields = 8
const countsAt = fields * 4
const folderAt = countsAt + (calls.length + 1) * 4
const bytes = folderAt + 4096

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
    const words = new Uint32Array(fields + calls.length + 1)
    const how = fault?.how ?? ''
    if (fault) {
      words[1] = calls.indexOf(fault.call)
      words[2] = fault.nth
      words[3] = fault.times ?? 1
      words[4] = how === 'short' ? 2 : how === 'late' ? 3 : 1
      words[5] = constants.errno[how as keyof typeof constants.errno] ?? 0
    }
    words[6] = this.#pid
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

  /** How often each call was made since it was armed. */
  get counts(): ReadonlyMap<Call, number> {
    const read = this.#read()
    return new Map(calls.map((call, at) => [call, read.readUInt32LE(countsAt + at * 4)]))
  }

  /** Whether the fault has come about. */
  get struck(): boolean {
    return this.#read().readUInt32LE(28) > 0
  }

  #read(): Buffer {
    const page = Buffer.alloc(folderAt)
    readSync(this.#file, page, 0, folderAt, 0)
    return page
  }

  close(): void {
    this.disarm()
    closeSync(this.#file)
  }
}
