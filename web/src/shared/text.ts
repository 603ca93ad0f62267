// Texts of the interface by their keys, and what depends on the language: numbers, dates, names of languages.
import { useLingui } from '@lingui/react'
import type english from '../messages/en.json'

export type TextKey = keyof typeof english
export type Values = Readonly<Record<string, string | number>>
export type Say = (key: TextKey, values?: Values) => string

export function useText(): Say {
  const { i18n } = useLingui()
  return (key, values) => i18n._(key, values as Record<string, unknown> | undefined)
}

export function useFormats() {
  const { i18n } = useLingui()
  const { locale } = i18n
  return {
    locale,
    number: (value: number): string => new Intl.NumberFormat(locale).format(value),
    /** A day that stands in a record; it has no time zone. */
    day: (iso: string, style: 'long' | 'medium' = 'long'): string => {
      const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso)
      return parts
        ? new Intl.DateTimeFormat(locale, { dateStyle: style, timeZone: 'UTC' }).format(new Date(`${parts[0]}T00:00Z`))
        : iso
    },
    month: (month: number, style: 'long' | 'short' = 'long'): string =>
      new Intl.DateTimeFormat(locale, { month: style, timeZone: 'UTC' }).format(new Date(Date.UTC(2001, month, 1))),
    languageName: (code: string): string => {
      try {
        return new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' }).of(code) ?? code
      } catch {
        return code
      }
    },
    typeName: (type: { readonly de: string; readonly en: string } | null): string =>
      type ? (locale === 'de' ? type.de : type.en) : '',
  }
}

/** How a page is called: many labels say themselves that they are pages, others are a number alone. */
export function usePageName(): (label: string | null, place: number) => string {
  const say = useText()
  return (label, place) => (label !== null && /\p{L}{3}/u.test(label) && !/^[ivxlcdm]+$/i.test(label) ? label : say('view.page', { label: label ?? `[${place + 1}]` }))
}
