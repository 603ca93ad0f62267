// Complete pages for the first request: the same routes and components, with the API at hand instead of over the network.
import { dehydrate } from '@tanstack/react-query'
import { createMemoryHistory, RouterContextProvider, RouterProvider } from '@tanstack/react-router'
import { renderToString } from 'react-dom/server'
import { makeI18n, makeQueries, Providers, type State } from './app/app.tsx'
import { faceOfMatches } from './app/face.ts'
import { headHtml } from './app/head.ts'
import { ProblemPage } from './app/problem.tsx'
import type { HeadFacts, Installation } from './app/room.tsx'
import { makeRouter } from './app/router.tsx'
import { Frame } from './app/shell.tsx'
import german from './messages/de.json'
import english from './messages/en.json'
import { ApiProblem, createApi } from './shared/api.ts'

export interface RenderRequest {
  readonly url: string
  readonly language: string
  readonly installation: Installation
  readonly fetch: (request: Request) => Promise<Response>
  readonly problem: { readonly status: number; readonly title: string; readonly detail?: string; readonly [member: string]: unknown } | undefined
}

export async function render(request: RenderRequest) {
  const { installation, language } = request
  const queries = makeQueries()
  const api = createApi({ baseUrl: 'http://service.internal', fetch: request.fetch })
  const router = makeRouter({
    context: { api, queries },
    prefix: installation.prefix,
    history: createMemoryHistory({ initialEntries: [`${installation.prefix}${request.url}`] }),
  })
  const i18n = makeI18n(language, language === 'de' ? german : english)
  let head: HeadFacts | undefined
  const room = {
    installation,
    collect: (facts: HeadFacts) => {
      head = facts
    },
  }
  let problem: unknown =
    request.problem && new ApiProblem(request.problem.status, request.problem.title, request.problem.detail, [], request.problem)
  if (!problem) {
    await router.load()
    const { matches } = router.state
    problem = matches.find(match => match.status === 'error')?.error
    if (!problem && matches.some(match => match.status === 'notFound'))
      problem = new ApiProblem(404, 'not found')
  }
  const body = renderToString(
    <Providers room={room} queries={queries} i18n={i18n}>
      {problem ? (
        <RouterContextProvider router={router}>
          <Frame>
            <ProblemPage error={problem} />
          </Frame>
        </RouterContextProvider>
      ) : (
        <RouterProvider router={router} />
      )}
    </Providers>,
  )
  const face = problem ? installation : faceOfMatches(installation, router.state.matches, language)
  const state: State = {
    language,
    installation,
    queries: problem ? { queries: [], mutations: [] } : dehydrate(queries),
    isProblem: problem !== undefined,
  }
  return {
    face,
    status: problem instanceof ApiProblem && problem.status > 0 ? problem.status : problem ? 500 : 200,
    head: headHtml(head, face),
    body,
    state: JSON.stringify(state),
    modules: [
      'src/take-over.tsx',
      `src/messages/${language}.json`,
      ...(problem ? [] : router.state.matches.flatMap(match => match.staticData.modules ?? [])),
    ],
  }
}
