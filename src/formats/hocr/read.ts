// Reads hOCR, the HTML of Tesseract, OCRopus and Kraken: words with the boxes that stand in their titles. Documents are HTML as it is
// written, so they are read by a parser of HTML. @see https://kba.github.io/hocr-spec/1.2/
import { Parser } from 'htmlparser2'
import { Refusal } from '../../errors.ts'
import { type Box, type Line, type PageText, pageTextOf, sharedOut, type Word } from '../ocr/page-text.ts'
import type { XmlOptions } from '../xml/read.ts'
import { xmlLimits } from '../xml/read.ts'

/** Whether a document is hOCR: HTML with an element of a page. */
export const isHocr = (source: string): boolean => /\bocr_page\b/.test(source)

const lineClasses = /\b(?:ocr_line|ocrx_line|ocr_header|ocr_caption|ocr_textfloat)\b/
const blockClasses = /\b(?:ocr_par|ocrx_block|ocr_carea)\b/

/** The value of a property in a title: `bbox 1 2 3 4; x_wconf 90`. */
function property(title: string, name: string): string | undefined {
  for (const part of title.split(';')) {
    const [key, ...values] = part.trim().split(/\s+/)
    if (key === name) return values.join(' ')
  }
  return undefined
}
function boxOf(title: string): Box | undefined {
  const [left, top, right, bottom] = (property(title, 'bbox') ?? '').split(' ').map(Number)
  if (![left, top, right, bottom].every(value => Number.isSafeInteger(value))) return undefined
  const [x, y] = [left as number, top as number]
  return { x, y, width: (right as number) - x, height: (bottom as number) - y }
}

interface Open {
  readonly kind: 'page' | 'block' | 'line' | 'word' | 'other'
  readonly title: string
  text: string
}

/** Gathers lines while the parser goes through the document. */
class Reader {
  readonly blocks: Line[][] = []
  readonly #open: Open[] = []
  #line: { title: string; words: Word[]; isRightToLeft: boolean } | undefined
  page: string | undefined
  engine: string | undefined
  language: string | undefined

  begin(name: string, attributes: Readonly<Record<string, string>>): void {
    const { class: classes = '', title = '', lang } = attributes
    if (name === 'meta' && attributes['name'] === 'ocr-system') this.engine ??= attributes['content']
    const kind = /\bocr_page\b/.test(classes)
      ? 'page'
      : /\bocrx_word\b|\bocr_word\b/.test(classes)
        ? 'word'
        : lineClasses.test(classes)
          ? 'line'
          : blockClasses.test(classes)
            ? 'block'
            : 'other'
    if (kind === 'page') {
      this.page ??= title
      this.#newBlock()
    }
    if (kind === 'block') this.#newBlock()
    if (kind === 'line') this.#line = { title, words: [], isRightToLeft: attributes['dir'] === 'rtl' }
    if (kind !== 'other') this.language ??= lang ?? attributes['xml:lang']
    this.#open.push({ kind, title, text: '' })
  }

  text(text: string): void {
    for (const open of this.#open) if (open.kind === 'word' || open.kind === 'line') open.text += text
  }

  end(): void {
    const open = this.#open.pop()
    if (open?.kind === 'word') this.#word(open)
    if (open?.kind === 'line' && this.#line) {
      const box = boxOf(open.title) ?? { x: 0, y: 0, width: 0, height: 0 }
      const { words, isRightToLeft } = this.#line
      const all = words.length > 0 ? words : sharedOut(box, open.text, isRightToLeft)
      if (all.length > 0) (this.blocks.at(-1) ?? this.#newBlock()).push({ ...box, words: all })
      this.#line = undefined
    }
  }

  #newBlock(): Line[] {
    const last = this.blocks.at(-1)
    if (last?.length === 0) return last
    const block: Line[] = []
    this.blocks.push(block)
    return block
  }

  #word({ title, text }: Open): void {
    const words = text.trim()
    if (words === '') return
    const confidence = Number(property(title, 'x_wconf') ?? Number.NaN)
    const box = boxOf(title) ?? boxOf(this.#line?.title ?? '') ?? { x: 0, y: 0, width: 0, height: 0 }
    const word: Word = {
      ...box,
      text: words,
      joined: undefined,
      half: undefined,
      confidence: confidence >= 0 && confidence <= 100 ? confidence / 100 : undefined,
    }
    if (this.#line) this.#line.words.push(word)
    else (this.blocks.at(-1) ?? this.#newBlock()).push({ ...box, words: [word] })
  }
}

/** The first page of a document of hOCR. @throws Refusal bad-xml for one that is nested or goes on beyond the limits */
export function hocrText(source: string, options: XmlOptions = {}): PageText {
  const { maxDepth, maxElements } = { ...xmlLimits, ...options }
  const reader = new Reader()
  let [depth, elements, pages] = [0, 0, 0]
  const fail = (sentence: string): never => {
    throw new Refusal('bad-xml', `${options.name ?? 'The document'}: ${sentence}`)
  }
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (++depth > maxDepth) fail(`elements are nested deeper than ${maxDepth} levels ([limits] xmlDepth).`)
      if (++elements > maxElements)
        fail(`there are more than ${maxElements} elements ([limits] xmlElements).`)
      if (/\bocr_page\b/.test(attributes['class'] ?? '') && ++pages > 1)
        fail('there are several pages; a text is that of one.')
      reader.begin(name, attributes)
    },
    ontext: text => reader.text(text),
    onclosetag: () => {
      depth--
      reader.end()
    },
  })
  parser.end(source)
  const page = boxOf(reader.page ?? '')
  const image = /\bimage\s+"([^"]*)"/.exec(reader.page ?? '')?.[1]
  return pageTextOf(
    {
      format: 'hocr',
      width: page && page.x + page.width > 0 ? page.x + page.width : undefined,
      height: page && page.y + page.height > 0 ? page.y + page.height : undefined,
      engine: reader.engine,
      language: reader.language,
      fileName: image?.split(/[\\/]/).at(-1) || undefined,
    },
    reader.blocks,
  )
}
