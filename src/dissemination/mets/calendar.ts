// Issues of newspapers by year, month and day, as viewers show them in calendars: newspaper > year > month > day > issue, each level with
// its ORDERLABEL in ISO 8601 (METS-Anwendungsprofil für Zeitungen of the DFG).
import type { MetsDivOut } from '../../formats/mets/write.ts'

const level = (
  prefix: string,
  type: string,
  orderLabel: string,
  children: readonly MetsDivOut[],
): MetsDivOut => ({
  id: `${prefix}-${orderLabel}`,
  type,
  orderLabel,
  label: orderLabel,
  children,
})

/**
 * An issue below its day, month and year.
 * @param prefix of the ids of levels that are no titles
 * @param year the title of the year, where there is one
 */
export function inCalendar(
  issue: MetsDivOut,
  day: string | undefined,
  prefix: string,
  year: MetsDivOut | undefined,
): MetsDivOut {
  const children =
    day === undefined
      ? [issue]
      : [level(prefix, 'month', day.slice(0, 7), [level(prefix, 'day', day, [issue])])]
  if (year) return { ...year, children }
  return day === undefined ? issue : level(prefix, 'year', day.slice(0, 4), children)
}

interface Member {
  readonly div: MetsDivOut
  readonly day: string | undefined
}

/** Members by the first letters of their days, in the order in which they come. */
function grouped(members: readonly Member[], length: number): Map<string, Member[]> {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const key = (member.day ?? '').slice(0, length)
    const group = groups.get(key)
    if (group) group.push(member)
    else groups.set(key, [member])
  }
  return groups
}

/**
 * Members by their days; those without one stand at the end.
 * @param isYear they stand in a year already: months and days are enough
 */
export function calendarOf(members: readonly Member[], prefix: string, isYear: boolean): MetsDivOut[] {
  const dated = members.filter(({ day }) => day !== undefined)
  const months = (of: readonly Member[]) =>
    [...grouped(of, 7)].map(([month, inMonth]) =>
      level(
        prefix,
        'month',
        month,
        [...grouped(inMonth, 10)].map(([day, issues]) =>
          level(
            prefix,
            'day',
            day,
            issues.map(({ div }) => div),
          ),
        ),
      ),
    )
  return [
    ...(isYear
      ? months(dated)
      : [...grouped(dated, 4)].map(([year, of]) => level(prefix, 'year', year, months(of)))),
    ...members.filter(({ day }) => day === undefined).map(({ div }) => div),
  ]
}
