// The order of titles and names in a language: keys that stand in that order when they are compared as bytes, so that a database lists by an
// index and goes on behind any of them. Which letters are one and which stand behind another is asked of the runtime's collator (CLDR), once;
// numbers in a text count as numbers.
import { createHash } from 'node:crypto'
import { tableOf } from '../../codes.ts'

/** The order of a language. */
export interface Order {
  /** The first language that was named with it: others may have the same */
  readonly name: string
  readonly key: (text: string) => string
}

export interface Orders {
  readonly all: readonly Order[]
  /** For who reads these languages, the best first; the first of all where none was named for any */
  readonly best: (tags: readonly string[]) => Order
  /** Another one where keys would be others: keys made with another one are to be made anew */
  readonly mark: string
}

/** Of the way in which keys are written. */
const version = 1
const mostLetters = 120
const mostMarks = 20

const alphabets: readonly (readonly [number, number])[] = [
  [0x61, 0x24f],
  [0x250, 0x2af],
  [0x370, 0x58f],
  [0x5d0, 0x6d3],
  [0x10d0, 0x10ff],
  [0x1e00, 0x1fff],
]
/** Letters that are two others in most languages */
const ligatures: Readonly<Record<string, string>> = tableOf({
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ĳ: 'ij',
  ſ: 's',
  þ: 'th',
})

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '')

/** Two letters, and three, that a language has as one: ch in Czech, aa in Danish, dzs in Hungarian. */
function joined(collator: Intl.Collator): string[] {
  const latin = Array.from({ length: 26 }, (_, at) => String.fromCharCode(97 + at))
  const isOne = (whole: string): boolean => collator.compare(whole, `${whole.slice(0, -1)}zz`) > 0
  const pairs = latin.flatMap(one => latin.map(two => one + two)).filter(isOne)
  return [...pairs, ...pairs.flatMap(pair => latin.map(letter => pair + letter)).filter(isOne)]
}

/** Each letter of the alphabets with its place among them; those that differ by accents alone share one. */
function places(language: string): Map<string, string> {
  const collator = new Intl.Collator(language, { sensitivity: 'base' })
  const letters = alphabets
    .flatMap(([from, to]) =>
      Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at)),
    )
    .filter(letter => /^\p{L}$/u.test(letter) && letter === letter.toLowerCase())
    .filter(letter => !(letter in ligatures) || collator.compare(letter, ligatures[letter] as string) !== 0)
  const sorted = [...letters, ...joined(collator)].sort(collator.compare)
  const found = new Map<string, string>()
  let place = -1
  for (const [at, letter] of sorted.entries()) {
    if (at === 0 || collator.compare(sorted[at - 1] as string, letter) !== 0) place++
    found.set(letter, String.fromCharCode(0x30 + Math.floor(place / 74), 0x30 + (place % 74)))
  }
  for (const [letter, pair] of Object.entries(ligatures))
    if (!found.has(letter)) found.set(letter, Array.from(pair, each => found.get(each)).join(''))
  return found
}

/** What sorts before letters: the end, accents, a gap, a number. */
const [accents, gap, number, beyond] = ['\t', '!', '#', 'z'] as const

function keyOf(text: string, language: string, letters: ReadonlyMap<string, string>): string {
  const words =
    text
      .normalize('NFC')
      .toLocaleLowerCase(language)
      .match(/[\p{L}\p{M}]+|\p{Nd}+/gu) ?? []
  const key: string[] = []
  const marks: string[] = []
  for (const word of words) {
    if (key.length >= mostLetters) break
    if (key.length > 0) key.push(gap)
    if (/^\p{Nd}/u.test(word)) {
      const digits = word.normalize('NFKC').replace(/^0+(?=.)/, '').slice(0, 60) // prettier-ignore
      key.push(number + String.fromCharCode(0x30 + digits.length) + digits)
      continue
    }
    const signs = Array.from(word)
    for (let at = 0; at < signs.length;) {
      const longest = [3, 2, 1].find(length => letters.has(signs.slice(at, at + length).join(''))) ?? 0
      const sign = signs.slice(at, at + Math.max(1, longest)).join('')
      const bare = plain(sign)
      const own =
        letters.get(sign) ??
        Array.from(
          bare,
          each => letters.get(each) ?? beyond + (each.codePointAt(0) ?? 0).toString(36).padStart(4, '0'),
        ) // prettier-ignore
          .join('')
      if (own !== '') key.push(own)
      if (bare !== sign && marks.length < mostMarks) marks.push(key.length.toString(36), sign.codePointAt(0)?.toString(36) ?? '') // prettier-ignore
      at += Math.max(1, longest)
    }
  }
  const front = key.join('').slice(0, 300)
  return marks.length === 0 ? front : `${front}${accents}${marks.join('.').slice(0, 90)}`
}

const known = new Map<string, Orders>()

/** The orders of languages, by their tags; the first one is for all others. */
export function ordersOf(languages: readonly string[]): Orders {
  const name = languages.join()
  let orders = known.get(name)
  if (!orders) known.set(name, (orders = makeOrders(languages)))
  return orders
}

function makeOrders(named: readonly string[]): Orders {
  const languages = named.length === 0 ? ['en'] : named
  const all: (Order & { readonly table: string })[] = []
  const byLanguage = new Map<string, Order>()
  for (const language of languages) {
    const letters = places(language)
    const table = JSON.stringify([...letters].sort(([a], [b]) => (a < b ? -1 : 1)))
    let order = all.find(each => each.table === table)
    if (!order) {
      order = { name: language, table, key: text => keyOf(text, language, letters) }
      all.push(order)
    }
    byLanguage.set(language.toLowerCase(), order)
  }
  return {
    all,
    best: tags =>
      tags
        .map(tag => tag.toLowerCase())
        .map(tag => byLanguage.get(tag) ?? byLanguage.get(tag.split('-')[0] ?? ''))
        .find(order => order !== undefined) ?? (all[0] as Order),
    mark: createHash('sha256')
      .update(JSON.stringify([version, all.map(({ name, table }) => [name, table])]))
      .digest('hex')
      .slice(0, 16),
  }
}
