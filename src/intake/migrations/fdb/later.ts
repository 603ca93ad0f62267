// Scans and texts for pages that came without them: a change of the page like any other.
import type { Services } from '../../../http/module.ts'
import { masterFields, updatePage } from '../../../catalogue/pages/index.ts'
import { storeText } from '../../../catalogue/texts/index.ts'
import { inTree, refreshTitles } from '../../../catalogue/tree/index.ts'
import { type StoredNode, titlePathsOf } from '../repository.ts'
import type { Row } from './columns.ts'
import type { StagedPages } from './files.ts'
import type { StoreOptions } from './rows.ts'
import { operation } from './store.ts'

/** @param there the pages as they are here */
export const addFiles = (
  services: Services,
  rows: readonly Row[],
  staged: StagedPages,
  there: ReadonlyMap<number, StoredNode>,
  options: StoreOptions,
): Promise<void> =>
  inTree(services, { lock: 'insert', actor: options.actor }, async trx => {
    await operation(trx, options, { OT_ID: rows[0]?.['OP_OT_ID'] }, { pages: rows.length })
    const pages = new Set<number>()
    for (const row of rows) {
      const node = there.get((row['OP_OT_ID'] as number) + options.shift)
      const page = staged.pages.get(row['OP_OT_ID'] as number)
      if (!node || !page) continue
      const { master, text } = page
      if (master && node.master === 0)
        await updatePage(
          trx,
          node.id,
          masterFields(master.url, master, master.scan, master.profileId ?? null, master.modifiedAt),
        )
      if (text && node.texts === 0 && (await storeText(trx, node.id, text, master?.scan))) pages.add(node.id)
    }
    const paths = await titlePathsOf(trx, [...pages])
    await refreshTitles(trx, services.types, paths)
  })
