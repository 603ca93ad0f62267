// What a record says of the print: where, by whom and when. What it says of the digitisation is another matter.
import type { XmlElement } from '../xml/read.ts'
import { type DateRange, dateRange } from './dates.ts'
import { textOf } from './names.ts'

/** Whether an originInfo speaks of the digitisation. */
const isDigital = (origin: XmlElement): boolean =>
  /^digiti[sz]ation|^digitali/i.test(origin.attribute('eventType') ?? '') ||
  /digital|digiti[sz]/i.test(origin.attribute('displayLabel') ?? '') ||
  origin.all('edition').some(edition => /ele[ck]troni|digital|online/i.test(edition.text)) ||
  (origin.first('dateCaptured') !== undefined && datesOf(origin).length === 0)

const datesOf = (origin: XmlElement): XmlElement[] => [
  ...origin.all('dateIssued'),
  ...origin.all('dateCreated'),
  ...origin.all('copyrightDate'),
]

/** The blocks that speak of the print, publications first. */
export function printOrigins(record: XmlElement): XmlElement[] {
  const origins = record.all('originInfo').filter(origin => !isDigital(origin))
  const isPublication = (origin: XmlElement) => origin.attribute('eventType') === 'publication'
  return [...origins.filter(isPublication), ...origins.filter(origin => !isPublication(origin))]
}

const rangeOf = (date: XmlElement): DateRange => dateRange(date.text, date.attribute('encoding'))

/** The date of the print, as it is written and as it is meant, from whichever block has it. */
export function printDate(origins: readonly XmlElement[]): {
  written: string | undefined
  range: DateRange
} {
  const dates =
    origins.map(datesOf).find(of => of.some(date => rangeOf(date).from !== undefined)) ??
    origins.map(datesOf).find(of => of.length > 0) ??
    []
  const start = dates.find(date => date.attribute('point') === 'start')
  const end = dates.find(date => date.attribute('point') === 'end')
  if (start && end)
    return { written: `${start.text}–${end.text}`, range: { from: rangeOf(start).from, to: rangeOf(end).to } }
  const known = dates.filter(date => rangeOf(date).from !== undefined)
  const key = known.find(date => date.attribute('keyDate') === 'yes') ?? start ?? known[0] ?? dates[0]
  return {
    written: textOf(dates.find(date => date !== key && !date.attribute('encoding')) ?? key),
    range: key ? rangeOf(key) : { from: undefined, to: undefined },
  }
}
