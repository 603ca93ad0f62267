/** First and last day (YYYY-MM-DD) that a written date can mean; undefined where it names no year. */
export interface DateRange {
  readonly from: string | undefined
  readonly to: string | undefined
}

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

function span(year: number, month?: number, day?: number): DateRange {
  if (year < 1 || year > 9999 || (month !== undefined && (month < 1 || month > 12)))
    return { from: undefined, to: undefined }
  if (month !== undefined && day !== undefined) {
    if (day < 1 || day > lastDay(year, month)) return { from: undefined, to: undefined }
    const iso = `${pad(year, 4)}-${pad(month)}-${pad(day)}`
    return { from: iso, to: iso }
  }
  if (month !== undefined)
    return {
      from: `${pad(year, 4)}-${pad(month)}-01`,
      to: `${pad(year, 4)}-${pad(month)}-${pad(lastDay(year, month))}`,
    }
  return { from: `${pad(year, 4)}-01-01`, to: `${pad(year, 4)}-12-31` }
}

/** `1712`, `1889-03-22`, `1712/1715`, `17XX`, `[ca. 1650]`, `1918,1.Juni - 1944`. */
export function dateRange(written: string): DateRange {
  const text = written.trim()
  const iso = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?$/.exec(text)
  if (iso)
    return span(Number(iso[1]), iso[2] ? Number(iso[2]) : undefined, iso[3] ? Number(iso[3]) : undefined)
  const century = /^(\d{2})(?:XX|\.\.|--|uu)$/i.exec(text)
  if (century) return { from: `${century[1]}00-01-01`, to: `${century[1]}99-12-31` }
  const decade = /^(\d{3})[Xxu]$/.exec(text)
  if (decade) return { from: `${decade[1]}0-01-01`, to: `${decade[1]}9-12-31` }
  const years = [...text.matchAll(/(?<!\d)(\d{4})(?!\d)/g)]
    .map(match => Number(match[1]))
    .filter(year => year > 0)
  const [first] = years
  if (first === undefined) return { from: undefined, to: undefined }
  return { from: span(Math.min(...years)).from, to: span(Math.max(...years)).to }
}
