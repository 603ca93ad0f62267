// The file that an operator gives: a backup by gbak. A database file of Firebird 2.5 cannot be opened by a later server, and one that is in use must not be.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { Refusal } from '../../../errors.ts'

const releases = new Map([
  [10, 'Firebird 1'],
  [11, 'Firebird 2'],
  [12, 'Firebird 3'],
  [13, 'Firebird 4 or 5'],
])

/** On-disk structure of a database file, from its header page; undefined where it is none. */
function structureOf(head: Buffer): number | undefined {
  const [type, pageSize] = [head[0], head.readUInt16LE(16)]
  const isDatabase = type === 1 && pageSize >= 1024 && (pageSize & (pageSize - 1)) === 0
  // the highest bit says that Firebird wrote it
  return isDatabase ? head.readUInt16LE(18) & 0x7fff : undefined
}

/** @throws Refusal not-found; not-processable with the way to make a backup */
export async function requireBackup(path: string): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw new Refusal('not-found', `${path} cannot be read.`, {}, error)
  })
  const head = Buffer.alloc(64)
  try {
    await file.read(head, 0, head.length, 0)
  } finally {
    await file.close()
  }
  const structure = structureOf(head)
  if (structure === undefined) return
  const name = basename(path)
  throw new Refusal(
    'not-processable',
    `${name} is a database of ${releases.get(structure) ?? 'another Firebird'} (on-disk structure ${structure}), not a backup of one; no other release can open it. Make a backup with the gbak of its own server, while it runs: gbak -b -g -user SYSDBA -password … ${name} vls.fbk. Then give vls.fbk.`,
  )
}

/** The same backup is restored once. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex').slice(0, 16)
}
