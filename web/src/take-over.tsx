// The application: takes over the page that the service has written.
import { hydrate } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { makeI18n, makeQueries, Providers, type State } from './app/app.tsx'
import { makeRouter } from './app/router.tsx'
import { createApi } from './shared/api.ts'

const messages: Readonly<Record<string, () => Promise<{ default: unknown }>>> = {
  de: () => import('./messages/de.json'),
  en: () => import('./messages/en.json'),
}

/** Takes over what the server has written; on an empty page (vite's own server) it begins. */
async function begin(): Promise<void> {
  const element = document.getElementById('root')
  const written = document.getElementById('state')?.textContent
  if (!element) return
  const state: State = written
    ? (JSON.parse(written) as State)
    : {
        language: navigator.language.startsWith('de') ? 'de' : 'en',
        installation: { name: 'Firefolio', accent: '#8a2b1f', logo: '', typeface: '', welcome: '', imprint: '', privacy: '', contact: '', footer: '', prefix: '', origin: '', canEmbed: false, ways: [] },
        queries: { queries: [], mutations: [] },
        isProblem: false,
      }
  if (state.isProblem) return
  const { prefix } = state.installation
  const queries = makeQueries()
  hydrate(queries, state.queries)
  const api = createApi({ baseUrl: `${location.origin}${prefix}` })
  const router = makeRouter({ context: { api, queries }, prefix })
  const loaded = await messages[state.language]?.()
  const i18n = makeI18n(state.language, loaded?.default)
  const app = (
    <StrictMode>
      <Providers room={{ installation: state.installation }} queries={queries} i18n={i18n}>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>
  )
  if (!written) return createRoot(element).render(app)
  // the page's own code and data are there before it is taken over, so that the first picture stays
  router.ssr = { manifest: undefined }
  await router.load()
  hydrateRoot(element, app)
}

void begin()
