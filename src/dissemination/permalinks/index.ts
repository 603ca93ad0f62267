// Permalinks: the address that is cited, the page behind it, and citations.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { permalinkRoutes } from './routes.ts'

export { citationOf } from './citation.ts'

export const permalinks: Module = {
  name: 'permalinks',
  routes: async (app, { services }) => {
    openToOtherSites(app)
    await permalinkRoutes(app, services)
  },
}
