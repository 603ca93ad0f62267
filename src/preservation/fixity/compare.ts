// One file against its hash, at a pace that leaves the disk to readers.
import { createHash } from 'node:crypto'
import type { MasterStore } from '../../storage/stores.ts'
import type { Fault } from './codes.ts'
import type { KeptFile } from './kept-files.ts'

/** Keeps the bytes of a second below a limit. */
export class Pace {
  readonly #bytesPerSecond: number
  readonly #started = performance.now()
  #bytes = 0

  /** @param bytesPerSecond 0: no limit */
  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
  }

  async spend(bytes: number): Promise<void> {
    if (this.#bytesPerSecond === 0) return
    this.#bytes += bytes
    const aheadMs = (this.#bytes / this.#bytesPerSecond) * 1000 - (performance.now() - this.#started)
    if (aheadMs > 5) await new Promise(resolve => setTimeout(resolve, aheadMs))
  }
}

export type Verdict =
  | { readonly isGood: true; readonly bytes: number }
  | {
      readonly isGood: false
      readonly fault: Fault
      /** Hash of what is there */
      readonly found?: string
      readonly bytes?: number
      readonly detail?: string
    }

function faultOf(error: unknown): Verdict {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return code === 'ENOENT'
    ? { isGood: false, fault: 'missing' }
    : { isGood: false, fault: 'unreadable', detail: `The system reports ${code}.` }
}

/**
 * A file in its places: the first that has not what it must says what is wrong, and where. Where each place must have it (second copies), it is missed
 * in each; else wherever it is, because a move may be outstanding.
 * @param places that the file belongs in; none: wherever it is
 * @param onBytes is told of each part that was read
 */
export async function compare(
  archive: MasterStore,
  places: readonly MasterStore[],
  isCopied: boolean,
  file: KeptFile,
  pace: Pace,
  onBytes: () => Promise<void> = async () => {},
): Promise<Verdict> {
  if (places.length === 0) return await compareIn(archive, file, pace, onBytes)
  let bytes: number | undefined
  for (const place of places) {
    const verdict = await compareIn(place, file, pace, onBytes)
    if (verdict.isGood) bytes = (bytes ?? 0) + verdict.bytes
    else if (isCopied || verdict.fault !== 'missing')
      return { ...verdict, detail: `${verdict.detail ?? 'Found'} in ${place.called}.` }
  }
  return bytes === undefined ? await compareIn(archive, file, pace, onBytes) : { isGood: true, bytes }
}

async function compareIn(
  archive: MasterStore,
  file: KeptFile,
  pace: Pace,
  onBytes: () => Promise<void>,
): Promise<Verdict> {
  const [algorithm = 'sha256'] = file.expected.split(':')
  const hash = createHash(algorithm)
  let bytes = 0
  const stream = archive.read(file.address)
  try {
    for await (const chunk of stream) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
      await pace.spend((chunk as Buffer).length)
      await onBytes()
    }
  } catch (error) {
    return faultOf(error)
  } finally {
    stream.destroy()
  }
  const found = `${algorithm}:${hash.digest('hex')}`
  return found === file.expected ? { isGood: true, bytes } : { isGood: false, fault: 'altered', found, bytes }
}
