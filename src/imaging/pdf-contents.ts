// What a PDF tells of its pages besides their looks: the words with their places, labels of pages, and the outline. By PDFium, whose wrapper
// knows a part of it; run in a process of its own (decode-process.ts).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { around, writeAlto } from '../formats/alto/write.ts'
import type { Box, Line, Word } from '../formats/ocr/page-text.ts'

/** An entry of the outline. */
export interface PdfPart {
  readonly title: string
  /** 0-based; undefined where it leads nowhere, or out of the file */
  readonly page: number | undefined
  readonly parts: readonly PdfPart[]
}
export interface PdfContents {
  readonly pages: readonly {
    readonly label: string | undefined
    /** File beside this one that has its words as ALTO */
    readonly text: string | undefined
  }[]
  readonly parts: readonly PdfPart[]
  /** Whether the outline has more entries, or more levels, than are read */
  readonly isCut: boolean
}

/** Name of the file that holds what was read, as JSON */
export const contentsFile = 'contents.json'

/** What of PDFium is called here: addresses are numbers. */
interface Pdfium {
  readonly HEAPF64: Float64Array
  readonly HEAP32: Int32Array
  readonly HEAPU8: Uint8Array
  readonly wasmExports: { malloc(bytes: number): number; free(at: number): void }
  _FPDF_LoadPage(document: number, page: number): number
  _FPDF_ClosePage(page: number): void
  _FPDF_GetPageWidth(page: number): number
  _FPDF_GetPageHeight(page: number): number
  _FPDF_GetPageLabel(document: number, page: number, buffer: number, bytes: number): number
  _FPDF_PageToDevice(
    page: number,
    left: number,
    top: number,
    width: number,
    height: number,
    turned: number,
    x: number,
    y: number,
    deviceX: number,
    deviceY: number,
  ): number
  _FPDFText_LoadPage(page: number): number
  _FPDFText_ClosePage(text: number): void
  _FPDFText_CountChars(text: number): number
  _FPDFText_GetUnicode(text: number, at: number): number
  _FPDFText_IsGenerated(text: number, at: number): number
  _FPDFText_GetCharBox(
    text: number,
    at: number,
    left: number,
    right: number,
    bottom: number,
    top: number,
  ): number
  _FPDFBookmark_GetFirstChild(document: number, bookmark: number): number
  _FPDFBookmark_GetNextSibling(document: number, bookmark: number): number
  _FPDFBookmark_GetTitle(bookmark: number, buffer: number, bytes: number): number
  _FPDFBookmark_GetDest(document: number, bookmark: number): number
  _FPDFBookmark_GetAction(bookmark: number): number
  _FPDFAction_GetDest(document: number, action: number): number
  _FPDFDest_GetDestPageIndex(document: number, destination: number): number
}

/** Pixels an inch of the boxes; the scan of the page may have others, by which they are scaled. */
const density = 300
const mostParts = 20_000
const mostLevels = 10
/** What PDFium puts for a hyphen at the end of a line */
const lineHyphen = 2
const isBreak = (code: number): boolean => code === 10 || code === 13
// oxlint-disable-next-line no-control-regex -- no document of XML may have them
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu

class Reader {
  readonly #pdf: Pdfium
  readonly #document: number
  readonly #room: number
  #parts = 0
  isCut = false

  constructor(pdf: Pdfium, document: number) {
    this.#pdf = pdf
    this.#document = document
    this.#room = pdf.wasmExports.malloc(64)
  }

  /** UTF-16 that a function writes where there is room for it. */
  #text(write: (buffer: number, bytes: number) => number): string | undefined {
    const bytes = write(0, 0)
    if (bytes <= 2 || bytes > 65_536) return undefined
    const buffer = this.#pdf.wasmExports.malloc(bytes)
    write(buffer, bytes)
    const text = Buffer.from(this.#pdf.HEAPU8.subarray(buffer, buffer + bytes - 2)).toString('utf16le')
    this.#pdf.wasmExports.free(buffer)
    const written = text.replaceAll(unwritable, '').replaceAll(/\s+/g, ' ').trim()
    return written === '' ? undefined : written
  }

