// Where the words of a search stand in a title: pages, words with their boxes on the image, and how a beginning may go on.
import { piecesOf, wordsOf } from '../../formats/text/fold.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import type { Terms } from '../../search-index/query.ts'
import { type ServedLine, servedText, type ServedWord } from '../../catalogue/texts/index.ts'
import { conditionOfText, textTerms } from './conditions.ts'
import { pageTexts } from './page-texts.ts'
import { withheldFrom } from './scope.ts'
import type { SearchService } from './service.ts'
import { matches } from './snippets.ts'

/** Pages of one answer. */
export const pagesPerPart = 50
const completions = 20

export interface Occurrence {
  readonly words: readonly ServedWord[]
  readonly before: string
  readonly exact: string
  readonly after: string
}

const surrounding = 8

interface IndexedWord {
  readonly folded: string
  /** As it stands; of the words in one string of letters the first has it all */
  readonly text: string
  /** Whether it goes on from the word before without a blank */
  readonly isGlued: boolean
  readonly parts: ServedWord[]
}

/** A piece of a word that is written without spaces, with its part of the box: along the longer side, as vertical lines are high. */
function pieceOf(whole: ServedWord, piece: ReturnType<typeof piecesOf>[number]): ServedWord {
  const { text, before, share } = piece
  const word = { ...whole, text }
  const { box } = whole
  const cut = (from: number, length: number) => ({
    from: Math.round(from + before * length),
    length: Math.max(1, Math.round(share * length)),
  })
  if (box.height > box.width * 1.5) {
    const { from, length } = cut(box.y, box.height)
    return { ...word, box: { ...box, y: from, height: length } }
  }
  const { from, length } = cut(box.x, box.width)
  return { ...word, box: { ...box, x: from, width: length } }
}

/** Words of a page as the index has them: halves of a divided word are one, letters of scripts without spaces are words. */
function joined(words: readonly ServedWord[], form: (word: string) => string): IndexedWord[] {
  const result: IndexedWord[] = []
  for (const word of words) {
    const last = result.at(-1)
    if (word.half === 2 && last?.parts.at(-1)?.half === 1) {
      last.parts.push(word)
      continue
    }
    const text = word.half === 1 && word.joined !== undefined ? word.joined : word.text
    const pieces = word.half === undefined ? piecesOf(text) : []
    for (const [at, piece] of pieces.entries())
      result.push({
        folded: form(piece.text),
        text: piece.text,
        isGlued: at > 0,
        parts: [pieceOf(word, piece)],
      })
    if (pieces.length > 0) continue
    for (const [at, part] of wordsOf(text).entries())
      result.push({ folded: form(part), text: at === 0 ? text : '', isGlued: false, parts: [word] })
  }
  return result
}

/** Boxes of pieces that follow each other in one word as one box. */
function together(words: readonly IndexedWord[]): ServedWord[] {
  const result: ServedWord[] = []
  for (const { parts, isGlued } of words)
    for (const part of parts) {
      const last = result.at(-1)
      if (isGlued && last) {
        const x = Math.min(last.box.x, part.box.x)
        const y = Math.min(last.box.y, part.box.y)
        const right = Math.max(last.box.x + last.box.width, part.box.x + part.box.width)
        const bottom = Math.max(last.box.y + last.box.height, part.box.y + part.box.height)
        result[result.length - 1] = {
          ...last,
          text: last.text + part.text,
          box: { x, y, width: right - x, height: bottom - y },
        }
      } else if (!result.includes(part)) result.push(part)
    }
  return result
}

/** Where words stand among those of a page. */
export function occurrences(
  words: readonly ServedWord[],
  terms: Terms,
  form: (word: string) => string,
): Occurrence[] {
  const all = joined(words, form)
  const textOf = (from: number, to: number) => {
    let text = ''
    for (const word of all.slice(Math.max(0, from), to))
      if (word.text !== '') text += word.isGlued || text === '' ? word.text : ` ${word.text}`
    return text
  }
  /** What stands between a word and the one before it */
  const gap = (beside: string, at: number): string =>
    beside === '' || all.slice(at).find(({ text }) => text !== '')?.isGlued ? '' : ' '
  return matches(all, terms).map(([first, last]) => {
    const before = textOf(first - surrounding, first)
    const after = textOf(last + 1, last + 1 + surrounding)
    return {
      words: together(all.slice(first, last + 1)),
      before: `${before}${gap(before, first)}`,
      exact: textOf(first, last + 1) || (all[first]?.parts[0]?.text ?? ''),
      after: `${gap(after, last + 1)}${after}`,
    }
  })
}

