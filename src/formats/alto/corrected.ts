// ALTO whose lines are put right by people: words that stay keep their boxes, new ones share those of the words they stand for.
import { add, descendants, type Element, elements, first, parseXmlDocument, remove, serializeToWellFormedString } from '../xml/dom.ts' // prettier-ignore
import type { Box } from '../ocr/page-text.ts'
import { changesOf } from '../text/difference.ts'

const sides = ['HPOS', 'VPOS', 'WIDTH', 'HEIGHT'] as const
const boxOf = (element: Element): Box => {
  const [x, y, width, height] = sides.map(name => Number(element.getAttribute(name)) || 0)
  return { x, y, width, height } as Box
}
/** Edges are rounded, not lengths: a box that is parted again and again would grow out of its line. */
function setBox(element: Element, { x, y, width, height }: Box): void {
  const [left, top] = [Math.round(x), Math.round(y)]
  for (const [n, value] of [left, top, Math.round(x + width) - left, Math.round(y + height) - top].entries())
    element.setAttribute(sides[n] as string, String(value))
}
const contentOf = (element: Element | undefined | null): string => element?.getAttribute('CONTENT') ?? ''
const stringsOf = (line: Element): Element[] =>
  elements(line, 'String').filter(string => contentOf(string).trim() !== '')

/** How a line is written: which way its words follow each other. */
type Direction = 'right' | 'left' | 'down'
const written = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

function directionOf(line: Element, text: string): Direction {
  const { width, height } = boxOf(line)
  const boxes = stringsOf(line).map(boxOf)
  const [one, two] = [boxes[0], boxes.at(-1)]
  if (one && two && boxes.length > 1) {
    const across = two.x + two.width / 2 - one.x - one.width / 2
    if (Math.abs(two.y + two.height / 2 - one.y - one.height / 2) > Math.abs(across)) return 'down'
    return across < 0 ? 'left' : 'right'
  }
  if (height > 1.5 * width && Array.from(text).length > 1) return 'down'
  return written.test(text) ? 'left' : 'right'
}

/** A box in parts, as long as the words are; a space is as wide as a letter. */
function parted(box: Box, words: readonly string[], direction: Direction): Box[] {
  const lengths = words.map(word => Array.from(word).length)
  const total = lengths.reduce((sum, length) => sum + length, words.length - 1)
  let at = 0
  return lengths.map(length => {
    const [from, part] = [at / total, length / total]
    at += length + 1
    if (direction === 'down') return { ...box, y: box.y + box.height * from, height: box.height * part }
    const start = direction === 'right' ? from : 1 - from - part
    return { ...box, x: box.x + box.width * start, width: box.width * part }
  })
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map(box => box.x))
  const y = Math.min(...boxes.map(box => box.y))
  return {
    x,
    y,
    width: Math.max(...boxes.map(box => box.x + box.width)) - x,
    height: Math.max(...boxes.map(box => box.y + box.height)) - y,
  }
}

/** Where a word stands that was missing: between its neighbours, or from the edge of the line; where there is no room, with its neighbour. */
function between(line: Box, before: Box | undefined, after: Box | undefined, direction: Direction): Box {
  const beside = before ?? after ?? line
  if (direction === 'down') {
    const y = before ? before.y + before.height : line.y
    const height = (after?.y ?? line.y + line.height) - y
    return height * 3 < line.width ? beside : { ...line, y, height }
  }
  const [left, right] = direction === 'right' ? [before, after] : [after, before]
  const x = left ? left.x + left.width : line.x
  const width = (right?.x ?? line.x + line.width) - x
  return width * 3 < line.height ? beside : { ...line, x, width }
}

function say(string: Element, text: string): void {
  const isSame = contentOf(string) === text
  string.setAttribute('CONTENT', text)
  if (isSame) return
  // what a program thought of the former word
  for (const name of ['WC', 'CC', 'SUBS_TYPE', 'SUBS_CONTENT']) string.removeAttribute(name)
  for (const name of ['ALTERNATIVE', 'Glyph']) elements(string, name).forEach(remove)
}

/** Words that stay, one a step, and between them those that go with those that come in their place. */
function stepsOf(old: readonly Element[], words: readonly string[]) {
  const steps: { stays?: Element; go: Element[]; come: string[] }[] = []
  let at = 0
  for (const { added, removed, value } of changesOf(old.map(contentOf), words)) {
    if (!added && !removed) {
      for (const _ of value) steps.push({ stays: old[at++] as Element, go: [], come: [] })
      continue
    }
    let step = steps.at(-1)
    if (!step || step.stays) steps.push((step = { go: [], come: [] }))
    if (added) step.come.push(...value)
    else for (const _ of value) step.go.push(old[at++] as Element)
  }
  return steps
}

