import type { ReadingObject } from '../../shared/api.ts'
import { useText } from '../../shared/text.ts'
import styles from './title.module.css'

/** Sound and moving images among the files that the reader may fetch. */
export const recordingsOf = ({ files }: ReadingObject): ReadingObject['files'] => files.filter(({ mediaType }) => /^(?:audio|video)\//.test(mediaType))

/** More recordings than these are asked for nothing before somebody plays them: each would be a request as the page opens. */
const mostAsked = 8

/** A player for each, of the browser's own: it works without scripts, too. */
export function Recordings({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const recordings = recordingsOf(object)
  const preload = recordings.length > mostAsked ? 'none' : 'metadata'
  return (
    <section className={styles.section} aria-labelledby="recordings">
      <h2 id="recordings">{say('title.recordings')}</h2>
      {recordings.map(({ id, mediaType, label, href }) => {
        const Player = mediaType.startsWith('video/') ? 'video' : 'audio'
        return (
          <figure key={id} className={styles.recording}>
            <figcaption id={`recording-${id}`} dir="auto">
              {label}
            </figcaption>
            {/* by its path: a page plays what is of its own site, by whatever name it was come to */}
            <Player controls preload={preload} src={new URL(href).pathname} aria-labelledby={`recording-${id}`} />
          </figure>
        )
      })}
    </section>
  )
}
