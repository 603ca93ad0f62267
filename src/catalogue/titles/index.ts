// OPR_Content: titles with their MODS, fields, identifiers and versions.
import type { Module } from '../../http/module.ts'
import { bulkJob } from './bulk.ts'
import { tableJob } from './table-changes.ts'
import { tableRoutes } from './routes-table.ts'
import { bulkRoutes } from './routes-bulk.ts'
import { fields, followFields, orderDate, pagecount } from './jobs.ts'
import { routes } from './routes.ts'
import { moreRoutes } from './routes-more.ts'
import { resolverRoutes } from './routes-resolve.ts'

export { type Origin, origins } from './codes.ts'
export { emptyMods } from './empty-mods.ts'
export { fieldRow } from './field-rows.ts'
export { type ContentFields, mods as storedMods, update as updateTitle } from './repository.ts'
export * as identifiers from './identifiers.ts'
export { copyTitles } from './copy.ts'
export { keptIdentifiers, keptTitles, redrawFields } from './kept.ts'
export { drawFields } from './drawn-fields.ts'
export { guessType, parentOf } from './post.ts'
export {
  identifiersOf,
  type Message,
  replaceMods,
  storeTitle,
  type StoredTitle,
  type TitleInput,
} from './store.ts'
export { NewTitle } from './new-title.ts'
export { personDocument, PersonSchema } from './persons.ts'
export { Message as MessageSchema } from './schemas.ts'
export { getTitle, requireTitleVersion } from './support.ts'

export const titles: Module = {
  name: 'titles',
  routes: async (app, options) => {
    await routes(app, options)
    await moreRoutes(app, options)
    await resolverRoutes(app, options)
    await bulkRoutes(app, options)
    await tableRoutes(app, options)
  },
  jobs: { 'titles.batch': bulkJob, 'titles.table': tableJob, pagecount, 'order-date': orderDate, fields },
  follow: followFields,
}
