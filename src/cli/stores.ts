// firefolio stores: what lies where, and bringing files to where the configuration says.
import { makeStore, moveFiles, storeContents } from '../preservation/stores/index.ts'
import { counted } from './counted.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export const listStores = (session: Session): Promise<void> =>
  session.withServices(async services => {
    for (const { name, files, packs, trouble, roles } of await storeContents(services))
      session.out(
        `${name.padEnd(12)} ${trouble ?? `${counted(files, 'file')}, ${counted(packs, 'pack')}`}${roles.length === 0 ? '' : `; new ${roles.join(' and ')}`}\n`,
      )
  })

export const makeFolderOfStore = (session: Session, name: string): Promise<void> =>
  session.withServices(async ({ config }) => {
    session.out(`${await makeStore(config, name)} is the store ‘${name}’ now\n`)
  })

/** @returns the exit code: 1 where something could not be moved */
export function moveStores(
  session: Session,
  flags: { readonly dryRun?: boolean; readonly domain?: string },
): Promise<number> {
  return session.withServices(async services => {
    const progress = new Progress('move', session)
    const { files, bytes, packs, damaged } = await moveFiles(services, flags, async done =>
      progress.show(done, done + 1, 'files'),
    )
    progress.end()
    session.out(
      `${counted(files, 'file')} (${(bytes / 1024 / 1024).toFixed(1)} MB) and ${counted(packs, 'pack')} ${flags.dryRun ? 'are to be moved' : 'are where they belong now'}\n`,
    )
    for (const address of damaged) session.out(`- ${address} is damaged and stays where it is\n`)
    return damaged.length === 0 ? 0 : 1
  })
}
