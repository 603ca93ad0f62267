import { useFormats } from './text.ts'

const powers = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Numbers of bytes with a unit that fits, as people read them. */
export function useBytes(): (bytes: number) => string {
  const { locale } = useFormats()
  return bytes => {
    const power = bytes < 1 ? 0 : Math.min(powers.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)))
    const value = bytes / 1024 ** power
    const digits = power > 0 && value < 100 ? 1 : 0
    return new Intl.NumberFormat(locale, { style: 'unit', unit: powers[power] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
  }
}