/** Lines of a page at most, so that a word of each line marks no whole page */
const linesMarked = 12

export interface MarkedPage {
  readonly id: number
  readonly width: number
  readonly height: number
  readonly lines: readonly ServedLine['box'][]
}

/** The lines of pages that hold words. A page without boxes that fit its image, or that the caller may not read, is not among them. */
export async function markedLines(
  services: Services,
  search: SearchService,
  principal: Principal,
  ids: readonly number[],
  terms: Terms,
): Promise<MarkedPage[]> {
  const visible = await pageTexts(services.db, ids, principal)
  const pages: MarkedPage[] = []
  for (const id of ids.filter(each => visible.has(each))) {
    const text = await servedText(services, services.db, id)
    if (!text) continue
    // words are cut and joined on the way; the number of their line stays with them
    const words = text.lines.flatMap((line, at) => line.words.map(word => ({ ...word, line: at })))
    const found = occurrences(words, terms, search.form).flatMap(each => each.words as typeof words)
    const lines = [...new Set(found.map(word => word.line))].slice(0, linesMarked)
    pages.push({
      id,
      width: text.width,
      height: text.height,
      lines: lines.map(at => (text.lines[at] as ServedLine).box),
    })
  }
  return pages
}

export interface PageFound {
  readonly id: number
  readonly found: readonly Occurrence[]
}

/** Pages of a title whose texts hold the words, each with where; a page whose words have no boxes is a hit as a whole. */
export async function findInTitle(
  services: Services,
  search: SearchService,
  principal: Principal,
  path: string,
  q: string,
  startIndex: number,
): Promise<{ total: number; pages: PageFound[] }> {
  const { db } = services
  const terms = textTerms(conditionOfText(q, ['fulltext'], search.form))
  if (!terms) return { total: 0, pages: [] }
  const hits = await search.index.pages(
    terms,
    undefined,
    { path, ...(await withheldFrom(search, principal)) },
    { offset: startIndex, limit: pagesPerPart },
  )
  const visible = await pageTexts(db, hits.pages.map(page => page.id), principal) // prettier-ignore
  const pages: PageFound[] = []
  for (const { id } of hits.pages) {
    if (!visible.has(id)) continue
    const text = await servedText(services, db, id)
    pages.push({ id, found: occurrences(text?.lines.flatMap(line => line.words) ?? [], terms, search.form) })
  }
  return { total: hits.total, pages }
}

/** Words of a title that begin so, each with how often it stands there. */
export async function completionsOf(
  services: Services,
  search: SearchService,
  principal: Principal,
  path: string,
  q: string,
  min: number,
): Promise<{ value: string; total: number }[]> {
  const beginning = search.form(wordsOf(q).at(-1) ?? '')
  if (beginning === '') return []
  const counts = new Map<string, number>()
  const terms: Terms = { match: 'any', words: [{ text: beginning, isPrefix: true }] }
  const hits = await search.index.pages(
    terms,
    undefined,
    { path, ...(await withheldFrom(search, principal)) },
    { offset: 0, limit: 200 },
  )
  const texts = await pageTexts(services.db, hits.pages.map(page => page.id), principal) // prettier-ignore
  for (const text of texts.values())
    for (const word of wordsOf(text))
      if (search.form(word).startsWith(beginning))
        counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1)
  return [...counts]
    .filter(([, total]) => total >= min)
    .sort(([a, n], [b, m]) => m - n || a.localeCompare(b, 'de'))
    .slice(0, completions)
    .sort(([a], [b]) => a.localeCompare(b, 'de'))
    .map(([value, total]) => ({ value, total }))
}
