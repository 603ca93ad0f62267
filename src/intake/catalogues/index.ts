// Online catalogues: records fetched by their identifiers, compared with those here, and refreshed by the clock.
import type { Module } from '../../http/module.ts'
import { refreshJob } from './refetch.ts'
import { titleRoutes } from './routes-titles.ts'
import { routes } from './routes.ts'

export { getCatalogue, lookUp } from './look-up.ts'
export {
  compare as compareWithCatalogue,
  refresh as refreshFromCatalogues,
  take as takeFromCatalogue,
} from './refetch.ts'

export const catalogues: Module = {
  name: 'catalogues',
  routes: async (app, options) => {
    await routes(app, options)
    await titleRoutes(app, options)
  },
  jobs: { 'catalogues.refresh': refreshJob },
}
