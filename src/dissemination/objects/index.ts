// The digital object: a title with outline, pages and rights, for all that shows or hands out titles as a whole.
export { loadMembers, type Year, yearsOf } from './members.ts'
export {
  type DigitalObject,
  isPart,
  type ObjectDomain,
  type ObjectPage,
  type ObjectPart,
  type TitleFacts,
  viewingDirection,
} from './facts.ts'
export { loadObject, loadTitles, pagesOf, type TitleInContext } from './load.ts'
export { articlesOnPages } from './regions.ts'
export { records as modsRecords } from './repository.ts'
export { type Addresses, addressesOf, hostOf, repositoryIdentifier } from './addresses.ts'
