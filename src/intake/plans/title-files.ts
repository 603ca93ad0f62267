// Files of a METS that are of a title and of no page: which title has them, and what of the document is not taken.
import type { MetsDiv, MetsDocument, MetsFile, MetsPage } from '../../formats/mets/read.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import type { Divs } from './divs.ts'
import { isRecordingFile, isTextGroup, isTitleFile, kindOfFile, referenceOf } from './files.ts'
import type { PlannedFile } from './plan.ts'

/** What we write for the pages ourselves is made anew wherever it is imported. */
const isMadeByUs = (document: MetsDocument, { id }: MetsFile): boolean =>
  document.isOurs && /^(pdf|teaser)\d+$/.test(id)

/** Whether a div of the PHYSICAL map stands for recordings or a PDF of the whole instead of a page. */
function isNoPage(document: MetsDocument, page: MetsPage, hasImages: boolean): boolean {
  const files = page.fileIds.flatMap(id => document.files.get(id) ?? [])
  if (files.length === 0 || !files.every(isTitleFile)) return false
  return files.every(isRecordingFile) || hasImages || page.type !== 'page'
}

export interface TitleFiles {
  /** The pages that are pages */
  readonly pages: readonly MetsPage[]
  /** What a div names; undefined: the title that the document is about */
  readonly files: readonly { readonly div: MetsDiv | undefined; readonly file: PlannedFile }[]
  readonly messages: readonly Message[]
}

const planned = (file: MetsFile, isOfWhole: boolean, label: string | undefined): PlannedFile => ({
  kind: kindOfFile(file, isOfWhole),
  label: file.title ?? label,
  reference: referenceOf(file),
})

/** One line for each group whose files belong to single pages, or to nothing. */
function leftOut(files: readonly MetsFile[], why: string): Message[] {
  const groups = new Map<string, MetsFile[]>()
  for (const file of files) groups.set(file.use, [...(groups.get(file.use) ?? []), file])
  return [...groups].map(([use, of]) => ({
    level: 'info',
    code: 'file-not-taken',
    sentence: `${of.length} ${of.length === 1 ? 'file' : 'files'} of the group ${use} (${of[0]?.href}${of.length > 1 ? ' …' : ''}) ${of.length === 1 ? 'was' : 'were'} not taken: ${why}.`,
    ...(of[0]?.id === undefined ? {} : { place: of[0].id }),
  }))
}

/** Text files that no page names. */
function orphanTexts({ pages, files }: MetsDocument): Message[] {
  const used = new Set(pages.flatMap(page => page.fileIds))
  return [...files.values()]
    .filter(file => isTextGroup(file) && !used.has(file.id))
    .map(({ id }) => ({
      level: 'warning',
      code: 'orphan-text',
      sentence: `The text ${id} belongs to no page.`,
      place: id,
    }))
}

export function titleFilesOf(document: MetsDocument, divs: Divs): TitleFiles {
  const hasImages = document.pages.some(page =>
    page.fileIds.some(id => {
      const file = document.files.get(id)
      return file !== undefined && !isTitleFile(file) && !isTextGroup(file)
    }),
  )
  const pages = document.pages.filter(page => !isNoPage(document, page, hasImages))
  const files: { div: MetsDiv | undefined; file: PlannedFile }[] = []
  const taken = new Set<string>()
  const take = (id: string, div: MetsDiv | undefined, isOfWhole: boolean, label?: string): void => {
    const file = document.files.get(id)
    if (!file || taken.has(id) || !isTitleFile(file) || isMadeByUs(document, file)) return
    taken.add(id)
    files.push({ div, file: planned(file, isOfWhole, label) })
  }
  for (const id of document.rootFileIds) take(id, undefined, true)
  for (const page of document.pages)
    if (!pages.includes(page))
      for (const id of page.fileIds) take(id, undefined, true, page.label ?? page.orderLabel)
  const ofPages = new Set(pages.flatMap(page => page.fileIds))
  for (const { div, isTitle } of divs.all)
    for (const { fileId } of div.areas)
      if (!ofPages.has(fileId)) take(fileId, div, isTitle, isTitle ? undefined : div.label)
  const rest = [...document.files.values()].filter(
    file => !taken.has(file.id) && !isTextGroup(file) && !isMadeByUs(document, file),
  )
  // what no div names is of the whole document
  for (const file of rest) if (!ofPages.has(file.id)) take(file.id, undefined, false)
  return {
    pages,
    files,
    messages: [
      ...orphanTexts(document),
      ...leftOut(
        rest.filter(file => ofPages.has(file.id) && isTitleFile(file) && hasImages),
        'they belong to single pages, which have images',
      ),
      ...leftOut(
        rest.filter(file => !ofPages.has(file.id) && !taken.has(file.id) && !document.isOurs),
        'they belong to no page and are no files of a title',
      ),
    ],
  }
}
