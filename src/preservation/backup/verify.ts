// A backup against its record: every part and every file of the pool that belongs to it is read.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, filesOf, inPool, readRecord } from './record.ts'

export interface VerifiedBackup {
  readonly name: string
  readonly files: number
  /** As sentences */
  readonly faults: readonly string[]
}

const enoughFaults = 1000

export async function verifyBackup(
  folder: string,
  name?: string,
  progress: (done: number, total: number) => void = () => {},
): Promise<VerifiedBackup> {
  const { name: chosen, record } = await readRecord(folder, name)
  const faults = record.faults.map(fault => `It was made without ${fault}.`)
  for (const { path, sha256 } of record.parts) {
    const full = join(folder, chosen, path)
    if (!(await stat(full).catch(() => undefined))?.isFile()) faults.push(`${path} is missing.`)
    else if ((await digestOf(full)) !== sha256) faults.push(`${path} is damaged.`)
  }
  let files = 0
  // a list that is damaged names nothing that could be looked for
  if (!faults.some(fault => fault.startsWith('files.txt')))
    for await (const { sha256 } of filesOf(folder, chosen)) {
      files++
      progress(files, record.files)
      const path = inPool(folder, sha256)
      if (faults.length >= enoughFaults) break
      if (!(await stat(path).catch(() => undefined))) faults.push(`The file ${sha256} is missing.`)
      else if ((await digestOf(path)) !== sha256) faults.push(`The file ${sha256} is damaged.`)
    }
  return { name: chosen, files, faults }
}
