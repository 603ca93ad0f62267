// Pages of a delivered title in the order that the names of its images mean.
import { relative, sep } from 'node:path'
import type { TypeSystem } from '../../config/types.ts'
import { type PagePattern } from '../../config/page-names.ts'
import { matchName } from '../../formats/page-names/patterns.ts'
import {
  comparedName,
  type CoverPart,
  inPageOrder,
  type PageName,
  readPageName,
} from '../../formats/page-names/read.ts'
import { ByName, type PlannedItem, type PlannedPage } from '../plans/index.ts'
import { bareName, type DeliveredFile } from './folder.ts'

export interface FoundFiles {
  /** Folder that the files are named below */
  readonly root: string
  readonly images: readonly DeliveredFile[]
  readonly texts: readonly DeliveredFile[]
}

const coverTypes: Readonly<Record<CoverPart, string>> = {
  front: 'cover_front',
  back: 'cover_back',
  spine: 'cover',
}

/** As files of a title are named: by their place below its folder. */
export const nameBelow = (root: string, file: DeliveredFile): string =>
  relative(root, file.path).split(sep).join('/')

/** What a label of a pattern says: a cover, a colour chart, or how the page is called. */
function named(label: string): PageName {
  const nothing = { cover: undefined, label: undefined, isColourChart: false }
  if (label === 'front' || label === 'back' || label === 'spine') return { ...nothing, cover: label }
  return label === 'chart' ? { ...nothing, isColourChart: true } : { ...nothing, label }
}

/**
 * Pages in their order; those of a cover in a structure element of it.
 * @param patterns [import] pageNames: names that fit none of them are read as usual
 */
export function itemsOf(
  found: FoundFiles,
  types: TypeSystem,
  patterns: readonly PagePattern[] = [],
): PlannedItem[] {
  const matchOf = (file: DeliveredFile) => matchName(patterns, comparedName(file.name))
  const nameOf = (file: DeliveredFile) => nameBelow(found.root, file)
  const texts = new ByName(found.texts.map(text => [bareName(text.name), text] as const))
  const items: PlannedItem[] = []
  let cover: { part: CoverPart; children: PlannedItem[] } | undefined
  inPageOrder(found.images, nameOf, matchOf).forEach((image, at) => {
    const label = matchOf(image)?.label
    const name = label === undefined ? readPageName(image.name) : named(label)
    const text = texts.get(bareName(image.name))
    const page: PlannedPage = {
      kind: 'page',
      ident: nameOf(image),
      order: at + 1,
      label: name.label ?? (name.isColourChart ? '[Colorchecker]' : undefined),
      identifiers: [],
      keepId: undefined,
      files: [{ href: nameOf(image), use: 'MAX', id: nameOf(image), media: 'image' }],
      text: text && { href: nameOf(text), use: 'FULLTEXT', id: nameOf(text), media: 'text' },
    }
    if (name.cover === undefined) {
      cover = undefined
      items.push(page)
    } else if (cover?.part === name.cover) cover.children.push(page)
    else {
      const children: PlannedItem[] = [page]
      cover = { part: name.cover, children }
      items.push({
        kind: 'structure',
        type: types.get('structure', coverTypes[name.cover]),
        caption: null,
        identifiers: [],
        keepId: undefined,
        children,
      })
    }
  })
  return items
}
