// The text of a page as programs of recognition give it, whatever form it was written in: lines of words with their boxes, and the running
// text, in which words divided at the end of a line are whole.

/** Pixels of the image that was read */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface Word extends Box {
  readonly text: string
  /** The whole word, where this is one half of a divided one */
  readonly joined: string | undefined
  readonly half: 1 | 2 | undefined
  /** 0 to 1 */
  readonly confidence: number | undefined
}
export interface Line extends Box {
  readonly words: readonly Word[]
  /** Whether the file itself says that its last word goes on in the next line */
  readonly isDivided?: boolean
  /** Whether somebody has read it (CS of ALTO) */
  readonly isConfirmed?: boolean
  /** What divides the last word from its other half, where it is no part of the word */
  readonly hyphen?: string
}
export interface PageText {
  /** How the file is written */
  readonly format: 'alto' | 'page-xml' | 'hocr'
  /** Size of the image that was read, in pixels; undefined where the file does not tell it */
  readonly width: number | undefined
  readonly height: number | undefined
  readonly blocks: readonly (readonly Line[])[]
  readonly text: string
  readonly wordCount: number
  /** Mean of the word confidences */
  readonly confidence: number | undefined
  readonly engine: string | undefined
  readonly language: string | undefined
  /** The image file that the text was read from */
  readonly fileName: string | undefined
}

/** What prints and programs put where a word is divided: hyphens, the soft one, ¬ and ⸗ of texts in Fraktur. */
const dividing = /[-\u2010\u00ad¬⸗=]$/u
const isBlank = (word: Word): boolean => word.text.trim() === ''

/** A line as it is printed: with its half of a word that is divided. */
export const printedText = ({ words, hyphen = '' }: Pick<Line, 'words' | 'hyphen'>): string =>
  words
    .filter(word => !isBlank(word))
    .map(word => word.text)
    .join(' ') + hyphen

/** The whole of a word divided between two lines; undefined where the two are words of their own. */
function wholeOf(first: string, second: string, isDivided: boolean): string | undefined {
  const isMarked = dividing.test(first)
  if (!isMarked && !isDivided) return undefined
  const stem = isMarked ? first.slice(0, -1) : first
  if (!/\p{L}$/u.test(stem)) return undefined
  if (/^\p{Ll}/u.test(second) || (/\p{Lu}$/u.test(stem) && /^\p{Lu}/u.test(second))) return stem + second
  // a capital begins a word of a compound: Nord- and Süd stay two unless the file says that they are one
  return isDivided && /^\p{L}/u.test(second) ? `${stem}-${second}` : undefined
}

/** Joins the words that are divided between lines of a block, where the file does not say it word by word (SUBS_CONTENT of ALTO). */
export function joinDivided(lines: readonly Line[]): Line[] {
  const result = lines.map(line => ({ ...line, words: [...line.words] }))
  for (let at = 0; at + 1 < result.length; at++) {
    const { words, isDivided } = result[at] as (typeof result)[number]
    const following = (result[at + 1] as (typeof result)[number]).words
    const last = words.findLastIndex(word => !isBlank(word))
    const first = following.findIndex(word => !isBlank(word))
    const [one, two] = [words[last], following[first]]
    if (!one || !two || one.half !== undefined || two.half !== undefined) continue
    const joined = wholeOf(one.text, two.text, isDivided === true)
    if (joined === undefined) continue
    words[last] = { ...one, half: 1, joined }
    following[first] = { ...two, half: 2, joined }
  }
  return result
}

/** Lines as running text. What a page begins with, because its first half stands on the page before, stays as it is. */
function runningText(blocks: readonly (readonly Line[])[]): string {
  let isOpen = false
  const ofLine = (line: Line): string => {
    const texts: string[] = []
    for (const word of line.words) {
      if (isBlank(word)) continue
      const isSaid = word.half === 2 && isOpen
      isOpen = word.half === 1 && word.joined !== undefined
      if (!isSaid) texts.push(isOpen ? (word.joined as string) : word.text)
    }
    return texts.join(' ')
  }
  return blocks
    .map(lines =>
      lines
        .map(ofLine)
        .filter(text => text !== '')
        .join('\n'),
    )
    .filter(text => text !== '')
    .join('\n\n')
}

/** A page of lines as they were read: divided words joined, the running text and what can be counted. */
export function pageTextOf(
  facts: Omit<PageText, 'blocks' | 'text' | 'wordCount' | 'confidence'>,
  lines: readonly (readonly Line[])[],
): PageText {
  const blocks = lines.map(joinDivided)
  const words = blocks.flat().flatMap(line => line.words.filter(word => !isBlank(word)))
  const confidences = words.map(word => word.confidence).filter(value => value !== undefined)
  return {
    ...facts,
    engine: facts.engine?.slice(0, 250),
    language: facts.language?.slice(0, 20),
    blocks,
    text: runningText(blocks),
    wordCount: words.length,
    confidence:
      confidences.length > 0
        ? confidences.reduce((sum, value) => sum + value, 0) / confidences.length
        : undefined,
  }
}

/** Whether boxes of a text can be laid over a scan: same proportions within one per cent. */
export function boxesFit(
  text: Pick<PageText, 'width' | 'height'>,
  scan: { readonly width: number; readonly height: number },
): boolean {
  if (!text.width || !text.height) return false
  const ratio = text.width / scan.width / (text.height / scan.height)
  return Math.abs(ratio - 1) <= 0.01
}

/** The words of a line that has a box only as a whole: each gets the part of it that its letters take. */
export function sharedOut(line: Box, text: string, isRightToLeft = false): Word[] {
  const texts = text.split(/\s+/u).filter(part => part !== '')
  const total = text.trim().length || 1
  const unit = line.width / total
  let before = 0
  return texts.map(part => {
    const { length } = part
    const from = isRightToLeft ? total - before - length : before
    before += length + 1
    return {
      text: part,
      joined: undefined,
      half: undefined,
      confidence: undefined,
      x: Math.round(line.x + from * unit),
      y: line.y,
      width: Math.max(1, Math.round(length * unit)),
      height: line.height,
    }
  })
}

/** The smallest box around points. @returns undefined where there are none */
export function boxAround(points: readonly (readonly [number, number])[]): Box | undefined {
  if (points.length === 0) return undefined
  // a polygon of a file may have any number of points: Math.min takes only so many arguments
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [x, y] of points) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  const round = Math.round
  return { x: round(left), y: round(top), width: round(right - left), height: round(bottom - top) }
}
