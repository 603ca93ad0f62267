// OPR_Domain: hierarchical collections with inherited configuration.
import type { Module } from '../../http/module.ts'
import { configRoutes } from './routes-config.ts'
import { routes } from './routes.ts'

export { genreSet, takenNames } from './names.ts'
export {
  change as changeDomain,
  create as createDomain,
  get as getDomain,
  getFull as getFullDomain,
  requireOwnNames,
} from './change.ts'
export {
  configuration as domainConfiguration,
  type DomainInShort,
  inShort as domainsInShort,
  imageSettings,
  type ImageSettings,
  option as domainOption,
} from './configuration.ts'
export {
  domainNames,
  domainsMadeBy,
  keptDomains,
  keptDomainTags,
  keptOptions,
  lockDomains,
  type MadeDomain,
  takeDomainsAway,
} from './kept.ts'
export { lineage as domainLineage, list as listDomains, type Domain, type FullDomain } from './repository.ts'

export { faceOf as domainFace } from './face.ts'
export {
  DomainFace,
  ImageFooter as DomainImageFooter,
  Localised,
  Watermark as DomainWatermark,
} from './schemas.ts'
export { makeSystemDomains } from './system.ts'
export { archiveFor, type DomainStores, storesOfComing, storesOfDomains } from './stores.ts'
export { type DomainTags, domainTags, type GivenTags, givenTags, rememberTags } from './tags.ts'

export const domains: Module = {
  name: 'domains',
  routes: async (app, options) => {
    await routes(app, options)
    await configRoutes(app, options)
  },
}
