// Texts, downloads and masters: every route that gives them says so by its verb, and is looked at here before its handler. Images look for
// themselves, in what is kept of them (images/serving).
import type { App, Services } from '../../http/module.ts'
import type { Verb } from '../../http/sight.ts'
import { nodesOf } from '../access/index.ts'
import { anyLent } from './copies.ts'
import { requireCopy } from './require.ts'

const given: ReadonlySet<Verb> = new Set(['text', 'download', 'master'])

export function placesBehind(app: App, services: Services): void {
  app.addHook('preHandler', async request => {
    if (request.is404 || request.principal.kind === 'operator' || !anyLent(services)) return
    const { verb, nodes } = nodesOf(services, request)
    if (!verb || !given.has(verb) || !['GET', 'HEAD', 'QUERY'].includes(request.method)) return
    for (const node of nodes) {
      const place = await node()
      if (place) await requireCopy(services, request, place)
    }
  })
}
