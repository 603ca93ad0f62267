// Deliveries as libraries make them: folders of images, records beside images, files of several pages, lists of titles, archives.
export { type NotTaken, survey, type Survey } from './survey.ts'
export { find as findTitle } from './find.ts'
export { deliveredTitle, type Further, pdfOf } from './title.ts'
export { readRecordBytes, readRecords } from './record.ts'
export { kindOf, nameOfKind } from './kinds.ts'
export { listTemplate, unknownHeadings } from './list.ts'
export { isArchive, unpack, type Unpacked } from './unpack.ts'
export { type Encoding, encodings } from '../../formats/marc/iso2709.ts'
