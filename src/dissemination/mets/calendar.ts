// Issues of newspapers by year, month and day, as viewers show them in calendars.
import type { MetsDivOut } from '../../formats/mets/write.ts'

const level = (type: string, orderLabel: string, children: readonly MetsDivOut[]): MetsDivOut => ({
  id: `cal-${orderLabel}`,
  type,
  orderLabel,
  label: orderLabel,
  children,
})

/** An issue below its day, month and year. @param year the record of the year, where there is one */
export function inCalendar(
  issue: MetsDivOut,
  day: string | undefined,
  year: { readonly caption: string; readonly pointer: string } | undefined,
): MetsDivOut {
  if (day === undefined) return issue
  const months = level('month', day.slice(0, 7), [level('day', day, [issue])])
  return {
    ...level('year', day.slice(0, 4), [months]),
    ...(year ? { label: year.caption, pointer: year.pointer } : {}),
  }
}

/** Members by their days; those without one stand at the end. */
export function calendarOf(
  members: readonly { readonly div: MetsDivOut; readonly day: string | undefined }[],
): MetsDivOut[] {
  const years = new Map<string, Map<string, Map<string, MetsDivOut[]>>>()
  const within = <T>(map: Map<string, T>, key: string, empty: () => T): T => {
    const known = map.get(key) ?? empty()
    map.set(key, known)
    return known
  }
  for (const { div, day } of members) {
    if (day === undefined) continue
    const months = within(years, day.slice(0, 4), () => new Map<string, Map<string, MetsDivOut[]>>())
    const days = within(months, day.slice(0, 7), () => new Map<string, MetsDivOut[]>())
    within(days, day, () => []).push(div)
  }
  return [
    ...[...years].map(([year, months]) =>
      level(
        'year',
        year,
        [...months].map(([month, days]) =>
          level(
            'month',
            month,
            [...days].map(([day, issues]) => level('day', day, issues)),
          ),
        ),
      ),
    ),
    ...members.filter(({ day }) => day === undefined).map(({ div }) => div),
  ]
}
