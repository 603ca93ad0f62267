// Dates as catalogues write them. A date is a range of days in the Gregorian calendar, or none: what is no year is no date, and
// years before our era have no place in a list of days.
// @see ISO 8601, EDTF (https://www.loc.gov/standards/datetime/), ISBD 4.4, RAK-WB § 148
import { tableOf } from '../../codes.ts'

/** First and last day (YYYY-MM-DD) that a written date can mean; undefined where it names no year. */
export interface DateRange {
  readonly from: string | undefined
  readonly to: string | undefined
}

const none: DateRange = { from: undefined, to: undefined }
/** Years above are numbers, or years of another calendar. */
const lastYear = 2100
/** Stands for “still running”. */
const open = 9999

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
const pad = (value: number, width = 2): string => String(value).padStart(width, '0')
const years = (from: number, to = from): DateRange =>
  from < 1 || to < from ? none : { from: `${pad(from, 4)}-01-01`, to: `${pad(to, 4)}-12-31` }

/** A year, month or day; an impossible day leaves its month, an impossible month its year. */
function span(year: number, month?: number, day?: number): DateRange {
  if (year < 1 || year > lastYear) return none
  if (month === undefined || month < 1 || month > 12) return years(year)
  const last = lastDay(year, month)
  const start = `${pad(year, 4)}-${pad(month)}`
  if (day === undefined || day < 1 || day > last) return { from: `${start}-01`, to: `${start}-${pad(last)}` }
  return { from: `${start}-${pad(day)}`, to: `${start}-${pad(day)}` }
}

const romans: Readonly<Record<string, number>> = tableOf({
  M: 1000,
  D: 500,
  C: 100,
  L: 50,
  X: 10,
  V: 5,
  I: 1,
})
function romanValue(text: string): number {
  const digits = Array.from(text.toUpperCase(), letter => romans[letter] ?? 0)
  return digits.reduce((sum, value, at) => sum + (value < (digits[at + 1] ?? 0) ? -value : value), 0)
}

/** `CIƆ IƆ CC XII`: M and D as printers set them. */
const withoutApostrophi = (text: string): string =>
  text.replace(/c\s?i\s?[ɔↄ]|ↀ/giu, 'M').replace(/i\s?[ɔↄ]/giu, 'D')

/** `MDCCXII`, `M DCC LXXXIX`, `M.DCC.XII.` become digits. */
const withoutRomans = (text: string): string =>
  withoutApostrophi(text).replace(
    /(?<![\p{L}\d])M[\s.]{0,2}(?:[MDCLXVI][\s.]{0,2}){2,}(?![\p{L}\d])/gu,
    found => {
      const value = romanValue(found.replace(/[^MDCLXVI]/g, ''))
      return value >= 1400 && value <= lastYear ? ` ${value} ` : found
    },
  )

const century = (number: number): DateRange =>
  number < 1 || number > 21 ? none : years((number - 1) * 100 + 1, number * 100)

const centuryWord = String.raw`(?:jh|jahrh|jhdt|cent|siècle|siecle|secolo|sec(?!\p{L})|c\.(?!\s*\d))\p{L}*`
const ordinal = String.raw`(?:\.|st(?!\p{L})|nd(?!\p{L})|rd(?!\p{L})|th(?!\p{L})|[eè]me(?!\p{L})|e(?!\p{L}))?`
const centuryNumber = String.raw`(\d{1,2}|(?<!\p{L})[xvi]{1,5}(?!\p{L})|(?<!\p{L})[xvi]{1,5}(?=e(?:me)?(?!\p{L})))`
/** `16.` before `oder 17. Jh.`: a number that shares the word behind the next one */
const centuryPattern = new RegExp(
  String.raw`(?:${centuryNumber}\s*${ordinal}\s*(?:[/–-]|u\.|und|oder|bis|od\.|and|or|to|et|ou|/Anfang|/Anf\.)\s*(?:Anf(?:ang|\.)\s*)?)?${centuryNumber}\s*${ordinal}[\s-]*${centuryWord}`,
  'giu',
)
const centuryBefore =
  /(?:saec\.?|(?<!\p{L})s\.|siglo|(?<!\p{L})sec\.)\s*([xvi]{1,5})(?:\s*[/–-]\s*([xvi]{1,5}))?(?!\p{L})/giu

