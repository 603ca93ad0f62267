// METS of titles, built from what is loaded of them: one builder for /mets/{id}, OAI-PMH and harvesters.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export { modsOfTitle, recordIdentifierOf } from './mods-of-title.ts'
export { metsOfObject } from './of-object.ts'

export const mets: Module = {
  name: 'mets',
  routes: async (app, options) => {
    openToOtherSites(app)
    await routes(app, options)
  },
}
