// Makes single calls to the file system fail, shorten or wait, as a disk does that is full, broken or slow. Only paths below the folder
// that a test names are touched; the program under test knows nothing of it.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { promises } = fs

export const calls = ['open', 'write', 'sync', 'rename', 'link', 'mkdir', 'rm'] as const
export type Call = (typeof calls)[number]

export interface Fault {
  readonly call: Call
  /** The how manieth call of this kind, from 1 */
  readonly nth: number
  /** A code of the system; 'short' writes half of what it was given; 'late' waits a little */
  readonly how: string
}

/** Watches calls below a folder. */
export class IoFaults {
  readonly #folder: string
  readonly #counts = new Map<Call, number>()
  #fault: Fault | undefined
  #struck = false
  readonly #restore: (() => void)[] = []

  constructor(folder: string) {
    this.#folder = folder
    for (const name of ['open', 'rename', 'link', 'mkdir', 'rm'] as const) this.#wrap(name)
  }

  /** From here on: counts anew, and strikes once. */
  arm(fault?: Fault): void {
    this.#counts.clear()
    this.#fault = fault
    this.#struck = false
  }

  /** How often each call was made since it was armed. */
  get counts(): ReadonlyMap<Call, number> {
    return this.#counts
  }

  /** Whether the fault has come about. */
  get struck(): boolean {
    return this.#struck
  }

  remove(): void {
    for (const restore of this.#restore) restore()
    syncBuiltinESMExports()
  }

  /** @returns how the call is to go wrong, if it is this one's turn */
  async #meet(call: Call): Promise<string | undefined> {
    const nth = (this.#counts.get(call) ?? 0) + 1
    this.#counts.set(call, nth)
    if (this.#fault?.call !== call || this.#fault.nth !== nth) return undefined
    this.#struck = true
    const { how } = this.#fault
    if (how === 'late') await new Promise(resolve => setTimeout(resolve, 50))
    else if (how !== 'short') throw Object.assign(new Error(`${how}: made to fail, ${call}`), { code: how })
    return how
  }

  #wrap(name: 'open' | 'rename' | 'link' | 'mkdir' | 'rm'): void {
    const original = promises[name] as (...args: unknown[]) => Promise<unknown>
    const replacement = async (...args: unknown[]): Promise<unknown> => {
      if (!String(args[name === 'rename' || name === 'link' ? 1 : 0]).startsWith(this.#folder))
        return await original(...args)
      await this.#meet(name)
      const result = await original(...args)
      if (name === 'open') this.#watch(result as fs.promises.FileHandle)
      return result
    }
    ;(promises as unknown as Record<string, unknown>)[name] = replacement
    syncBuiltinESMExports()
    this.#restore.push(() => {
      ;(promises as unknown as Record<string, unknown>)[name] = original
    })
  }

  #watch(handle: fs.promises.FileHandle): void {
    const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<{ bytesWritten: number }>
    const sync = handle.sync.bind(handle)
    Object.assign(handle, {
      write: async (
        bytes: Uint8Array,
        offset = 0,
        length = bytes.length - offset,
        position: number | null = null,
      ) => {
        const how = await this.#meet('write')
        return await write(bytes, offset, how === 'short' ? Math.ceil(length / 2) : length, position)
      },
      sync: async () => {
        await this.#meet('sync')
        await sync()
      },
    })
  }
}