  label(page: number): string | undefined {
    return this.#text((buffer, bytes) =>
      this.#pdf._FPDF_GetPageLabel(this.#document, page, buffer, bytes),
    )?.slice(0, 250)
  }

  /** Entries of the outline below one; an outline that runs in circles is left where it does. */
  parts(above = 0, level = 1, seen = new Set<number>()): PdfPart[] {
    const pdf = this.#pdf
    const found: PdfPart[] = []
    for (
      let at = pdf._FPDFBookmark_GetFirstChild(this.#document, above);
      at !== 0 && !seen.has(at);
      at = pdf._FPDFBookmark_GetNextSibling(this.#document, at)
    ) {
      seen.add(at)
      if (++this.#parts > mostParts || level > mostLevels) {
        this.isCut = true
        break
      }
      const title = this.#text((buffer, bytes) => pdf._FPDFBookmark_GetTitle(at, buffer, bytes))
      const parts = this.parts(at, level + 1, seen)
      if (title !== undefined) found.push({ title, page: this.#pageOf(at), parts })
      else found.push(...parts)
    }
    return found
  }

  #pageOf(bookmark: number): number | undefined {
    const pdf = this.#pdf
    const action = pdf._FPDFBookmark_GetAction(bookmark)
    const destination =
      pdf._FPDFBookmark_GetDest(this.#document, bookmark) ||
      (action === 0 ? 0 : pdf._FPDFAction_GetDest(this.#document, action))
    if (destination === 0) return undefined
    const page = pdf._FPDFDest_GetDestPageIndex(this.#document, destination)
    return page < 0 ? undefined : page
  }

  /** The words of a page as ALTO; undefined where it has none. */
  alto(number: number): string | undefined {
    const pdf = this.#pdf
    const page = pdf._FPDF_LoadPage(this.#document, number)
    if (page === 0) return undefined
    const text = pdf._FPDFText_LoadPage(page)
    try {
      const [width, height] = [pdf._FPDF_GetPageWidth(page), pdf._FPDF_GetPageHeight(page)].map(points =>
        Math.round((points * density) / 72),
      ) as [number, number]
      const lines = text === 0 ? [] : this.#lines(page, text, width, height)
      return lines.length === 0
        ? undefined
        : writeAlto({
            width,
            height,
            blocks: [lines],
            language: undefined,
            fileName: undefined,
            engine: 'text of the PDF',
          })
    } finally {
      if (text !== 0) pdf._FPDFText_ClosePage(text)
      pdf._FPDF_ClosePage(page)
    }
  }

  #lines(page: number, text: number, width: number, height: number): Line[] {
    const pdf = this.#pdf
    const lines: Line[] = []
    let words: Word[] = []
    let letters = ''
    let corners: [number, number][] = []
    const endWord = (): void => {
      const written = letters.replaceAll(unwritable, '').trim()
      if (written !== '' && corners.length > 0)
        words.push({
          ...boxOf(corners, width, height),
          text: written,
          joined: undefined,
          half: undefined,
          confidence: undefined,
        })
      letters = ''
      corners = []
    }
    const endLine = (): void => {
      endWord()
      if (words.length > 0) lines.push({ ...around(words), words })
      words = []
    }
    const count = pdf._FPDFText_CountChars(text)
    for (let at = 0; at < count; at++) {
      const code = pdf._FPDFText_GetUnicode(text, at)
      if (isBreak(code)) endLine()
      else if (code !== lineHyphen && /\s/u.test(String.fromCodePoint(code))) endWord()
      else {
        letters += code === lineHyphen ? '-' : String.fromCodePoint(code)
        if (pdf._FPDFText_IsGenerated(text, at) === 0)
          corners.push(...this.#corners(page, text, at, width, height))
        if (code === lineHyphen) endLine()
      }
    }
    endLine()
    return lines
  }

  /** Of a letter, in pixels of the page as it is shown: turned, and cut at its CropBox. */
  #corners(page: number, text: number, at: number, width: number, height: number): [number, number][] {
    const pdf = this.#pdf
    const room = this.#room
    if (pdf._FPDFText_GetCharBox(text, at, room, room + 8, room + 16, room + 24) === 0) return []
    const [left, right, bottom, top] = pdf.HEAPF64.slice(room / 8, room / 8 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ]
    return [[left, bottom] as const, [right, top] as const].map(([x, y]) => {
      pdf._FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, room + 32, room + 36)
      return [pdf.HEAP32[(room + 32) / 4] as number, pdf.HEAP32[(room + 36) / 4] as number]
    })
  }
}

function boxOf(corners: readonly (readonly [number, number])[], width: number, height: number): Box {
  const [xs, ys] = [0, 1].map(of => corners.map(corner => corner[of as 0 | 1])) as [number[], number[]]
  const within = (value: number, most: number): number => Math.max(0, Math.min(most - 1, value))
  const [x, y] = [within(Math.min(...xs), width), within(Math.min(...ys), height)]
  return {
    x,
    y,
    width: Math.max(1, within(Math.max(...xs), width) - x),
    height: Math.max(1, within(Math.max(...ys), height) - y),
  }
}

/** Reads a PDF, and writes what it tells into a folder: contents.json, and a file of ALTO for each page with words. */
export async function writePdfContents(source: string, folder: string): Promise<void> {
  const { PDFiumLibrary } = await import('@hyzyla/pdfium')
  const library = await PDFiumLibrary.init()
  const opened = await library.loadDocument(readFileSync(source))
  // the wrapper has no words for places, labels and outlines
  const pdf = (library as unknown as { module: Pdfium }).module
  const reader = new Reader(pdf, (opened as unknown as { documentIdx: number }).documentIdx)
  const pages = Array.from({ length: opened.getPageCount() }, (_, number) => {
    const alto = reader.alto(number)
    const name = `${number + 1}.xml`
    if (alto !== undefined) writeFileSync(join(folder, name), alto)
    return { label: reader.label(number), text: alto === undefined ? undefined : name }
  })
  const contents: PdfContents = { pages, parts: reader.parts(), isCut: reader.isCut }
  writeFileSync(join(folder, contentsFile), JSON.stringify(contents))
}
