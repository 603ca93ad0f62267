// Announced pages from a MODS extent as German cataloguing writes it: S. pages, Bl. leaves of two pages each.
import { tableOf } from '../../codes.ts'
const roman = (text: string): number => {
  const values: Record<string, number> = tableOf({ i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 })
  let sum = 0
  const letters = text.toLowerCase().split('')
  letters.forEach((letter, at) => {
    const value = values[letter] ?? 0
    sum += value < (values[letters[at + 1] ?? ''] ?? 0) ? -value : value
  })
  return sum
}

const unit = String.raw`(?:S\.?|Seiten?|p\.?|pages?|pp\.?|Bl\.?|Blatt|Blätter|leaves|f\.|ff\.)`
const number = String.raw`(?:\[?\d{1,5}\]?|\[?[IVXLCDMivxlcdm]{1,10}\]?)`
// "XII, [2], 464 S.": numbers separated by commas share the unit behind the last one
const group = new RegExp(String.raw`(${number}(?:\s*[,+]\s*${number})*)\s*(${unit})(?![\p{L}])`, 'gu')

/** '464 S.' = 464, '[4] Bl.' = 8, 'XII, 464 S., [2] Bl.' = 480; undefined where nothing countable is written. */
export function pageCountOf(extent: string): number | undefined {
  const part = extent.split(/[;:]/)[0] ?? ''
  let pages = 0
  let found = false
  for (const [, numbers, word] of part.matchAll(group)) {
    const perUnit = /^(Bl|Blatt|Blätter|leaves|f)/i.test(word as string) ? 2 : 1
    for (const written of (numbers as string).split(/[,+]/)) {
      const bare = written.replace(/[[\]\s]/g, '')
      const count = /^\d+$/.test(bare) ? Number(bare) : roman(bare)
      if (count > 0) found = true
      pages += count * perUnit
    }
  }
  return found && pages <= 100_000 ? pages : undefined
}