/** A half, third or quarter that is named beside a century. */
function partOf(number: number, part: RegExpExecArray | null): DateRange {
  const whole = century(number)
  if (!part || whole === none) return whole
  const first = (number - 1) * 100
  const count = /^h/i.test(part[2] ?? '') ? 2 : /^d/i.test(part[2] ?? '') ? 3 : 4
  const at = Number(part[1])
  return at > count
    ? whole
    : years(first + Math.floor((100 / count) * (at - 1)) + 1, first + Math.floor((100 / count) * at))
}

/** `18. Jh.`, `17./18. Jahrhundert`, `2. Hälfte 15. Jh.`, `18th century`, `XVIIIe siècle`, `saec. XV/XVI`: from the first to the last of them. */
function centuries(text: string): DateRange | undefined {
  const numbers = [...text.matchAll(centuryPattern), ...text.matchAll(centuryBefore)].flatMap(
    ([, first, last]) =>
      [first, last].flatMap(number =>
        number === undefined ? [] : [/\d/.test(number) ? Number(number) : romanValue(number)],
      ),
  )
  const [only] = numbers
  if (only === undefined) return undefined
  if (numbers.length === 1) return partOf(only, /([1-4])\s*\.\s*(h[äa]lfte|drittel|viertel)/i.exec(text))
  return {
    from: century(Math.min(...numbers)).from,
    to: century(Math.max(...numbers)).to,
  }
}

/** German, English, French, Italian and Latin names of months by their first letters. */
const monthNames: readonly [RegExp, number][] = [
  [/^(jan|jän|gen)/, 1],
  [/^(feb|fév|fev|hornung)/, 2],
  [/^(mar|mär|maer|mrz|martii)/, 3],
  [/^(apr|avr)/, 4],
  [/^(mai|may|maj|mag)/, 5],
  [/^(jun|juin|giu|brachmon)/, 6],
  [/^(jul|juil|lug|heumon)/, 7],
  [/^(aug|aou|aoû|ago)/, 8],
  [/^(sep|set|7br)/, 9],
  [/^(oct|okt|ott|weinmon|8br)/, 10],
  [/^(nov|9br)/, 11],
  [/^(dec|dez|déc|dic|christmon|xbr)/, 12],
]

/** From one day to another of a year; where that is none, the later one. */
function spanOf(
  year: number,
  from: readonly [month: number, day: number],
  to: readonly [month: number, day: number],
): DateRange {
  const [first, last] = [span(year, ...from), span(year, ...to)]
  return (first.from ?? '') <= (last.to ?? '') ? { from: first.from, to: last.to } : last
}

const and = String.raw`\s*(?:[-–/]|u\.|und|bis|and|to|et)\s*`
const numericDays = new RegExp(
  String.raw`(?<!\d)(?:(\d{1,2})\.\s*(?:(\d{1,2})\.\s*)?${and})?(\d{1,2})\s*\.\s*(\d{1,2}|[IVX]{1,4})\s*\.\s*\d{4}`,
  'u',
)
const daysBefore = new RegExp(
  String.raw`(?<!\d)(?:(\d{1,2})\s*(?:\.|st|nd|rd|th)?${and})?(\d{1,2})\s*(?:\.|st|nd|rd|th)?(?:\s*of)?\s*-?\s*$`,
  'iu',
)

/** `6. Mai 1893`, `May 6, 1893`, `06.05.1893`, `6.V.1893`, `6./7. Mai 1893`: day and month beside the one year of a text. */
function besideYear(text: string, year: number): DateRange {
  const numeric = numericDays.exec(text)
  if (numeric) {
    const month = /\d/.test(numeric[4] as string) ? Number(numeric[4]) : romanValue(numeric[4] as string)
    const day = Number(numeric[3])
    if (numeric[1] === undefined) return span(year, month, day)
    return spanOf(
      year,
      [numeric[2] === undefined ? month : Number(numeric[2]), Number(numeric[1])],
      [month, day],
    )
  }
  const named = [...text.toLowerCase().matchAll(/\p{L}{3,}/gu)].flatMap(word => {
    const month = monthNames.find(([name]) => name.test(word[0]))?.[1]
    return month === undefined ? [] : [{ month, at: word.index }]
  })
  const [only] = named
  if (!only || named.length > 1) return years(year)
  const before = daysBefore.exec(text.slice(0, only.at))
  const after = /^\p{L}*\.?\s*(\d{1,2})(?!\d)/u.exec(text.slice(only.at))
  if (before?.[1] !== undefined)
    return spanOf(year, [only.month, Number(before[1])], [only.month, Number(before[2])])
  const day = before?.[2] ?? after?.[1]
  return span(year, only.month, day === undefined ? undefined : Number(day))
}

