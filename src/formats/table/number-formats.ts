// Numbers of a sheet as they are shown: a day is kept as the days since 1900, and its format alone tells that it is one.
// @see ISO/IEC 29500-1, 18.8.30 (numFmt), 18.17.4 (dates and times)
import type { XmlElement } from '../xml/read.ts'

/** Formats that programs know by their numbers: days and times; others are plain numbers. */
const knownDates = new Map<number, string>([
  ...[14, 15, 16, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58].map((id): [number, string] => [
    id,
    'yyyy-mm-dd',
  ]),
  [17, 'yyyy-mm'],
  ...[18, 19, 20, 21, 32, 33, 45, 46, 47].map((id): [number, string] => [id, 'hh:mm:ss']),
  [22, 'yyyy-mm-dd hh:mm'],
])

/** @returns the code of the format of each style of a cell */
export function formatsOf(styles: XmlElement): readonly (string | undefined)[] {
  const all = [...styles.descendants()]
  const own = new Map(
    all
      .filter(({ name }) => name === 'numFmt')
      .map(format => [Number(format.attribute('numFmtId')), format.attribute('formatCode')] as const),
  )
  return all
    .filter(({ name, parent }) => name === 'xf' && parent?.name === 'cellXfs')
    .map(style => {
      const id = Number(style.attribute('numFmtId') ?? 0)
      return own.get(id) ?? knownDates.get(id)
    })
}

const msPerDay = 86_400_000

/** The moment of a serial number. The first day of 1900 is 1; 60 is a day that there was not. */
function momentOf(serial: number, since1904: boolean): Date {
  const first = since1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30)
  return new Date(Math.round((first + serial * msPerDay) / 1000) * 1000)
}

/** A day as the form shows it: with its month and year alone, or its year, where the form has no more. */
function shownDate(serial: number, form: string, since1904: boolean): string {
  const iso = momentOf(serial, since1904).toISOString()
  const hasDay = /d/.test(form)
  const hasYear = /y/.test(form)
  const hasTime = /[hs]/.test(form)
  const time = iso.slice(11, 19)
  if (!hasDay && !hasYear) return hasTime ? time : iso.slice(0, 10)
  if (!hasDay && !hasTime) return /m/.test(form) ? iso.slice(0, 7) : iso.slice(0, 4)
  return hasTime && time !== '00:00:00' ? `${iso.slice(0, 10)}T${time}` : iso.slice(0, 10)
}

/** Programs keep 15 digits of a number; what they calculated is shown without the noise behind them. */
const keptDigits = 15

/**
 * @param code of the format
 * @returns what is wrong, where digits were lost before the file was written
 */
export function shownNumber(
  value: string,
  code: string | undefined,
  since1904: boolean,
): string | { readonly fault: string } {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) return value
  // texts, colours and conditions of a format say nothing of its kind
  const form = (code ?? '')
    .replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
    .split(';', 1)
    .join('')
    .toLowerCase()
  if (/[ymdhs]/.test(form) && !/[0#?]/.test(form.replaceAll(/\.0+/g, '')))
    return number < 0 ? value : shownDate(number, form, since1904)
  if (Number.isInteger(number) && Math.abs(number) >= 10 ** keptDigits)
    return {
      fault: `has a number of more than ${keptDigits} digits, of which programs keep no more than these; enter it as text`,
    }
  const plain = Number(number.toPrecision(keptDigits))
  // 00000: a number with its zeros in front, as shelf marks and bar codes have them
  const zeros = /^0+$/.exec(form)?.[0].length ?? 0
  if (zeros > 1 && Number.isInteger(plain) && plain >= 0) return String(plain).padStart(zeros, '0')
  return String(plain)
}