/** Gives a line its words. */
function fill(line: Element, words: readonly string[]): void {
  const direction = directionOf(line, words.join(' '))
  const kept: Element[] = []
  const made = (box: Box) => {
    const string = add(line, 'String')
    setBox(string, box)
    return string
  }
  const steps = stepsOf(stringsOf(line), words)
  for (const [n, { stays, go, come }] of steps.entries()) {
    if (stays) kept.push(stays)
    else if (go.length === come.length) {
      for (const [k, string] of go.entries()) say(string, come[k] as string)
      kept.push(...go)
    } else if (come.length > 0) {
      const [before, after] = [kept.at(-1), steps[n + 1]?.stays]
      const room =
        go.length > 0
          ? around(go.map(boxOf))
          : between(boxOf(line), before && boxOf(before), after && boxOf(after), direction)
      for (const [k, box] of parted(room, come, direction).entries()) {
        const string = made(box)
        say(string, come[k] as string)
        kept.push(string)
      }
    }
  }
  const hasSpaces = elements(line, 'SP').length > 0
  for (const name of ['String', 'SP']) elements(line, name).forEach(remove)
  // a line must have a word, by the schema
  if (kept.length === 0) {
    const none = made(boxOf(line))
    say(none, '')
    kept.push(none)
  }
  for (const [n, string] of kept.entries()) {
    if (n > 0 && hasSpaces) add(line, 'SP')
    line.appendChild(string)
  }
}

const hyphenOf = (line: Element): string => contentOf(first(line, 'HYP')).replace('\u00ad', '-')
const isHyphenated = (line: Element): boolean =>
  first(line, 'HYP') !== undefined || stringsOf(line).at(-1)?.getAttribute('SUBS_TYPE') === 'HypPart1'

/** The hyphen goes back to its word; where that is joined, it is taken off again. */
function withoutHyphen(line: Element): void {
  const hyphen = first(line, 'HYP')
  const last = stringsOf(line).at(-1)
  last?.setAttribute('CONTENT', contentOf(last) + hyphenOf(line))
  if (hyphen) remove(hyphen)
}

/** A word and the hyphen that divides it at the end of a line */
const divided = /^(.+)([-\u00ad\u2010⸗¬])$/u
const isHalf = (string: Element, half: 1 | 2) => string.getAttribute('SUBS_TYPE') === `HypPart${half}`
const free = (string: Element) => ['SUBS_TYPE', 'SUBS_CONTENT'].forEach(name => string.removeAttribute(name))

/** A word and its other half on the next line: joined where the line ends with a hyphen, else each for itself. */
function joinHalves(line: Element, next: Element | undefined, was: boolean): void {
  withoutHyphen(line)
  const last = stringsOf(line).at(-1)
  const other = next && stringsOf(next)[0]
  const [, stem, mark] = divided.exec(contentOf(last)) ?? []
  const isNear = next?.parentNode === line.parentNode && /^\p{Ll}/u.test(contentOf(other))
  if (!last || !other || stem === undefined || mark === undefined || !(was || isNear)) {
    if (last && isHalf(last, 1)) free(last)
    if (other && isHalf(other, 2)) free(other)
    return
  }
  const said = [last, other].map(half => half.getAttribute('SUBS_CONTENT'))
  // a word that nobody changed may be written otherwise when it is whole: Bäk-ker, Bäcker
  const whole = said[0] && said[0] === said[1] ? said[0] : stem + contentOf(other)
  last.setAttribute('CONTENT', stem)
  add(line, 'HYP', undefined, { CONTENT: mark })
  for (const [half, string] of [last, other].entries()) {
    string.setAttribute('SUBS_TYPE', `HypPart${half + 1}`)
    string.setAttribute('SUBS_CONTENT', whole)
  }
}

/**
 * @param lines texts by the number of their line, from 0 in the order of the file; a line that is given as it stands is confirmed
 * @returns the file with these lines marked as corrected (CS)
 */
export function correctedAlto(source: string, lines: ReadonlyMap<number, string>): string {
  const document = parseXmlDocument(source)
  const root = document.documentElement
  const all = (root ? descendants(root) : [])
    .filter(element => element.localName === 'TextBlock')
    .flatMap(block => elements(block, 'TextLine'))
  const was = all.map(isHyphenated)
  const touched = new Set<number>()
  for (const [n, text] of lines) {
    const line = all[n]
    if (!line) throw new RangeError(`There is no line ${n}.`)
    line.setAttribute('CS', 'true')
    const words = text.split(/\s+/u).filter(word => word !== '')
    if (stringsOf(line).map(contentOf).join(' ') + hyphenOf(line) === words.join(' ')) continue
    withoutHyphen(line)
    fill(line, words)
    touched.add(n)
    if (was[n - 1]) touched.add(n - 1)
  }
  for (const n of touched) joinHalves(all[n] as Element, all[n + 1], was[n] as boolean)
  return serializeToWellFormedString(document)
}
