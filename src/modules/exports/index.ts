// Titles as they are taken home: permalinks, citations, PDF, texts, feeds, and the addresses that others have published.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { feedRoutes } from './routes-feeds.ts'
import { legacyRoutes } from './routes-legacy.ts'
import { downloadRoutes } from './routes-downloads.ts'
import { permalinkRoutes } from './routes-permalink.ts'
import { robotRoutes } from './routes-robots.ts'
import { staticRoutes } from './routes-static.ts'

export const exports: Module = {
  name: 'exports',
  routes: async (app, { services }) => {
    openToOtherSites(app)
    await permalinkRoutes(app, services)
    await downloadRoutes(app, services)
    await feedRoutes(app, services)
    await robotRoutes(app, services)
    await legacyRoutes(app, services)
    await staticRoutes(app, services)
  },
}
