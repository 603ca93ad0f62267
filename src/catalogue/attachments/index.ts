// OPR_Attachment: further files of titles.
import type { Module } from '../../http/module.ts'
import { checks } from './checks.ts'
import { routes } from './routes.ts'

export type { FileKind } from './codes.ts'
export { contentPath, documentOf as fileDocument, sha256Of } from './documents.ts'
export { isShownInline, kindOf as fileKindOf, requireAllowedType, requireMediaType } from './media.ts'
export {
  copyFiles,
  delivered as deliveredFiles,
  find as findFile,
  insert as insertFile,
  keptFiles,
  moveFiles,
  ofTitle as filesOfTitle,
  ofTitles as filesOfTitles,
  replaceBytes,
  type TitleFile,
  wasTakenOff,
  withRecordings,
} from './repository.ts'
export { isRecording, playingTimeOf, type PlayingTime } from './recordings.ts'
export { FileName, fileNameOf, TitleFile as TitleFileSchema } from './schemas.ts'
export { keepStream } from './store.ts'

export const attachments: Module = { name: 'attachments', routes, checks }
