import { I18nProvider } from '@lingui/react'
import { type I18n, setupI18n } from '@lingui/core'
import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiProblem } from '../shared/api.ts'
import { type Room, RoomContext } from './room.tsx'

/** What the server hands to the browser. */
export interface State {
  readonly language: string
  readonly installation: Room['installation']
  readonly queries: ReturnType<typeof dehydrate>
  /** The page tells of a problem: nothing of it is taken over */
  readonly isProblem: boolean
}

export const makeQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      // what cannot be stored is said at once, not tried again when nobody looks
      mutations: { networkMode: 'always' },
      queries: {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        // what was declined stays declined; what did not arrive may arrive
        retry: (count, error) => !(error instanceof ApiProblem && error.status >= 400) && count < 2,
      },
    },
  })

/** Compiled messages: what the plugin in vite.config.js makes of src/messages. */
export const makeI18n = (language: string, messages: unknown): I18n =>
  setupI18n({ locale: language, messages: { [language]: messages as never } })

export function Providers(props: {
  readonly room: Room
  readonly queries: QueryClient
  readonly i18n: I18n
  readonly children: ReactNode
}) {
  return (
    <RoomContext value={props.room}>
      <QueryClientProvider client={props.queries}>
        <I18nProvider i18n={props.i18n}>{props.children}</I18nProvider>
      </QueryClientProvider>
    </RoomContext>
  )
}
