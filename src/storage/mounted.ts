// A store of kind file lies on a disk of its own, which may not be mounted: then an empty folder is where it should be, or none. A file in the folder
// says that this is the store; without it the store is away, and nothing is made, missed or given up there.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../errors.ts'
import { inPlace, makeFolders, placeFile } from '../whole-files.ts'

const markName = 'firefolio-store'

const markText = `This folder is a store of Firefolio ([store.NAME], kind = file, in server.ini).
Where this file is missing, the store counts as away: its disk is not mounted. Leave it here.
`

/** What a store in a folder asks before it makes folders, or says that something is missing. */
export interface Mounted {
  /** @throws Refusal unavailable where the folder is not the store */
  (): Promise<void>
}

const hasFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false

/** Whether files of a store lie there: one that is older than the mark. */
async function hasFiles(folder: string): Promise<boolean> {
  for (const below of ['media/sha256', 'packs'])
    if ((await readdir(join(folder, below)).catch(() => [])).length > 0) return true
  return false
}

/** Says of a folder that it is the store. */
export async function markStore(name: string, folder: string): Promise<void> {
  await inPlace({ option: `[store.${name}]`, folder }, async () => {
    await makeFolders(folder)
    await placeFile(join(folder, markName), markText, 0o644)
  })
}

export function mountedStore(name: string, folder: string): Mounted {
  return async () => {
    if (await hasFile(join(folder, markName))) return
    if (await hasFiles(folder)) return await markStore(name, folder)
    throw new Refusal(
      'unavailable',
      `The folder of [store.${name}] has no file ‘${markName}’: its disk is not mounted. A new store is made by: firefolio stores make ${name}`,
      { retryAfter: 60 },
    )
  }
}
