// Addresses that others have published, Visual Library Servers and operators: they go on working.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { legacyRoutes } from './routes-legacy.ts'
import { staticRoutes } from './routes-static.ts'

export const published: Module = {
  name: 'published',
  routes: async (app, { services }) => {
    openToOtherSites(app)
    await legacyRoutes(app, services)
    await staticRoutes(app, services)
  },
}
