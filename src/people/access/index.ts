// Who may do what: the policy, the gate before all routes, and lists of which not every row is seen.
export { type Door, recordDoors, renderDoors, renderTopics } from './doors.ts'
export { topicsGiving } from './decide.ts'
export { type Entry, inRange, type Level, subjectKinds } from './entries.ts'
export {
  forgetEntries,
  gate,
  nodesOf,
  placesOf,
  publicNow,
  sighted,
  sightedSupposing,
  stateNumber,
} from './gate.ts'
export { access, type Access, refuse, verbOf } from './policy.ts'
export { only, seenRows } from './rows.ts'
export { isOpenImage, viewerServices } from './viewer-services.ts'
export { isFree, requireAll, requireTouched } from './written.ts'
