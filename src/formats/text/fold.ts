// Words as they are compared: German spellings of one sound fall together (ä and ae, ß and ss, ſ and s), diacritics of others are dropped,
// words divided at the end of a line are joined, and letters of scripts without spaces are words of their own.
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

/**
 * Scripts that put no space between words. What is looked for stands somewhere inside a run of them, so each of their letters is a word, and
 * several are looked for next to each other; lists of words for segmenting would have to be those of the time of print.
 */
const spaceless =
  '(?=[\\p{L}\\p{N}])[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Bopomofo}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Tibetan}]'
const wordPattern = new RegExp(`${spaceless}\\p{M}*|(?:(?!${spaceless})[\\p{L}\\p{N}\\p{M}])+`, 'gu')
const isSpaceless = (word: string): boolean => spacelessWord.test(word)
const spacelessWord = new RegExp(`^${spaceless}`, 'u')

/** The words of a text, as they stand. */
export const wordsOf = (text: string): string[] => text.replace(divided, '$1$2').match(wordPattern) ?? []

/** The words of what is looked for; those of a run without spaces belong together. */
export function termsOf(text: string): string[][] {
  const terms: string[][] = []
  let end = -1
  for (const match of text.replace(divided, '$1$2').matchAll(wordPattern)) {
    const [word] = match
    const last = terms.at(-1)
    if (last && match.index === end && isSpaceless(word) && isSpaceless(last.at(-1) as string))
      last.push(word)
    else terms.push([word])
    end = match.index + word.length
  }
  return terms
}

/** The pieces of a word that are words of their own, with the share of its letters that comes before each and that each has. */
export function piecesOf(
  word: string,
): { readonly text: string; readonly before: number; readonly share: number }[] {
  const pieces = [...word.matchAll(wordPattern)]
  if (pieces.length < 2 || !pieces.some(([piece]) => isSpaceless(piece))) return []
  return pieces.map(match => ({
    text: match[0],
    before: match.index / word.length,
    share: match[0].length / word.length,
  }))
}

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
