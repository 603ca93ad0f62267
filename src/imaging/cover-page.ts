// Text as outlines for PDF: a cover page shows the same on every machine, and its words lie over it for who searches or copies.
import type * as opentype from 'opentype.js'
import type { PdfWord } from '../formats/pdf/book.ts'
import { fonts, tenth } from './letters.ts'

export interface CoverLine {
  readonly text: string
  readonly style?: keyof typeof fonts
  /** Points */
  readonly size?: number
  readonly above?: number
}

/** Characters that the font lacks as near as it comes: without their marks, or as a dot. */
function drawable(text: string, font: opentype.Font): string {
  return Array.from(text)
    .map(character => {
      if (font.charToGlyphIndex(character) > 0) return character
      const base = character === 'ſ' ? 's' : (character.normalize('NFKD')[0] as string)
      return font.charToGlyphIndex(base) > 0 ? base : '·'
    })
    .join('')
}

function operators(path: opentype.Path): string {
  let x = 0
  let y = 0
  const parts: string[] = []
  const at = (...values: number[]) => values.map(tenth).join(' ')
  for (const command of path.commands) {
    if (command.type === 'M') parts.push(`${at(command.x, command.y)} m`)
    if (command.type === 'L') parts.push(`${at(command.x, command.y)} l`)
    if (command.type === 'C')
      parts.push(`${at(command.x1, command.y1, command.x2, command.y2, command.x, command.y)} c`)
    if (command.type === 'Q') {
      // PDF has cubic curves alone
      const cubic = [
        x + (2 / 3) * (command.x1 - x),
        y + (2 / 3) * (command.y1 - y),
        command.x + (2 / 3) * (command.x1 - command.x),
        command.y + (2 / 3) * (command.y1 - command.y),
      ]
      parts.push(`${at(...cubic, command.x, command.y)} c`)
    }
    if (command.type === 'Z') parts.push('h')
    else {
      x = command.x
      y = command.y
    }
  }
  return parts.join('\n')
}

/** Lines broken to a width, set from the top. */
export function coverPage(
  lines: readonly CoverLine[],
  page: { readonly width: number; readonly height: number; readonly margin: number },
): { drawing: string; words: PdfWord[] } {
  const drawing: string[] = []
  const words: PdfWord[] = []
  let y = page.height - page.margin
  const room = page.width - 2 * page.margin
  for (const { text, style = 'plain', size = 12, above = 4 } of lines) {
    const font = fonts[style]
    y -= above
    const space = font.getAdvanceWidth(' ', size)
    let x = page.margin
    y -= size * 1.2
    for (const word of text.split(/\s+/)) {
      const shown = drawable(word, font)
      const width = font.getAdvanceWidth(shown, size)
      if (x > page.margin && x + width > page.margin + room) {
        x = page.margin
        y -= size * 1.3
      }
      if (y < page.margin / 2) return { drawing: drawing.join('\n'), words }
      drawing.push(`q 1 0 0 -1 ${tenth(x)} ${tenth(y)} cm ${operators(font.getPath(shown, 0, 0, size))} f Q`)
      words.push({ text: word, x, y, width, height: size })
      x += width + space
    }
  }
  return { drawing: drawing.join('\n'), words }
}
