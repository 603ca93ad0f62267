import { useMemo } from 'react'
import { useBytes } from '../../shared/amounts.ts'
import { useFormats } from '../../shared/text.ts'

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** Moments as people at work say them: "5 minutes ago", later the date. The same object as long as the language is: formatters are dear to make. */
export function useMoments() {
  const { locale } = useFormats()
  return useMemo(() => {
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
    const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
    return {
      exact: (iso: string) => date.format(new Date(iso)),
      ago: (iso: string) => {
        const seconds = (new Date(iso).getTime() - Date.now()) / 1000
        if (Math.abs(seconds) > 6 * 86_400) return date.format(new Date(iso))
        const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ['minute', 60]
        return relative.format(Math.round(seconds / size), unit)
      },
    }
  }, [locale])
}

/** Amounts as people read them: bytes with a unit that fits, durations in their two largest parts. */
export function useAmounts() {
  const { locale } = useFormats()
  const bytes = useBytes()
  const inUnit = (value: number, unit: string, digits = 0): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
  return {
    bytes,
    duration: (seconds: number): string => {
      const sizes = [...units, ['second', 1] as const]
      const at = Math.max(0, sizes.findIndex(([, size]) => seconds >= size))
      const [unit, size] = seconds < 1 ? (['second', 1] as const) : (sizes[at] ?? (['second', 1] as const))
      const rest = sizes[at + 1]
      const more = rest && seconds >= 60 ? Math.floor((seconds % size) / rest[1]) : 0
      return [inUnit(Math.floor(seconds / size), unit), ...(rest && more > 0 ? [inUnit(more, rest[0])] : [])].join(' ')
    },
    percent: (share: number): string => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share),
  }
}
