// METS and the tree: the reader's mapping for imports, and the builder for all that hands out titles.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export { planOfMets } from './from-mets.ts'
export { modsOfTitle, recordIdentifierOf } from './mods-of-title.ts'
export { metsOfObject } from './of-object.ts'
export * from './plan.ts'

export const mets: Module = {
  name: 'mets',
  routes: async (app, options) => {
    openToOtherSites(app)
    await routes(app, options)
  },
}
