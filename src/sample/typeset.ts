// Sets text into page images with outlines from a font, so that no font has to be installed, and knows where every word
// stands: the ALTO it writes fits the image exactly.
import { around, writeAlto } from '../formats/alto/write.ts'
import { fonts, pathData, tenth } from '../imaging/letters.ts'

export type Style = keyof typeof fonts

export interface Block {
  readonly text: string
  readonly style?: Style
  /** Pixels */
  readonly size?: number
  readonly align?: 'left' | 'center'
  /** Pixels above the block */
  readonly above?: number
  /** Pixels in front of the first line */
  readonly indent?: number
}
export interface SetWord {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export type SetLine = readonly SetWord[]
export interface SetPage {
  readonly width: number
  readonly height: number
  readonly svg: string
  readonly blocks: readonly (readonly SetLine[])[]
}

export interface Sheet {
  readonly width: number
  readonly height: number
  readonly margin: number
  readonly columns: number
}

const gutter = 40

/** Characters that the font lacks are written as it has them. */
const printable = (text: string): string => text.replaceAll('ſ', 's')

class Setter {
  readonly #sheet: Sheet
  readonly #glyphs = new Map<string, string>()
  readonly #uses: string[] = []
  readonly blocks: SetLine[][] = []
  #column = 0
  #y: number
  #top: number

  constructor(sheet: Sheet, top: number) {
    this.#sheet = sheet
    this.#top = top
    this.#y = top
  }

  get #columnWidth(): number {
    const { width, margin, columns } = this.#sheet
    return (width - 2 * margin - (columns - 1) * gutter) / columns
  }
  get #left(): number {
    return this.#sheet.margin + this.#column * (this.#columnWidth + gutter)
  }
  get isFull(): boolean {
    return this.#column >= this.#sheet.columns
  }
  get y(): number {
    return this.#y
  }

  /** @param wide over all columns */
  set(block: Block, wide = false): void {
    const size = block.size ?? 26
    const font = fonts[block.style ?? 'plain']
    const width = wide ? this.#sheet.width - 2 * this.#sheet.margin : this.#columnWidth
    const space = font.getAdvanceWidth(' ', size)
    this.#y += block.above ?? 0
    let line: { text: string; width: number }[] = []
    let used = block.indent ?? 0
    let start = used
    let lines: SetLine[] = []
    const flush = (): void => {
      if (line.length === 0 || this.isFull) return
      const left = wide ? this.#sheet.margin : this.#left
      const total = line.reduce((sum, word) => sum + word.width, 0) + space * (line.length - 1)
      let x = block.align === 'center' ? left + (width - total) / 2 : left + start
      const baseline = this.#y + size
      lines.push(
        line.map(word => {
          const [x1, y1, x2, y2] = this.#draw(word.text, {
            font,
            style: block.style ?? 'plain',
            size,
            x,
            baseline,
          })
          x += word.width + space
          return { text: word.text, x: x1, y: y1, width: Math.max(1, x2 - x1), height: Math.max(1, y2 - y1) }
        }),
      )
      this.#y += Math.round(size * 1.35)
      line = []
      start = 0
      used = 0
      if (this.#y + size > this.#sheet.height - this.#sheet.margin) {
        if (lines.length > 0) this.blocks.push(lines as SetLine[])
        lines = []
        this.#column++
        this.#y = this.#top
      }
    }
    for (const text of printable(block.text)
      .split(/\s+/)
      .filter(part => part !== '')) {
      const wordWidth = font.getAdvanceWidth(text, size)
      if (line.length > 0 && used + space + wordWidth > width) flush()
      if (this.isFull) break
      used += wordWidth + (line.length > 0 ? space : 0)
      line.push({ text, width: wordWidth })
    }
    flush()
    if (lines.length > 0) this.blocks.push(lines as SetLine[])
  }

  /** Draws a word glyph by glyph; each glyph of a size is described once. @returns the box of its ink */
  #draw(
    text: string,
    at: {
      readonly font: opentype.Font
      readonly style: Style
      readonly size: number
      readonly x: number
      readonly baseline: number
    },
  ): [number, number, number, number] {
    const { font, style, size } = at
    const scale = size / font.unitsPerEm
    const ink = { x1: Number.POSITIVE_INFINITY, y1: Number.POSITIVE_INFINITY, x2: 0, y2: 0 }
    font.forEachGlyph(text, at.x, at.baseline, size, {}, (glyph, x, y) => {
      const key = `${style[0]}${size}-${glyph.index}`
      if (!this.#glyphs.has(key)) this.#glyphs.set(key, pathData(glyph.getPath(0, 0, size)))
      this.#uses.push(`<use href="#${key}" x="${tenth(x)}" y="${tenth(y)}"/>`)
      const box = glyph.getBoundingBox()
      ink.x1 = Math.min(ink.x1, x + box.x1 * scale)
      ink.x2 = Math.max(ink.x2, x + box.x2 * scale)
      ink.y1 = Math.min(ink.y1, y - box.y2 * scale)
      ink.y2 = Math.max(ink.y2, y - box.y1 * scale)
    })
    return [Math.floor(ink.x1), Math.floor(ink.y1), Math.ceil(ink.x2), Math.ceil(ink.y2)]
  }

  get glyphs(): ReadonlyMap<string, string> {
    return this.#glyphs
  }
  get uses(): readonly string[] {
    return this.#uses
  }

  /** Where the columns below a head begin. */
  beginColumns(): void {
    this.#top = this.#y
  }
}

/** One page: what goes over all columns, then the running text until the page is full. */
export function typeset(
  sheet: Sheet,
  content: {
    readonly head?: readonly Block[]
    readonly body: readonly Block[]
    readonly foot?: string | undefined
  },
  tint = '#f3ead8',
): SetPage {
  const setter = new Setter(sheet, sheet.margin)
  for (const block of content.head ?? []) setter.set(block, true)
  setter.beginColumns()
  for (const block of content.body) if (!setter.isFull) setter.set(block)
  const { blocks } = setter
  const setters = [setter]
  if (content.foot) {
    const foot = new Setter({ ...sheet, columns: 1, margin: 20 }, sheet.height - 62)
    foot.set({ text: content.foot, align: 'center', size: 24 })
    blocks.push(...foot.blocks)
    setters.push(foot)
  }
  const glyphs = new Map(setters.flatMap(each => [...each.glyphs]))
  const defined = [...glyphs].map(([key, data]) => `<path id="${key}" d="${data}"/>`).join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${sheet.width}" height="${sheet.height}"><defs>${defined}</defs><rect width="100%" height="100%" fill="${tint}"/><g fill="#2b2320">${setters.flatMap(each => each.uses).join('')}</g></svg>`
  return { width: sheet.width, height: sheet.height, svg, blocks }
}

/** ALTO of a set page, in pixels of its image. */
export function altoOf(page: SetPage, imageName: string): string {
  const words = (line: SetLine) =>
    line.map(word => ({ ...word, joined: undefined, half: undefined, confidence: 1 }))
  return writeAlto({
    ...page,
    blocks: page.blocks.map(lines => lines.map(line => ({ ...around(line), words: words(line) }))),
    language: 'de',
    fileName: imageName,
    engine: undefined,
  })
}
