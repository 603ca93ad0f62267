// The names that scanners and their people give to the images of a book, and the order that they mean.
// 0001.tif · AC01_0001.tif · AC01-12.tif · page_12.jpg · Seite 12.jpg · IMG_0012.jpg · 012r.tif and 012v.tif · fol. 12 recto.tif ·
// 0001_Vorderdeckel.tif · VD.tif, VS.tif … HS.tif, HD.tif · xii.tif · 012-013.tif
import { compareMatched, type Matched } from './patterns.ts'
import { romanValue } from './roman.ts'

export type CoverPart = 'front' | 'back' | 'spine'

export interface PageName {
  /** Cover, as far as the name says so */
  readonly cover: CoverPart | undefined
  /** Label of a leaf: Blatt 12r */
  readonly label: string | undefined
  readonly isColourChart: boolean
}

const frontWords =
  /^(vd|vs|vorderdeckel|vorderer[ _-]?(deckel|spiegel|einband)|einband[ _-]?vorne?|front[ _-]?cover|cover[ _-]?front|vorderumschlag|umschlag[ _-]?vorne?|plat[ _-]?(sup|superieur|avant)|frontcover|deckel[ _-]?vorne?|paste[ _-]?down[ _-]?front|spiegel[ _-]?vorne?)$/
const backWords =
  /^(hd|hs|rd|hinterdeckel|hinterer[ _-]?(deckel|spiegel|einband)|einband[ _-]?hinten|back[ _-]?cover|cover[ _-]?back|rückdeckel|rueckdeckel|umschlag[ _-]?hinten|plat[ _-]?(inf|inferieur|arriere)|backcover|deckel[ _-]?hinten|paste[ _-]?down[ _-]?back|spiegel[ _-]?hinten)$/
const spineWords = /^(rücken|ruecken|buchrücken|buchruecken|spine|dos)$/
const chartWords =
  /^(farbkarte|farbkeil|farbtafel|colou?r[ _-]?(chart|checker|card|target)|target|mire|massstab|maßstab|ruler)$/

/** The name without folder and extension, as it is compared. */
export const comparedName = (name: string): string =>
  name
    .replace(/^.*[\\/]/, '')
    .replace(/\.[^.]+$/, '')
    .normalize('NFC')
    .toLowerCase()

/** Words of a name, with what could be one: ‘ac01_0001_vorderdeckel’ ends in vorderdeckel, ‘ac01_vorderer_spiegel’ in vorderer_spiegel. */
function tails(bare: string): string[] {
  const parts = bare.split(/[\s_.-]+/)
  return [bare, parts.at(-1) ?? '', parts.slice(-2).join('_')]
}
const says = (bare: string, words: RegExp): boolean => tails(bare).some(tail => words.test(tail))

/** Leaves: 12r, 12 v, fol. 12 recto, bl_003_verso. */
const leaf = /(?:^|[^\d])0*(\d{1,5})[\s_.-]*(recto|verso|r|v)$/

/** Leaves of a gathering, as early prints have them: a1r, b2v. Their numbers begin anew with each letter; f12r and bl12r are leaves of the book. */
const gathering = /(?:^|[\s_.-])(?!f|bl)[a-z]{1,2}\d{1,2}[\s_.-]*(recto|verso|r|v)$/

export function readPageName(name: string): PageName {
  const bare = comparedName(name)
  const found = gathering.test(bare) ? undefined : leaf.exec(bare)
  const cover = says(bare, frontWords)
    ? 'front'
    : says(bare, backWords)
      ? 'back'
      : says(bare, spineWords)
        ? 'spine'
        : undefined
  return {
    cover,
    label: found && cover === undefined ? `Blatt ${found[1]}${(found[2] as string)[0]}` : undefined,
    isColourChart: says(bare, chartWords),
  }
}

/** Runs of digits and of everything else. */
const runsOf = (bare: string): string[] => bare.match(/\d+|\D+/g) ?? []

function compareNatural(a: string, b: string): number {
  const [left, right] = [runsOf(a), runsOf(b)]
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [x, y] = [left[at] as string, right[at] as string]
    if (x === y) continue
    const [isX, isY] = [/^\d/.test(x), /^\d/.test(y)]
    if (isX && isY) {
      const difference = BigInt(x) - BigInt(y)
      if (difference !== 0n) return difference < 0n ? -1 : 1
      continue
    }
    if (isX !== isY) return isX ? -1 : 1
    return x < y ? -1 : 1
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0)
}

const hasNumber = (bare: string): boolean => /\d{2,}$|\d{3,}/.test(bare)

/** Where an image stands that has no number: covers around the pages, colour charts at the end. */
function rankOf(bare: string): number {
  if (says(bare, chartWords)) return 6
  if (says(bare, frontWords)) return /^(vs)$|spiegel|paste/.test(tails(bare)[1] ?? '') ? 1 : 0
  if (says(bare, backWords)) return /^(hs)$|spiegel|paste/.test(tails(bare)[1] ?? '') ? 3 : 4
  return says(bare, spineWords) ? 5 : 2
}

const rankOfMatched = ({ label }: Matched): number =>
  label === 'front' ? 0 : label === 'back' ? 4 : label === 'spine' ? 5 : label === 'chart' ? 6 : 2

/** What all names begin with: of AC01_0001 and AC01_0002 the part before the number. */
function commonStart(names: readonly string[]): number {
  const [first = ''] = names
  let length = first.length
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length--
  // not within a number
  while (length > 0 && /\d/.test(first[length - 1] as string)) length--
  return length
}

/**
 * Names in the order of the pages.
 * @param matchOf what the patterns of an installation make of an item: those that fit one come by it, all others as usual, covers around them
 */
export function inPageOrder<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  matchOf: (item: T) => Matched | undefined = () => undefined,
): T[] {
  const bare = items.map(item => comparedName(nameOf(item)))
  const skip = items.length > 1 ? commonStart(bare) : 0
  const keyed = items.map((item, at) => {
    const own = bare[at] as string
    const rest = own.slice(skip).replace(/^[\s_.-]+/, '')
    const roman = romanValue(rest)
    const isNumbered = hasNumber(own) && /\d/.test(rest)
    const matched = matchOf(item)
    return {
      item,
      matched,
      full: nameOf(item),
      // a name with a number says its own place, whatever words follow
      rank: matched
        ? rankOfMatched(matched)
        : isNumbered && !/^\D*$/.test(rest)
          ? 2
          : roman !== undefined
            ? 1.5
            : rankOf(own),
      key: roman === undefined ? own : own.slice(0, own.length - rest.length) + String(roman),
    }
  })
  return keyed
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        compareMatched(a.matched, b.matched) ||
        compareNatural(a.key, b.key) ||
        compareNatural(a.full, b.full),
    )
    .map(({ item }) => item)
}
