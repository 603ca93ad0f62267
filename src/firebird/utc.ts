// Firebird's TIMESTAMP has no zone; ours hold UTC. node-firebird converts through the process's time zone and
// loses hours at daylight-saving changes and seconds before 1893, so both directions are ours.

/** Days from 1858-11-17 (Firebird's day 0) to 1970-01-01. */
const epochDay = 40587
const msPerDay = 86_400_000

/** The wire's pair (days since 1858-11-17, ten-thousandths of a second) of an instant. */
export function toWire(date: Date): { day: number; fraction: number } {
  const ms = date.getTime()
  const day = Math.floor(ms / msPerDay)
  return { day: day + epochDay, fraction: (ms - day * msPerDay) * 10 }
}

/** The instant of the wire's pair; fractions below a millisecond are cut. */
export const fromWire = (day: number, fraction: number): Date =>
  new Date((day - epochDay) * msPerDay + Math.floor(fraction / 10))

/** A DATE as YYYY-MM-DD: a calendar day has no zone, so it is no Date. */
export const dayFromWire = (day: number): string => fromWire(day, 0).toISOString().slice(0, 10)

const isoPattern = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/

/** A Date or an ISO 8601 text as an instant; text without a zone is UTC. Undefined when it is neither. */
export function toInstant(value: unknown): Date | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value
  if (typeof value !== 'string' || !isoPattern.test(value)) return undefined
  const text = value.replace(' ', 'T')
  const date = new Date(text.length <= 10 || /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`)
  if (Number.isNaN(date.getTime())) return undefined
  // new Date('2023-02-31') rolls over to March: such a day is no date
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10))
    ? date
    : undefined
}