/** `1848-[1851]`, `1848-[51]`, `165[0?]`, `[16]..`: brackets that the end of a range, doubt or missing digits stand in. */
const withoutBracketsOfParts = (text: string): string =>
  text
    .replace(/(?<=\d\s?[-–/]\s?)\[(\d{2}|\d{4})\]/g, '$1')
    .replace(/(?<=\d)\[(\d{1,3})\s?\?\]/g, '[$1]')
    .replace(/\[(\d{2,3})\](?=[-–._?xu])/gi, '$1')

/** Of a year and the one that it equals in another calendar, `1650=1060`, ours is the later. */
const withoutOtherCalendars = (text: string): string =>
  text.replace(/(?<!\d)(\d{4})\s?=\s?(\d{4})(?!\d)/g, (found, one: string, other: string) => {
    const [earlier, later] = [Number(one), Number(other)].sort((a, b) => a - b) as [number, number]
    return later <= lastYear && later - earlier > 400 ? String(later) : found
  })

/** `17[9]5`, `[17]99`, `179[5]`: what the cataloguer has added belongs to the number. */
const withoutBracketsInside = (text: string): string =>
  text.replace(/\[?\b\d{0,3}\[\d{1,3}\]\d{0,3}(?:\[\d{1,3}\])?|\[\d{1,3}\]\d{1,3}/g, found => {
    const digits = found.replace(/\D/g, '')
    return digits.length === 4 && !/^\[\d{4}\]$/.test(found) ? digits : found
  })

/** What is corrected or reckoned anew stands behind: `1753 [i.e. 1735]`, `5510 [1749/50]`. */
function corrected(text: string): string {
  const correction = /(?:i\.\s?e\.|id est|recte|richtig|vielmehr|d\.\s?i\.)\s*:?\s*(\d{4}.*)$/i.exec(text)
  if (correction?.[1]) return correction[1]
  // the digit in front is looked for by itself: in one pattern each digit of a long number would be where the rest begins
  const reckoned = /^([^[\]]*)\[([^\]]*(?<!\d)[12]\d{3}(?!\d)[^\]]*)\]/.exec(text)
  return reckoned && /\d/.test(reckoned[1] as string) ? (reckoned[2] as string) : text
}

