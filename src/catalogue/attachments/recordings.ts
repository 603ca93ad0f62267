// How long sound and moving images play: read when they come in, so that manifests can say it without opening a file.
import type { Services } from '../../http/module.ts'
import type { TitleFile } from './repository.ts'

export type PlayingTime = Pick<TitleFile, 'duration' | 'width' | 'height'>

export const isRecording = (media: string): boolean => /^(audio|video)\//.test(media)

/** Null where the file is no recording, or does not say: it is kept all the same, as what was delivered. */
export async function playingTimeOf(
  { offload }: Pick<Services, 'offload'>,
  path: string,
  media: string,
): Promise<PlayingTime> {
  const found = isRecording(media)
    ? // one that takes too long, or too much memory, has said no length
      await offload.apart('readRecording', path).catch(() => undefined)
    : undefined
  return {
    duration: found?.duration ?? null,
    // the picture on the cover of a record is no moving image
    width: (media.startsWith('video/') && found?.width) || null,
    height: (media.startsWith('video/') && found?.height) || null,
  }
}
