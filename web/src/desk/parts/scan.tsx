import { useEffect, useState } from 'react'
import { useAddress } from '../../app/room.tsx'
import { credentialHeaders, hasKey } from '../session/session.ts'
import styles from './scan.module.css'

/** Where a picture of the service is to be had. With a key it is fetched, because no `<img>` sends one. */
export function usePicture(path: string): { readonly source: string | undefined; readonly isGone: boolean; readonly setGone: (isGone: boolean) => void } {
  const at = useAddress()
  const address = at(path)
  const [fetched, setFetched] = useState<string>()
  const [isGone, setGone] = useState(false)
  const isToFetch = hasKey()
  useEffect(() => {
    setGone(false)
    if (!isToFetch) return undefined
    const stop = new AbortController()
    let url: string | undefined
    fetch(address, { headers: credentialHeaders(), signal: stop.signal })
      .then(async answer => {
        if (!answer.ok) throw new Error(answer.statusText)
        url = URL.createObjectURL(await answer.blob())
        setFetched(url)
      })
      .catch(() => {
        if (!stop.signal.aborted) setGone(true)
      })
    return () => {
      stop.abort()
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [address, isToFetch])
  return { source: isToFetch ? fetched : address, isGone, setGone }
}

export function Scan(props: { readonly path: string; readonly alt: string; readonly width?: number; readonly height?: number; readonly isEager?: boolean }) {
  const { source, isGone, setGone } = usePicture(props.path)
  return (
    <span className={`${styles.scan} ${isGone ? styles.gone : ''}`}>
      {source === undefined || isGone ? null : (
        <img
          src={source}
          alt={props.alt}
          width={props.width}
          height={props.height}
          decoding="async"
          loading={props.isEager ? 'eager' : 'lazy'}
          draggable={false}
          onError={() => setGone(true)}
        />
      )}
    </span>
  )
}
