import { codes } from '../../codes.ts'

/** OF_Kind */
export const textKinds = codes({ ocr: 0, wiki: 1, 'born-digital': 2 })
/** OF_Format: how the file of a text is written */
export const textFormats = codes({ alto: 0, 'page-xml': 1, hocr: 2 })
/** OF_BoxState: whether word boxes can be laid over the master */
export const boxStates = codes({ none: 0, fitting: 1, unusable: 2 })
