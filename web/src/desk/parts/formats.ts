import { useFormats } from '../../shared/text.ts'

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** Moments as people at work say them: "5 minutes ago", later the date. */
export function useMoments() {
  const { locale } = useFormats()
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
}
