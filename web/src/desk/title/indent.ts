// Records that came in one line are shown in many, and stay as they came: what the eye needs is taken off again before anything is compared or stored.

import { NotWellFormed, read } from './record.ts'

/** Comments, sections, instructions, tags with their quoted values, and what stands between. */
const parts = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+|</g
const isBlank = (part: string) => /^\s+$/.test(part)
const isTag = (part: string) => /^<[^!?]/.test(part) && part.endsWith('>')
const isEnd = (part: string) => part.startsWith('</')
const isAlone = (part: string) => part.endsWith('/>')
const step = '  '

/** Whether nothing but tags separates the tags: then all blanks between them are ours. */
const isOneLine = (xml: string): boolean => !(xml.match(parts) ?? []).some((part, at, all) => isBlank(part) && at > 0 && at < all.length - 1)

/** Elements with words in them stand on one line. */
export function indented(xml: string): string {
  const all = xml.match(parts) ?? []
  // for each begin of an element, whether words stand directly in it
  const open: number[] = []
  const hasWords = new Set<number>()
  all.forEach((part, at) => {
    if (isTag(part) && isEnd(part)) open.pop()
    else if (isTag(part) && !isAlone(part)) open.push(at)
    else if (!isTag(part) && !isBlank(part) && open.length > 0 && !part.startsWith('<!--') && !part.startsWith('<?')) hasWords.add(open.at(-1) as number)
  })
  const above: number[] = []
  let text = ''
  all.forEach((part, at) => {
    const isInWords = above.some(begin => hasWords.has(begin))
    const isEmptyEnd = isEnd(part) && above.at(-1) === at - 1
    if (isTag(part) && isEnd(part)) above.pop()
    if (at > 0 && !isInWords && !isEmptyEnd && part.startsWith('<') && !isBlank(part)) text += `\n${step.repeat(above.length)}`
    text += part
    if (isTag(part) && !isEnd(part) && !isAlone(part)) above.push(at)
  })
  return text
}

/** As it came: without blanks that begin a line between tags. */
export const asCame = (shown: string): string =>
  (shown.match(parts) ?? []).filter((part, at, all) => at === 0 || at === all.length - 1 || !isBlank(part) || !part.includes('\n')).join('')

const same = (xml: string) => xml
const asItIs = { show: same, meant: same }
const inLines = { show: indented, meant: asCame }

/** Where a record cannot be read, in the lines that are shown. */
export function placeOf(shown: string, fault: unknown): string {
  try {
    read(shown)
  } catch (error) {
    if (error instanceof NotWellFormed) return error.message
  }
  return String(fault instanceof Error ? fault.message : fault)
}

/** How a record is shown, and how what is shown is meant. */
export const linesOf = (xml: string) => (isOneLine(xml) ? inLines : asItIs)
