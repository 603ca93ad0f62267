// Addresses of the desk. It is drawn in the browser alone; nothing of it is loaded by readers.
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'

type Words = Readonly<Record<string, string | undefined>>
const word = (search: Record<string, unknown>, name: string) =>
  typeof search[name] === 'string' && search[name] !== '' ? { [name]: search[name] } : {}
/** Parameters of an address that a page knows; others are left out. */
const words =
  <Name extends string>(...names: readonly Name[]) =>
  (search: Record<string, unknown>): { readonly [name in Name]?: string } =>
    Object.assign({}, ...names.map(name => word(search, name))) as Words as never

export function deskRoutes<Root extends AnyRoute>(root: Root) {
  const desk = createRoute({
    getParentRoute: () => root,
    path: '/desk',
    staticData: { modules: ['src/desk/shell/desk.tsx'], isBare: true },
    component: lazyRouteComponent(() => import('./shell/desk.tsx')),
  })
  const home = createRoute({
    getParentRoute: () => desk,
    path: '/',
    component: lazyRouteComponent(() => import('./home/page.tsx')),
  })
  const tree = createRoute({
    getParentRoute: () => desk,
    path: '/tree',
    validateSearch: words('at', 'domain', 'node', 'kind', 'state', 'bin', 'q', 'type', 'text', 'pages', 'labels', 'since', 'by', 'tag', 'sort'),
    component: lazyRouteComponent(() => import('./tree/page.tsx')),
  })
  const imports = createRoute({
    getParentRoute: () => desk,
    path: '/imports',
    validateSearch: words('id'),
    component: lazyRouteComponent(() => import('./imports/page.tsx')),
  })
  const jobs = createRoute({
    getParentRoute: () => desk,
    path: '/jobs',
    validateSearch: words('state'),
    component: lazyRouteComponent(() => import('./jobs/page.tsx')),
  })
  const collections = createRoute({
    getParentRoute: () => desk,
    path: '/collections',
    validateSearch: words('name', 'part'),
    component: lazyRouteComponent(() => import('./collections/page.tsx')),
  })
  const people = createRoute({
    getParentRoute: () => desk,
    path: '/people',
    validateSearch: words('q'),
    component: lazyRouteComponent(() => import('./people/page.tsx')),
  })
  const groups = createRoute({
    getParentRoute: () => desk,
    path: '/groups',
    validateSearch: words('id'),
    component: lazyRouteComponent(() => import('./people/groups.tsx')),
  })
  const keys = createRoute({
    getParentRoute: () => desk,
    path: '/keys',
    validateSearch: words('user'),
    component: lazyRouteComponent(() => import('./people/keys.tsx')),
  })
  const ways = createRoute({
    getParentRoute: () => desk,
    path: '/ways',
    validateSearch: words('user'),
    component: lazyRouteComponent(() => import('./people/ways.tsx')),
  })
  const rights = createRoute({
    getParentRoute: () => desk,
    path: '/rights',
    validateSearch: words('node', 'domain'),
    component: lazyRouteComponent(() => import('./rights/page.tsx')),
  })
  const log = createRoute({
    getParentRoute: () => desk,
    path: '/log',
    validateSearch: words('actor', 'entity', 'entityId', 'from', 'to', 'application'),
    component: lazyRouteComponent(() => import('./log/page.tsx')),
  })
  const harvests = createRoute({
    getParentRoute: () => desk,
    path: '/harvests',
    validateSearch: words('id'),
    component: lazyRouteComponent(() => import('./harvests/page.tsx')),
  })
  const lending = createRoute({
    getParentRoute: () => desk,
    path: '/lending',
    validateSearch: words('title', 'state'),
    component: lazyRouteComponent(() => import('./lending/page.tsx')),
  })
  const statistics = createRoute({
    getParentRoute: () => desk,
    path: '/statistics',
    validateSearch: words('by', 'from', 'to', 'collection', 'title'),
    component: lazyRouteComponent(() => import('./statistics/page.tsx')),
  })
  const system = createRoute({
    getParentRoute: () => desk,
    path: '/system',
    component: lazyRouteComponent(() => import('./system/page.tsx')),
  })
  const notes = createRoute({
    getParentRoute: () => desk,
    path: '/notes',
    validateSearch: words('state', 'kind', 'assigned', 'origin', 'below', 'note'),
    component: lazyRouteComponent(() => import('./notes/page.tsx')),
  })
  const orders = createRoute({
    getParentRoute: () => desk,
    path: '/orders',
    validateSearch: words('state', 'editor', 'tag', 'text'),
    component: lazyRouteComponent(() => import('./orders/page.tsx')),
  })
  const order = createRoute({
    getParentRoute: () => desk,
    path: '/orders/$order',
    component: lazyRouteComponent(() => import('./orders/one.tsx')),
  })
  const cameIn = createRoute({
    getParentRoute: () => desk,
    path: '/deliverers/$id',
    component: lazyRouteComponent(() => import('./tree/came-in.tsx')),
  })
  const title = createRoute({
    getParentRoute: () => desk,
    path: '/title/$id',
    component: lazyRouteComponent(() => import('./title/page.tsx')),
  })
  const pages = createRoute({
    getParentRoute: () => desk,
    path: '/title/$id/pages',
    component: lazyRouteComponent(() => import('./pages/page.tsx')),
  })
  const texts = createRoute({
    getParentRoute: () => desk,
    path: '/title/$id/texts',
    validateSearch: words('page'),
    component: lazyRouteComponent(() => import('./texts/page.tsx')),
  })
  const images = createRoute({
    getParentRoute: () => desk,
    path: '/title/$id/images',
    validateSearch: words('page'),
    component: lazyRouteComponent(() => import('./images/page.tsx')),
  })
  // pages of one-time links: the shell shows them in its place
  const links = (['/welcome', '/password', '/confirm', '/join'] as const).map(path => createRoute({ getParentRoute: () => desk, path, component: () => null }))
  return desk.addChildren([home, tree, imports, jobs, collections, people, groups, keys, ways, rights, notes, orders, order, cameIn, log, harvests, lending, statistics, system, title, pages, texts, images, ...links])
}
