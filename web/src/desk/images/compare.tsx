// The image as it was and as it is, one over the other; the edge between them is moved by hand or by the arrows.
import { useState } from 'react'
import { useSay } from '../texts.ts'
import { usePicture } from '../parts/scan.tsx'
import styles from './images.module.css'

export function Compare(props: { readonly former: string; readonly path: string }) {
  const say = useSay()
  const [at, setAt] = useState(50)
  const { source } = usePicture(props.path)
  return (
    <div className={styles.compare}>
      <div className={styles.over}>
        {source === undefined ? null : <img src={source} alt={say('images.now')} style={{ clipPath: `inset(0 0 0 ${at}%)` }} />}
        <img src={props.former} alt={say('images.former')} style={{ clipPath: `inset(0 ${100 - at}% 0 0)` }} />
        <i style={{ insetInlineStart: `${at}%` }} />
      </div>
      <label>
        <span>{say('images.former')}</span>
        <input type="range" min={0} max={100} value={at} aria-label={say('images.edge')} onChange={event => setAt(Number(event.target.value))} />
        <span>{say('images.now')}</span>
      </label>
    </div>
  )
}
