// firefolio search rebuild: makes the index anew in a file of its own, which then takes the place of the other; a server that runs notices.
import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { currentFile, followIndex, indexFolder, sortOrders } from '../dissemination/search/index.ts'
import { Refusal } from '../errors.ts'
import { own } from '../owned.ts'
import { openIndex } from '../search-index/sqlite-thread.ts'
import { placeFile } from '../whole-files.ts'
import { counted } from './counted.ts'
import type { Session } from './session.ts'

export function rebuildIndex(session: Session): Promise<void> {
  return session.withServices(async services => {
    const folder = indexFolder(services)
    const owned = await own(folder, 'rebuild.lock')
    if (!owned) throw new Refusal('conflict', `Another process makes the search index in ${folder} anew.`)
    try {
      const file = join(folder, `titles-${Date.now()}.sqlite`)
      const index = openIndex(file, services.config.search.maxHits, sortOrders(services).mark)
      const changed = await followIndex(services, index)
      const { titles, pages, bytes } = await index.size()
      await index.close()
      const old = basename(currentFile(services))
      await placeFile(join(folder, 'current'), basename(file))
      // a server may have the old one open still: it goes with the next rebuilding
      for (const name of await readdir(folder))
        if (name.startsWith('titles-') && !name.startsWith(basename(file)) && !name.startsWith(old))
          await rm(join(folder, name), { recursive: true, force: true })
      session.out(
        `${counted(changed, 'change')} read: ${counted(titles, 'title')} and ${counted(pages, 'page')} in ${(bytes / 1024 / 1024).toFixed(1)} MB\n`,
      )
    } finally {
      await owned.release()
    }
  })
}
