// Search in titles and texts: for people and programs of ours, for catalogues (SRU), for viewers (IIIF Content Search).
import { openToOtherSites } from '../../http/cors.ts'
import type { Module, Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { changedAfter } from '../../system/changes/index.ts'
import { apiRoutes } from './routes-api.ts'
import { marksRoutes } from './routes-marks.ts'
import { contentRoutes } from './routes-content.ts'
import { content1Routes } from './routes-content-1.ts'
import { sruRoutes } from './routes-sru.ts'
import { suggestRoutes } from './routes-suggest.ts'
import { withheldFrom } from './scope.ts'
import { SearchService } from './service.ts'

export { followIndex, sortOrders } from './index-titles.ts'
export { currentFile, indexFolder } from './service.ts'

/** How many titles each domain shows, by its id; undefined where there is no index, or one that is not complete yet. */
export async function titlesByDomain(
  services: Services,
  principal: Principal,
): Promise<Map<number, number> | undefined> {
  const service = services.config.search.on ? SearchService.of(services) : undefined
  return !service || (await service.isPartial())
    ? undefined
    : await service.index.countsByDomain(await withheldFrom(service, principal))
}

export interface IndexState {
  readonly titles: number
  readonly pages: number
  readonly bytes: number
  /** Titles may be missing, because it is being made anew */
  readonly isPartial: boolean
  /** Every change that there is has been taken over */
  readonly isCurrent: boolean
}

/** How the index of this process stands; undefined where it has none. */
export async function indexState(services: Services): Promise<IndexState | undefined> {
  const service = services.config.search.on ? SearchService.of(services) : undefined
  if (!service) return undefined
  const { index } = service
  const [size, isPartial, number] = await Promise.all([index.size(), service.isPartial(), index.lastNumber()])
  return { ...size, isPartial, isCurrent: (await changedAfter(services.db, number, 1)).length === 0 }
}

export const search: Module = {
  name: 'search',
  routes: async (app, { services }) => {
    const service = new SearchService(services)
    app.addHook('onReady', () => service.start())
    app.addHook('onClose', async () => service.close())
    openToOtherSites(app, ['/iiif/search/*'])
    await apiRoutes(app, services, service)
    await marksRoutes(app, services, service)
    await suggestRoutes(app, services, service)
    await sruRoutes(app, services, service)
    await contentRoutes(app, services, service)
    await content1Routes(app, services, service)
  },
  follow: async services => await SearchService.of(services)?.follow(),
}
