// Feeds of what was released, robots.txt and sitemaps: how others learn what there is.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { feedRoutes } from './routes-feeds.ts'
import { robotRoutes } from './routes-robots.ts'

export { newest } from './repository.ts'

export const feeds: Module = {
  name: 'feeds',
  routes: async (app, { services }) => {
    openToOtherSites(app)
    await feedRoutes(app, services)
    await robotRoutes(app, services)
  },
}
