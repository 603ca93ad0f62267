// Texts of the desk lie beside those of the reading room, whose readers do not load them.
import { useLingui } from '@lingui/react'
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import type english from '../messages/desk/en.json'
import type german from '../messages/desk/de.json'
import type { Values } from '../shared/text.ts'

export type DeskKey = keyof typeof english & keyof typeof german
export type Say = (key: DeskKey, values?: Values) => string

const messages: Readonly<Record<string, () => Promise<{ default: unknown }>>> = {
  de: () => import('../messages/desk/de.json'),
  en: () => import('../messages/desk/en.json'),
}

export function useSay(): Say {
  const { i18n } = useLingui()
  return useCallback((key, values) => i18n._(key, values as Record<string, unknown> | undefined), [i18n, i18n.locale])
}

/** @returns whether the texts are there */
export function useTexts(): boolean {
  const { i18n } = useLingui()
  const { isSuccess } = useQuery({
    queryKey: ['desk-texts', i18n.locale],
    staleTime: Infinity,
    enabled: typeof document !== 'undefined',
    queryFn: async () => {
      const loaded = await messages[i18n.locale]?.()
      i18n.load(i18n.locale, loaded?.default as never)
      return true
    },
  })
  return isSuccess
}
