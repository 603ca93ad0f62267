// Moments as ISO 8601 writes them: calendar, ordinal and week dates, in the extended and the basic form, with a time or without, reduced and
// fractional, with an offset or without. What leaves a part open stands for its beginning; what names no zone is meant in UTC.

const calendar = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$|^(\d{4})(\d{2})(\d{2})$/
const ordinal = /^(\d{4})-?(\d{3})$/
const week = /^(\d{4})(?:-W(\d{2})(?:-([1-7]))?|W(\d{2})([1-7])?)$/
// a plus that nobody encoded comes as a blank
const time =
  /^(?<h>\d{2})(?::(?<m>\d{2})(?::(?<s>\d{2}))?|(?<bm>\d{2})(?<bs>\d{2})?)?(?:[.,](?<part>\d{1,20}))?(?:Z|(?<sign>[-+\u2212 ])(?<zh>\d{2})(?::?(?<zm>\d{2}))?)?$/

const dayMs = 86_400_000
const number = (text: string | undefined, missing: number): number =>
  text === undefined ? missing : Number(text)

/** Midnight (UTC) of a day of the calendar; undefined where there is none. */
function midnight(year: number, month: number, day: number): number | undefined {
  if (year < 1 || month < 1 || month > 12 || day < 1) return undefined
  // not the constructor: it takes years below 100 for those of the twentieth century
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 ? date.getTime() : undefined
}

/** The day whose number in its year is given. */
function ofYear(year: number, day: number): number | undefined {
  const [first, next] = [midnight(year, 1, 1), new Date(0).setUTCFullYear(year + 1, 0, 1)]
  if (first === undefined || day < 1) return undefined
  const at = first + (day - 1) * dayMs
  return at < next ? at : undefined
}

/** The day of a week; the first week of a year holds its 4th of January. */
function ofWeek(year: number, at: number, day: number): number | undefined {
  const mondayOf = (fourth: number): number => fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * dayMs
  const fourth = midnight(year, 1, 4)
  if (fourth === undefined || at < 1) return undefined
  const monday = mondayOf(fourth) + (at - 1) * 7 * dayMs
  return monday < mondayOf(new Date(0).setUTCFullYear(year + 1, 0, 4))
    ? monday + (day - 1) * dayMs
    : undefined
}

/** @returns the day's beginning, and whether the text names a day, not a month, week or year */
function dayOf(text: string): { readonly at: number; readonly isDay: boolean } | undefined {
  const found = (at: number | undefined, isDay: boolean) => (at === undefined ? undefined : { at, isDay })
  const c = calendar.exec(text)
  if (c) {
    const day = c[3] ?? c[6]
    return found(midnight(Number(c[1] ?? c[4]), number(c[2] ?? c[5], 1), number(day, 1)), day !== undefined)
  }
  const o = ordinal.exec(text)
  if (o) return found(ofYear(Number(o[1]), Number(o[2])), true)
  const w = week.exec(text)
  if (!w) return undefined
  const day = w[3] ?? w[5]
  return found(ofWeek(Number(w[1]), Number(w[2] ?? w[4]), number(day, 1)), day !== undefined)
}

/** Milliseconds since midnight in UTC. */
function timeOf(text: string): number | undefined {
  const found = time.exec(text)?.groups
  if (!found) return undefined
  const [minutes, seconds] = [found['m'] ?? found['bm'], found['s'] ?? found['bs']]
  const [h, m, s] = [Number(found['h']), number(minutes, 0), number(seconds, 0)]
  const [zoneHours, zoneMinutes] = [number(found['zh'], 0), number(found['zm'], 0)]
  const part = Number(`0.${found['part'] ?? '0'}`)
  // 24:00 is the end of the day, and a leap second belongs to its minute
  if (h > 24 || m > 59 || s > 60 || (h === 24 && m + s + part > 0)) return undefined
  if (zoneHours > 23 || zoneMinutes > 59) return undefined
  const unit = seconds !== undefined ? 1000 : minutes !== undefined ? 60_000 : 3_600_000
  const offset = (zoneHours * 60 + zoneMinutes) * 60_000
  const isBehind = found['sign'] === '-' || found['sign'] === '\u2212'
  return h * 3_600_000 + m * 60_000 + s * 1000 + Math.floor(part * unit) + (isBehind ? offset : -offset)
}

/** The moment that a text names; undefined where it names none from the years 1 to 9999. */
export function momentIn(text: string): Date | undefined {
  const [, date = '', clock] = /^([^T ]+)(?:[T ](.+))?$/.exec(text.trim().toUpperCase()) ?? []
  const day = dayOf(date)
  if (!day || (clock !== undefined && !day.isDay)) return undefined
  const since = clock === undefined ? 0 : timeOf(clock)
  if (since === undefined) return undefined
  const moment = new Date(day.at + since)
  const year = moment.getUTCFullYear()
  return year >= 1 && year <= 9999 ? moment : undefined
}

/** The day of the calendar that a text names, YYYY-MM-DD; undefined where it names none, or a part of one. */
export function dayIn(text: string): string | undefined {
  const day = dayOf(text.trim().toUpperCase())
  return day?.isDay ? new Date(day.at).toISOString().slice(0, 10) : undefined
}
