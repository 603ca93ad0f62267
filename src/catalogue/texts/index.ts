// OPR_Fulltext: texts of pages, from ALTO.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export { textKinds } from './codes.ts'
export { copyTexts } from './copy.ts'
export { keptTexts } from './kept.ts'
export { lifted, placed, type Placement } from './placement.ts'
export { best as bestTexts } from './repository.ts'
export { type ServedLine, type ServedText, servedText, type ServedWord } from './served-lines.ts'
export { boxStateOf, type KeptAlto, keepAlto, storeAlto } from './store.ts'

export const texts: Module = { name: 'texts', routes }
