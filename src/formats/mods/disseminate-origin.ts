import { add, type Element, elements, first, remove, textOf } from '../xml/dom.ts'

const dates = ['dateIssued', 'dateCreated', 'dateCaptured', 'dateOther']
const isDigital = (origin: Element): boolean =>
  origin.getAttribute('eventType') === 'digitization' ||
  /^\[?electronic/i.test(textOf(first(origin, 'edition')))

/** originInfo_01, _15: one date of a kind, or one start and one end. */
function mendDates(origin: Element): void {
  for (const name of dates) {
    const all = elements(origin, name)
    const pointed = all.filter(date => date.getAttribute('point') !== null)
    const seen = new Set<string>()
    for (const date of pointed) {
      const point = date.getAttribute('point') as string
      if (seen.has(point)) remove(date)
      seen.add(point)
    }
    const plain = all.filter(date => date.getAttribute('point') === null)
    const best =
      plain.find(date => date.getAttribute('keyDate') === 'yes') ??
      plain.find(date => date.getAttribute('encoding')) ??
      plain[0]
    for (const date of plain) if (pointed.length > 0 || date !== best) remove(date)
  }
}

/** originInfo_01 to _18. */
export function mendOrigin(record: Element): void {
  const origins = elements(record, 'originInfo')
  for (const origin of origins) {
    mendDates(origin)
    for (const place of elements(origin, 'place')) {
      for (const term of elements(place, 'placeTerm'))
        if (term.getAttribute('type') === null) term.setAttribute('type', 'text')
      if (
        !elements(place, 'placeTerm').some(
          term => term.getAttribute('type') === 'text' && textOf(term) !== '',
        )
      )
        remove(place)
    }
    for (const extra of elements(origin, 'displayDate').slice(1)) remove(extra)
  }
  for (const extra of origins.filter(isDigital).slice(1)) remove(extra)
}

/** originInfo_07 to _14 of newspapers: the day of an issue stands as its one date of publication. */
export function setIssueDate(record: Element, day: string): void {
  const origins = elements(record, 'originInfo')
  const published = origins.filter(origin => origin.getAttribute('eventType') === 'publication')
  for (const extra of published.slice(1)) extra.removeAttribute('eventType')
  const origin = published[0] ?? origins.find(each => !isDigital(each)) ?? add(record, 'originInfo')
  origin.setAttribute('eventType', 'publication')
  for (const date of elements(origin, 'dateIssued')) remove(date)
  add(origin, 'dateIssued', day, { encoding: 'iso8601', keyDate: 'yes' })
  // MODS allows one key date in a record
  for (const other of origins)
    for (const name of dates)
      for (const date of elements(other, name))
        if (other !== origin || name !== 'dateIssued') date.removeAttribute('keyDate')
}
