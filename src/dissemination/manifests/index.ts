// IIIF Presentation and Change Discovery: titles as manifests and collections.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { activityRoutes } from './activity.ts'
import { routes } from './routes.ts'

export { metadataOf } from './metadata.ts'

export const manifests: Module = {
  name: 'manifests',
  routes: async (app, options) => {
    openToOtherSites(app, ['/iiif/presentation/*', '/iiif/activity/*'])
    await routes(app, options)
    await activityRoutes(app, options)
  },
}
