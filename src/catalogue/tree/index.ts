// OPR_Tree: traversal, placing, moving, releasing, the bin; and what titles know of the pages below them.
import type { Module } from '../../http/module.ts'
import { batchJob } from './batch.ts'
import { checks } from './checks.ts'
import { aboutRoutes } from './routes-about.ts'
import { batchRoutes } from './routes-batch.ts'
import { historyRoutes } from './routes-history.ts'
import { linkRoutes } from './routes-links.ts'
import { purgeBin } from './purge-bin.ts'
import { readRoutes } from './routes-read.ts'
import { tagRoutes } from './routes-tags.ts'
import { typeRoutes } from './routes-types.ts'
import { writeRoutes } from './routes-write.ts'

export { getVisible, documentOf as nodeDocument } from './documents.ts'
export { move as moveNode, moveAll as moveNodes, setSorts } from './move.ts'
export {
  bin as binNodes,
  restore as restoreNodes,
  release as releaseNodes,
  retypeOne as retypeNode,
} from './operations.ts'
export {
  get as getNode,
  insertNodes,
  type NewNodeRow,
  newSorts,
  sortFor,
  isVisible,
  shownPlace,
  place,
  rename,
  renameMany,
  requireAllowed,
  requireRoom,
  sortStep,
  touch,
  type Place,
} from './place.ts'
export { outline, requireOutline, rowsBelow, type OutlineNode } from './outline.ts'
export { find as findNode, ancestors, idsOf, startsWith, type Node } from './repository.ts'
export { checkOf } from './checks.ts'
export { keptNodes, lockNodes, madeBy, namesOf, requireConsistent, takeAway } from './kept.ts'
export { forgetRedirects, putRedirectsBack, type Redirect, redirect, redirected } from './redirects.ts'
export { corrected, type Otherwise } from './about-titles.ts'
export { countsByEntries, otherwiseFor } from './seen-counts.ts'
export { countsHidden, placeAsked, requireWork, seenNode, workedOn } from './work.ts'
export { refreshTitles } from './title-caches.ts'
export {
  inTree,
  inTreeTogether,
  settle,
  type MoveTransaction,
  type TreeTransaction,
  writeTree,
} from './transaction.ts'
export { requireVersion } from './versions.ts'

export const tree: Module = {
  name: 'tree',
  routes: async (app, options) => {
    await readRoutes(app, options)
    await linkRoutes(app, options)
    await aboutRoutes(app, options)
    await historyRoutes(app, options)
    await writeRoutes(app, options)
    await batchRoutes(app, options)
    await tagRoutes(app, options)
    await typeRoutes(app, options)
  },
  jobs: { 'tree.batch': batchJob, 'bin.purge': purgeBin },
  checks,
}
