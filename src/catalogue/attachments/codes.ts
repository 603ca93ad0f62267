import { codes } from '../../codes.ts'

/** What a file is to its title: the whole of it, sound, moving images, or something beside it. */
export const fileKinds = codes({ whole: 0, audio: 1, video: 2, attachment: 3 })
export type FileKind = (typeof fileKinds.names)[number]
