// OPR_Fulltext: texts of pages, from ALTO, PAGE-XML and hOCR.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export { textFormats, textKinds } from './codes.ts'
export { copyTexts } from './copy.ts'
export { keptTexts } from './kept.ts'
export { lifted, placed, type Placement, servedSize } from './placement.ts'
export { best as bestTexts, bytesOf as bytesOfTexts, formatsBelow as textFormatsBelow } from './repository.ts'
export { type ServedLine, type ServedText, servedText, type ServedWord } from './served-lines.ts'
export { boxesOf, type KeptText, keepText, storeText } from './store.ts'

export const texts: Module = { name: 'texts', routes }
