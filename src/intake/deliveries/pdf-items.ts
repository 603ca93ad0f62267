// Pages of a title that is a PDF: its labels are their pagination, its words their texts, its outline the structure of the title.
import type { NodeType, TypeSystem } from '../../config/types.ts'
import { romanValue } from '../../formats/page-names/roman.ts'
import type { PdfContents, PdfPart } from '../../imaging/pdf.ts'
import type { PlannedItem, PlannedPage } from '../plans/index.ts'

/** Group of the texts that were read from the PDF: they lie elsewhere than the delivery */
export const pdfTexts = 'PDF-TEXT'

/** Entries of an outline are chapters and what is in them, unless one is called as a type is: Inhaltsverzeichnis, Preface. */
function typeOf(types: TypeSystem, title: string, level: number): NodeType {
  const called = title.toLowerCase()
  return (
    types.all.find(
      ({ datatype, de, en }) =>
        datatype === 'structure' && (de.toLowerCase() === called || en.toLowerCase() === called),
    ) ?? types.get('structure', level === 0 ? 'chapter' : 'section')
  )
}

/** A label of a page as it is written here: numbers are those of pages. */
function labelOf(label: string | undefined): string | undefined {
  const [, open, number, close] = /^(\[?)(\d+|[ivxlcdm]+)(\]?)$/i.exec(label ?? '') ?? []
  const isNumber = number !== undefined && (/^\d/.test(number) || romanValue(number) !== undefined)
  return isNumber ? `${open}Seite ${number}${close}` : label
}

interface Entry {
  readonly part: PdfPart
  /** First page, 0-based */
  readonly start: number
}

/**
 * Entries of a level in the order of their first pages, within those of what they belong to. One that leads nowhere begins where its first
 * part does, else where the one before it does.
 */
function entriesOf(parts: readonly PdfPart[], from: number, to: number): Entry[] {
  let last = from
  return parts
    .map(part => {
      last = Math.max(from, Math.min(firstOf(part) ?? last, to - 1))
      return { part, start: last }
    })
    .sort((a, b) => a.start - b.start)
}

const firstOf = (part: PdfPart): number | undefined =>
  part.page ?? part.parts.map(firstOf).find(page => page !== undefined)

/** @param href of the PDF, as files of the delivery are named */
export function itemsOfPdf(href: string, contents: PdfContents, types: TypeSystem): PlannedItem[] {
  const count = contents.pages.length
  const pages = contents.pages.map(({ label, text }, at): PlannedPage => ({
    kind: 'page',
    ident: at === 0 ? href : `${href.slice(0, 240)}#${at + 1}`,
    order: at + 1,
    label: labelOf(label),
    identifiers: [],
    keepId: undefined,
    files: [{ href, use: 'MAX', id: href, media: 'image', page: at + 1 }],
    text: text === undefined ? undefined : { href: text, use: pdfTexts, id: text, media: 'text' },
  }))
  let next = 0
  /** Pages as far as one; what stands elsewhere already is linked. */
  const upTo = (from: number, to: number): PlannedItem[] => {
    const items: PlannedItem[] = []
    for (let at = from; at < to; at++) {
      const page = pages[at] as PlannedPage
      if (at < next) items.push({ kind: 'link', ident: page.ident })
      else {
        items.push(page)
        next = at + 1
      }
    }
    return items
  }
  const level = (parts: readonly PdfPart[], from: number, to: number, depth: number): PlannedItem[] => {
    const entries = entriesOf(parts, from, to)
    const [first] = entries
    const items = upTo(from, first?.start ?? to)
    entries.forEach(({ part, start }, at) => {
      // one that shares its page with the next has that page alone
      const end = Math.max(start + 1, entries[at + 1]?.start ?? to)
      items.push({
        kind: 'structure',
        type: typeOf(types, part.title, depth),
        caption: part.title.slice(0, 2000),
        identifiers: [],
        keepId: undefined,
        children: level(part.parts, start, end, depth + 1),
      })
    })
    return items
  }
  return level(contents.parts, 0, count, 0)
}
