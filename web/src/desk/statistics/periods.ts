// Days of a statistic, in UTC as the service counts them.

export const groupings = ['month', 'day', 'title', 'domain'] as const
export type Grouping = (typeof groupings)[number]

const dayMs = 86_400_000
export const isoDay = (at: Date): string => at.toISOString().slice(0, 10)

export interface Period {
  readonly from: string
  readonly to: string
}

/** Without days of the address a year up to today; as the service takes it. */
export function periodOf(search: { readonly from?: string; readonly to?: string }, now = new Date()): Period {
  const isDay = (day: string | undefined): day is string => /^\d{4}-\d{2}-\d{2}$/.test(day ?? '') && !Number.isNaN(Date.parse(day ?? ''))
  const to = isDay(search.to) ? search.to : isoDay(now)
  return { from: isDay(search.from) ? search.from : isoDay(new Date(Date.parse(to) - 365 * dayMs)), to }
}

export const periods = {
  days30: (now: Date): Period => ({ from: isoDay(new Date(now.getTime() - 29 * dayMs)), to: isoDay(now) }),
  year: (now: Date): Period => ({ from: `${now.getUTCFullYear()}-01-01`, to: isoDay(now) }),
  lastYear: (now: Date): Period => ({ from: `${now.getUTCFullYear() - 1}-01-01`, to: `${now.getUTCFullYear() - 1}-12-31` }),
} as const

const mostKeys = 1000

/** Every day or month of a period: those without uses are no lines of the statistic, and a chart shows them all the same. */
export function keysOf({ from, to }: Period, by: 'day' | 'month'): string[] {
  const keys: string[] = []
  const at = new Date(`${from}T00:00Z`)
  if (by === 'month') at.setUTCDate(1)
  while (isoDay(at) <= to && keys.length < mostKeys) {
    keys.push(isoDay(at).slice(0, by === 'month' ? 7 : 10))
    if (by === 'month') at.setUTCMonth(at.getUTCMonth() + 1)
    else at.setUTCDate(at.getUTCDate() + 1)
  }
  return keys
}
