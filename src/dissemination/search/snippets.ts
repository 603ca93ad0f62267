// Where the words of a search stand in a text: places to mark, and the surroundings that are shown.
import { type PlacedWord, placedWords } from '../../formats/text/fold.ts'
import type { Terms } from '../../search-index/query.ts'

export interface Snippet {
  readonly before: string
  readonly match: string
  readonly after: string
}

type Token = Terms['words'][number]

/** The words of a term: several where a script puts no spaces between them. */
function tokensOf({ text, isPrefix }: Token): Token[] {
  const parts = text.split(' ')
  return parts.map((part, at) => ({ text: part, isPrefix: isPrefix && at === parts.length - 1 }))
}

type Folded = readonly { readonly folded: string }[]

const isMatch = ({ text, isPrefix }: Token, folded: string | undefined): boolean =>
  isPrefix ? folded?.startsWith(text) === true : folded === text

/** Places where words stand next to each other as they are wanted. */
function runs(words: Folded, wanted: readonly Token[]): [number, number][] {
  const found: [number, number][] = []
  for (let at = 0; at + wanted.length <= words.length; at++)
    if (wanted.every((token, n) => isMatch(token, words[at + n]?.folded)))
      found.push([at, at + wanted.length - 1])
  return found
}

/** Runs of words that match: whole phrases, or single words. @returns first and last word of each */
export function matches(words: Folded, terms: Terms): [number, number][] {
  const each = terms.words.map(tokensOf)
  if (terms.match === 'phrase') return each.length === 0 ? [] : runs(words, each.flat())
  // single words in one go over the text, however many are looked for
  const singles = each.filter(tokens => tokens.length === 1).flat()
  const whole = new Set(singles.filter(word => !word.isPrefix).map(word => word.text))
  const beginnings = singles.filter(word => word.isPrefix)
  const found: [number, number][] = each
    .filter(tokens => tokens.length > 1)
    .flatMap(tokens => runs(words, tokens))
  words.forEach(({ folded }, at) => {
    if (whole.has(folded) || beginnings.some(beginning => isMatch(beginning, folded))) found.push([at, at])
  })
  return found.sort(([a], [b]) => a - b)
}

const context = 80

/** A place near another one where a word begins: of the words that are shown, the first and the last are whole. */
const wholeFrom = (text: string, at: number): number => {
  if (at <= 0) return 0
  const gap = text.slice(at - 1, at + 40).search(/\s/)
  return gap < 0 || gap > 30 ? at : at + gap
}
const wholeTo = (text: string, at: number, least: number): number => {
  if (at >= text.length || /\s/.test(text[at] as string)) return Math.min(at, text.length)
  const begun = /\S*$/.exec(text.slice(least, at))?.[0].length ?? 0
  return begun > 30 ? at : Math.max(least, at - begun)
}

/** At most so many places of a text, with what stands around them. */
export function snippetsOf(text: string, terms: Terms, form: (word: string) => string, most = 3): Snippet[] {
  const words = placedWords(text, form)
  return matches(words, terms)
    .slice(0, most)
    .map(([first, last]) => {
      const start = (words[first] as PlacedWord).start
      const end = (words[last] as PlacedWord).end
      const from = Math.min(start, wholeFrom(text, start - context))
      const to = wholeTo(text, end + context, end)
      const clean = (part: string) => part.replace(/\s+/g, ' ')
      return {
        before: `${from > 0 ? '… ' : ''}${clean(text.slice(from, start)).trimStart()}`,
        match: clean(text.slice(start, end)),
        after: `${clean(text.slice(end, to)).trimEnd()}${to < text.length ? ' …' : ''}`,
      }
    })
}
