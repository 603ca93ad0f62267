// Where the words of a search stand in a text: places to mark, and the surroundings that are shown.
import { type PlacedWord, placedWords } from '../../formats/text/fold.ts'
import type { Terms } from '../../search-index/query.ts'

export interface Snippet {
  readonly before: string
  readonly match: string
  readonly after: string
}

/** Whether a word is one of the terms. */
export function matcherOf({ words }: Terms): (folded: string) => boolean {
  const whole = new Set(words.filter(word => !word.isPrefix).map(word => word.text))
  const beginnings = words.filter(word => word.isPrefix).map(word => word.text)
  return folded => whole.has(folded) || beginnings.some(beginning => folded.startsWith(beginning))
}

/** Runs of words that match: whole phrases, or single words. @returns first and last word of each */
export function matches(words: readonly { readonly folded: string }[], terms: Terms): [number, number][] {
  const found: [number, number][] = []
  if (terms.match === 'phrase' && terms.words.length > 1) {
    const { words: wanted } = terms
    for (let at = 0; at + wanted.length <= words.length; at++)
      if (
        wanted.every((word, n) =>
          word.isPrefix ? words[at + n]?.folded.startsWith(word.text) : words[at + n]?.folded === word.text,
        )
      )
        found.push([at, at + wanted.length - 1])
    return found
  }
  const isMatch = matcherOf(terms)
  words.forEach((word, at) => {
    if (isMatch(word.folded)) found.push([at, at])
  })
  return found
}

const context = 80

/** At most so many places of a text, with what stands around them. */
export function snippetsOf(text: string, terms: Terms, form: (word: string) => string, most = 3): Snippet[] {
  const words = placedWords(text, form)
  return matches(words, terms)
    .slice(0, most)
    .map(([first, last]) => {
      const start = (words[first] as PlacedWord).start
      const end = (words[last] as PlacedWord).end
      const from = Math.max(0, start - context)
      const to = Math.min(text.length, end + context)
      const clean = (part: string) => part.replace(/\s+/g, ' ')
      return {
        before: `${from > 0 ? '…' : ''}${clean(text.slice(from, start))}`,
        match: clean(text.slice(start, end)),
        after: `${clean(text.slice(end, to))}${to < text.length ? '…' : ''}`,
      }
    })
}
