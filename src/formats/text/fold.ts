// Words as they are compared: German spellings of one sound fall together (ä and ae, ß and ss, ſ and s), diacritics of others are dropped,
// words divided at the end of a line are joined.
import { tableOf } from '../../codes.ts'
const ligatures: Readonly<Record<string, string>> = tableOf({
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ſ: 's',
  æ: 'ae',
  œ: 'oe',
  ø: 'oe',
  å: 'aa',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
})
const ligature = /[äöüßſæœøåđðþłı]/g
// a small e above the vowel is how older prints write the umlaut
const oldUmlaut = /([aou])\u0364/g
const divided = /(\p{L})[-\u00ad¬⸗=]\s*\n\s*(\p{Ll})/gu

/** One word in its compared form. */
export function foldWord(word: string): string {
  return word
    .normalize('NFC')
    .toLowerCase()
    .replace(oldUmlaut, '$1e')
    .replace(ligature, letter => ligatures[letter] as string)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu

/** The words of a text, as they stand. */
export const wordsOf = (text: string): string[] => text.replace(divided, '$1$2').match(wordPattern) ?? []

export interface PlacedWord {
  readonly folded: string
  /** Where it stands in the text */
  readonly start: number
  readonly end: number
}
/** The words of a text with their places; a word divided at a line's end counts as two halves of one. */
export function placedWords(text: string, form: (word: string) => string = foldWord): PlacedWord[] {
  const words: PlacedWord[] = []
  for (const match of text.matchAll(wordPattern))
    words.push({ folded: form(match[0]), start: match.index, end: match.index + match[0].length })
  const joined: PlacedWord[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as PlacedWord
    const next = words[at + 1]
    const between = next && text.slice(word.end, next.start)
    if (
      next &&
      between &&
      /^[-\u00ad¬⸗=]\s*\n\s*$/.test(between) &&
      /^\p{Ll}/u.test(text.slice(next.start))
    ) {
      joined.push({
        folded: form(text.slice(word.start, word.end) + text.slice(next.start, next.end)),
        start: word.start,
        end: next.end,
      })
      at++
    } else joined.push(word)
  }
  return joined
}