/** `17XX`, `17--`, `179-?`, `1790er Jahre`, `1790s`; of `1700s` nobody knows whether they are ten years. */
function unknownDigits(text: string): DateRange | undefined {
  const decade =
    /(?<!\d)(\d{3})(?:[xu_]|[-?.](?![\d-]))(?!\d)/i.exec(text)?.[1] ??
    /(?<!\d)(\d{2}[1-9])0(?:er|s|'s|er-jahre)\b/i.exec(text)?.[1]
  if (decade) return years(Number(decade) * 10, Number(decade) * 10 + 9)
  const hundred = /(?<!\d)(\d{2})(?:(?:xx|uu|__|\.\.|--|\?\?)(?!\d)|00(?:er|s|'s|er-jahre)\b)/i.exec(
    text,
  )?.[1]
  return hundred ? years(Number(hundred) * 100, Number(hundred) * 100 + 99) : undefined
}

const isoDate = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?$/
/** Season of EDTF, levels 1 and 2 in one: quarters by their months, others the whole year. */
const seasons: Readonly<Record<number, readonly [number, number]>> = { 21: [3, 5], 22: [6, 8], 23: [9, 11] }

function iso(text: string, isEdtf: boolean): DateRange | undefined {
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (compact && Number(compact[2]) >= 1 && Number(compact[2]) <= 12)
    return span(Number(compact[1]), Number(compact[2]), Number(compact[3]))
  // what is not known is 0 in compact dates
  if (compact && compact[2] === '00' && compact[3] === '00') return span(Number(compact[1]))
  const inOrder = /^(\d{4})([./])(\d{1,2})\2(\d{1,2})\.?$/.exec(text)
  if (inOrder) return span(Number(inOrder[1]), Number(inOrder[3]), Number(inOrder[4]))
  const found = isoDate.exec(text)
  if (!found) return undefined
  const [year, month] = [Number(found[1]), found[2] === undefined ? undefined : Number(found[2])]
  const season = month !== undefined && isEdtf ? seasons[month] : undefined
  if (season) return { from: span(year, season[0]).from, to: span(year, season[1]).to }
  // 1897-98 is a range of years
  if (month !== undefined && month > 12 && found[3] === undefined && !isEdtf) return undefined
  return span(year, month, found[3] === undefined ? undefined : Number(found[3]))
}

/**
 * @param encoding of the MODS element: edtf, iso8601, w3cdtf, marc
 */
export function dateRange(written: string, encoding = ''): DateRange {
  const range = rangeOf(written, encoding)
  return range.from !== undefined && range.to !== undefined && range.from <= range.to ? range : none
}

function rangeOf(source: string, encoding: string): DateRange {
  const isEdtf = encoding === 'edtf'
  const text = source.replace(/\s+/g, ' ').trim()
  if (
    /^-\d/.test(text) ||
    /v(?:\.|or)\s?(chr(?:isti|istus)?(?!\p{L})|u\.\s?z)|\bb\.?\s?c\.?(\s?e\.?)?(?!\p{L})|\ba\.\s?c\.(?!\p{L})|av\.\s?j/iu.test(
      text,
    )
  )
    return none
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/[~?%]+$/, '')
  const exact = iso(bare, isEdtf)
  if (exact) return exact
  const interval = /^([^/]*)\/([^/]*)$/.exec(text)
  if (
    interval?.[1] &&
    interval[2] !== undefined &&
    isoDate.test(interval[1].replace(/[~?%]+$/, '')) &&
    !/^\d{1,2}$/.test(interval[2])
  ) {
    const end = /^(?:\.\.|9999|open)?$/.test(interval[2]) ? years(open) : dateRange(interval[2], encoding)
    if (end.to !== undefined) return { from: dateRange(interval[1], encoding).from, to: end.to }
  }
  const byCentury = centuries(text)
  if (byCentury) return byCentury
  const written = withoutOtherCalendars(withoutBracketsOfParts(withoutRomans(text)))
  const meant = corrected(withoutBracketsInside(written))
    // numbers of volumes and pages, and years of the Hijra, are no years of ours
    .replace(/(?<!\p{L})(?:nr|no|bd|vol|num|h)\.?\s?\d+/giu, ' ')
    .replace(/(?<!\d)\d{3,4}\s?(?:a\.?h\.?|h\.)(?!\p{L})/giu, ' ')
  return unknownDigits(meant) ?? ofYears(meant)
}

/** The years that a text names, `1897-98` and `1749/50` completed. */
function ofYears(text: string): DateRange {
  const found: number[] = []
  for (const match of text.matchAll(/(?<!\d)(\d{4})(?:\s?[-/–]\s?(\d{2})(?!\d|\.))?(?!\d)/g)) {
    const year = Number(match[1])
    if (year < 1 || (year > lastYear && year !== open)) continue
    found.push(year)
    const end = match[2] === undefined ? 0 : Math.floor(year / 100) * 100 + Number(match[2])
    if (end > year && end <= lastYear) found.push(end)
  }
  const real = found.filter(year => year !== open)
  const [first] = real
  if (first === undefined) return none
  if (found.includes(open) || /\d{4}\s?[-–]\s?\]?$/.test(text)) return years(Math.min(...real), open)
  return real.length === 1 ? besideYear(text, first) : years(Math.min(...real), Math.max(...real))
}

/** A range as short as it says the same: 1712, 1712-05, 1712-05-06, and 1712/1715 for several years. */
export function shortDate(from: string | undefined, to: string | undefined): string | undefined {
  if (from === undefined || from === to || to === undefined) return from
  const year = from.slice(0, 4)
  const isWhole = from.endsWith('-01-01') && to.endsWith('-12-31')
  if (isWhole) return to.startsWith(year) ? year : `${year}/${to.slice(0, 4)}`
  const month = from.slice(0, 7)
  const { from: first, to: last } = span(Number(year), Number(month.slice(5)))
  return from === first && to === last ? month : `${from}/${to}`
}

/** The day that a date names, or the first of several days in it (1896-12-31/1897-01-01); none where it names a month or a year. */
export function dayOf(dates: {
  readonly issueDate: string | undefined
  readonly date: string | undefined
  readonly dateFrom: string | undefined
  readonly dateTo: string | undefined
}): string | undefined {
  const { issueDate, date, dateFrom, dateTo } = dates
  const day = issueDate ?? (dateFrom === dateTo ? dateFrom : /^\d{4}-\d{2}-\d{2}(?=\/)/.exec(date ?? '')?.[0])
  return day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined
}
