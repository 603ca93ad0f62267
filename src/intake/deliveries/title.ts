// The title that a source of a delivery is: its record, and its images in the order of their names.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { PagePattern } from '../../config/page-names.ts'
import type { TypeSystem } from '../../config/types.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import type { PdfContents } from '../../imaging/pdf.ts'
import { guessType, type Message, type Origin } from '../../catalogue/titles/index.ts'
import {
  type FileReference,
  folded,
  type ImportPlan,
  type PlannedFile,
  type PlannedIdentifier,
  type PlannedItem,
} from '../plans/index.ts'
import type { Found } from './find.ts'
import { bareName, type DeliveredFile } from './folder.ts'
import { itemsOf, nameBelow } from './items.ts'
import { itemsOfPdf, pdfTexts } from './pdf-items.ts'
import { recordOf } from './record.ts'

export interface TitleOptions {
  readonly type?: string | undefined
  /** A title without an identifier takes the name of its folder or file */
  readonly identifier?: 'folder' | undefined
  /** [import] pageNames */
  readonly pageNames?: readonly PagePattern[] | undefined
}

export interface DeliveredTitle {
  readonly plan: ImportPlan
  readonly locate: (reference: FileReference) => string | undefined
  readonly checksum: string
  /** OC_XmlOrigin of its records */
  readonly origin: Origin
}

function withIdentifier(found: Found, record: ModsRecord, options: TitleOptions): PlannedIdentifier[] {
  const { mods } = record
  if (mods.record || mods.identifiers.some(({ scheme }) => scheme === 'urn')) return []
  if (options.identifier === 'folder') return [{ scheme: 'record', value: `folder:${found.name}` }]
  return []
}

/** As what a title has a file: PDF are the whole where there is one, or one is called as the title is. */
function filesOf({ root, name, files, attachments }: Found): PlannedFile[] {
  const pdfs = files.filter(({ kind }) => kind === 'pdf')
  const whole = pdfs.length === 1 ? pdfs[0] : pdfs.find(pdf => folded(bareName(pdf.name)) === folded(name))
  const planned = (file: DeliveredFile, kind: PlannedFile['kind']): PlannedFile => {
    const href = nameBelow(root, file)
    return { kind, label: undefined, reference: { href, use: '', id: href, media: 'file', name: file.name } }
  }
  return [
    ...files.map(file =>
      planned(file, file === whole ? 'whole' : file.kind === 'pdf' ? 'attachment' : undefined),
    ),
    ...attachments.map(file => planned(file, 'attachment')),
  ]
}

/** What was fetched or read of a title besides the delivery. */
export interface Further {
  /** From a catalogue, under the name of the title */
  readonly record?: { readonly record: ModsRecord; readonly provider: string } | undefined
  /** What the catalogue said instead */
  readonly noRecord?: string | undefined
  /** Of the PDF that is the title, and where the texts of its pages lie */
  readonly pdf?: { readonly contents: PdfContents; readonly folder: string } | undefined
}

/** The PDF whose pages a title has. */
export const pdfOf = ({ images }: Found): DeliveredFile | undefined => {
  const [only] = images
  return images.length === 1 && only?.kind === 'pdf' ? only : undefined
}

/** @throws Refusal where it is no title, with the way to make it one */
export function deliveredTitle(
  types: TypeSystem,
  found: Found,
  options: TitleOptions,
  further: Further = {},
): DeliveredTitle {
  const messages: Message[] = [...(found.messages ?? [])]
  const { name } = found
  const records = further.record ? [further.record.record] : [...found.records]
  if (records.length === 0) {
    if (options.identifier !== 'folder')
      throw new Refusal(
        'not-processable',
        further.noRecord ??
          `${name} has ${found.images.length > 0 ? 'images' : 'files'} and no record: put a MODS, MARCXML or Dublin Core file into the folder, name it in a list of titles, have its record fetched under its name by --catalogue (catalogue: "…"), or take the name of the folder as title and identifier by --identifier folder (identifier: "folder").`,
      )
    records.push(recordOf({ title: name, record: { value: name, source: 'folder' } }))
    messages.push({
      level: 'warning',
      code: 'no-record',
      sentence: `${further.noRecord ?? `${name} has no record.`} Its title and identifier are the name of its folder or file, to be completed.`,
    })
  }
  const [only] = records
  const pdf = pdfOf(found)
  const itemsOfTitle = (): PlannedItem[] =>
    pdf && further.pdf
      ? itemsOfPdf(nameBelow(found.root, pdf), further.pdf.contents, types)
      : itemsOf(found, types, options.pageNames)
  if (further.pdf?.contents.isCut)
    messages.push({
      level: 'warning',
      code: 'outline-cut',
      sentence: `The outline of ${pdf?.name ?? name} has more entries or levels than are read; the rest was left out.`,
    })
  const isOne = records.length === 1
  const items = isOne ? itemsOfTitle() : []
  const typeOf = (record: ModsRecord) => {
    const named = options.type ?? found.type
    return named === undefined ? guessType(types, record.mods) : types.get('title', named)
  }
  const identifiersOf = (record: ModsRecord): PlannedIdentifier[] => {
    if (!isOne) return []
    // one that brings no identifier is known by what it was asked for
    return further.record && !record.mods.record
      ? [{ scheme: 'record', value: `${name}@${further.record.provider}` }]
      : withIdentifier(found, record, options)
  }
  return {
    plan: {
      titles: records.map(record => ({
        type: typeOf(record),
        caption: undefined,
        record,
        identifiers: identifiersOf(record),
        keepId: undefined,
        owner: undefined,
        provider: further.record?.provider,
        presentationUrl: undefined,
        referenceUrl: undefined,
        children: [],
        items: record === only ? items : [],
        ...(isOne ? { files: filesOf(found) } : {}),
      })),
      messages,
    },
    locate: ({ href, use }) => {
      const path = join(
        use === pdfTexts ? (further.pdf?.folder ?? found.root) : found.root,
        ...href.split('/'),
      )
      return existsSync(path) ? path : undefined
    },
    checksum: createHash('sha256').update(found.bytes).digest('hex'),
    // where the record came from; a file that came alone is told as that
    origin: further.record && found.origin !== 'simpleUpload' ? 'onlineCatalogue' : found.origin,
  }
}
