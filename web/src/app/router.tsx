// All addresses of the application, and what each loads before it is shown.
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router'
import type { Api } from '../shared/api.ts'
import { myLoansQuery } from '../shared/loan.ts'
import { faceQuery, objectQuery, searchQuery, startQuery } from '../shared/queries.ts'
import { deskRoutes } from '../desk/routes.tsx'
import { collectionSearch, findSearch, isAsked, queryOf } from '../reading/find/address.ts'
import type { WithFace } from './face.ts'
import { ProblemPage } from './problem.tsx'
import { Shell } from './shell.tsx'

export interface RouterContext {
  readonly api: Api
  readonly queries: QueryClient
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Sources that the page runs at once, as the manifest of the build names them: the browser fetches them with the document */
    readonly modules?: readonly string[]
    /** The page fills the window: no foot, no frame */
    readonly isBare?: boolean
  }
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}

export interface TitleSearch {
  /** Year of a newspaper's calendar */
  readonly year?: string | undefined
  /** Month of it, 01 to 12, shown by the pictures of its issues */
  readonly month?: string | undefined
}
export interface MiradorSearch {
  /** Number of the page that is open */
  readonly page?: string | undefined
}
/** Camera, page and panels of the viewer; it reads and writes them itself. */
export type ViewSearch = { readonly [name: string]: string | undefined }

const root = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  errorComponent: ProblemPage,
  notFoundComponent: () => <ProblemPage error={undefined} />,
})

/** A title, a part of it or an issue, with what its domain looks like. */
const loadObject = async ({ context, params, deps }: { readonly context: RouterContext; readonly params: { readonly id: string }; readonly deps: { readonly year?: string | undefined } }): Promise<WithFace> => {
  const { domain } = await context.queries.ensureQueryData(objectQuery(context.api, Number(params.id), deps.year))
  return { face: domain.face }
}

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  staticData: { modules: ['src/reading/start/page.tsx'] },
  loader: ({ context }) => context.queries.ensureQueryData(startQuery(context.api)),
  component: lazyRouteComponent(() => import('../reading/start/page.tsx')),
})

const collection = createRoute({
  getParentRoute: () => root,
  path: '/c/$name',
  staticData: { modules: ['src/reading/collection/page.tsx'] },
  validateSearch: collectionSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }): Promise<WithFace> => {
    const [face] = await Promise.all([
      context.queries.ensureQueryData(faceQuery(context.api, params.name)),
      context.queries.ensureQueryData(startQuery(context.api)),
      context.queries.ensureQueryData(searchQuery(context.api, queryOf(deps, params.name))),
    ])
    return { face }
  },
  component: lazyRouteComponent(() => import('../reading/collection/page.tsx')),
})

const find = createRoute({
  getParentRoute: () => root,
  path: '/find',
  staticData: { modules: ['src/reading/find/page.tsx'] },
  validateSearch: findSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps }) => {
    await Promise.all([
      context.queries.ensureQueryData(startQuery(context.api)),
      !isAsked(deps)
        ? undefined
        : context.queries.ensureQueryData(searchQuery(context.api, queryOf(deps))),
    ])
  },
  component: lazyRouteComponent(() => import('../reading/find/page.tsx')),
})

const loans = createRoute({
  getParentRoute: () => root,
  path: '/loans',
  staticData: { modules: ['src/reading/loans/page.tsx'] },
  loader: ({ context }) => context.queries.fetchQuery(myLoansQuery(context.api)),
  component: lazyRouteComponent(() => import('../reading/loans/page.tsx')),
})

const title = createRoute({
  getParentRoute: () => root,
  path: '/id/$id',
  staticData: { modules: ['src/reading/title/page.tsx'] },
  validateSearch: ({ year, month }: Record<string, unknown>): TitleSearch => ({
    year: typeof year === 'string' && /^\d{4}$/.test(year) ? year : undefined,
    month: typeof month === 'string' && /^(?:0[1-9]|1[0-2])$/.test(month) ? month : undefined,
  }),
  loaderDeps: ({ search: { year } }) => ({ year }),
  loader: loadObject,
  component: lazyRouteComponent(() => import('../reading/title/page.tsx')),
})

const view = createRoute({
  getParentRoute: () => root,
  path: '/id/$id/view',
  staticData: { modules: ['src/viewer/page.tsx', 'src/viewer/deep.ts'], isBare: true },
  validateSearch: (search: Record<string, unknown>): ViewSearch => search as ViewSearch,
  loader: loadObject,
  component: lazyRouteComponent(() => import('../viewer/page.tsx')),
})

const mirador = createRoute({
  getParentRoute: () => root,
  path: '/id/$id/mirador',
  staticData: { modules: ['src/mirador/page.tsx'], isBare: true },
  validateSearch: ({ page }: Record<string, unknown>): MiradorSearch => ({
    page: typeof page === 'string' && /^\d{1,10}$/.test(page) ? page : undefined,
  }),
  loader: loadObject,
  component: lazyRouteComponent(() => import('../mirador/page.tsx')),
})

/** Addresses keep words as they were typed: `q=1897` is a text, not a number in quotes. */
const parseSearch = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search))
const stringifySearch = (search: Record<string, unknown>): string => {
  const parameters = new URLSearchParams(
    Object.entries(search).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  ).toString()
  return parameters === '' ? '' : `?${parameters}`
}

export function makeRouter(options: {
  readonly context: RouterContext
  readonly prefix: string
  readonly history?: RouterHistory
}) {
  return createRouter({
    routeTree: root.addChildren([start, collection, find, loans, title, view, mirador, deskRoutes(root)]),
    context: options.context,
    basepath: options.prefix === '' ? '/' : options.prefix,
    ...(options.history ? { history: options.history } : {}),
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    // on the server it would be written into the page as an inline script
    scrollRestoration: typeof document !== 'undefined',
    // a place is kept for each address of the history: one for the whole viewer, which changes its address with each page and does not scroll
    getScrollRestorationKey: ({ pathname, state, href }) => (pathname.endsWith('/view') ? pathname : (state.__TSR_key ?? href)),
    parseSearch,
    stringifySearch,
  })
}
