// What changed, in the order of its commits: SYS_Outbox and OPR_OaiRecord. Harvesters, the search index and change feeds read on from the
// last number or date stamp they saw.
import type { Module } from '../../http/module.ts'
import { followChanges } from './follow.ts'
import { countWaiting } from './repository.ts'

export { followChanges } from './follow.ts'
export { objectTag } from './tag.ts'
export {
  changedAfter,
  withdrawnAfter,
  type ChangeRecord,
  count as countRecords,
  countWaiting as countWaitingChanges,
  earliest as earliestDatestamp,
  find as findRecord,
  list as listRecords,
  type RecordFilter,
  recordStates,
} from './repository.ts'

export const changes: Module = {
  name: 'changes',
  follow: followChanges,
  hooks: (_app, services) =>
    void services.figures.set('changes', async () => [
      {
        name: 'firefolio_changes_waiting',
        kind: 'gauge',
        help: 'Notes of changes that nobody has followed up.',
        values: { '': await countWaiting(services.db) },
      },
    ]),
}
