import { useEffect, useState } from 'react'
import { useText } from '../text.ts'
import styles from './copy.module.css'

/** Copies a text and says so, also to who cannot see it. */
export function Copy({ text, children }: { readonly text: string; readonly children?: string }) {
  const say = useText()
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return undefined
    const timer = setTimeout(() => setDone(false), 2000)
    return () => clearTimeout(timer)
  }, [done])
  return (
    <>
      <button
        type="button"
        className={children ? styles.worded : styles.bare}
        aria-label={children ? undefined : say('copy.this', { text })}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}
      >
        {children ?? (
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <rect x="5" y="5" width="9" height="9" rx="1.500" fill="none" stroke="currentColor" strokeWidth="1.3" />
            <path d="M11 3V2.500A1.500 1.500 0 0 0 9.500 1h-6A1.500 1.500 0 0 0 2 2.500v7A1.500 1.500 0 0 0 3.500 11H4" fill="none" stroke="currentColor" strokeWidth="1.3" />
          </svg>
        )}
      </button>
      <span role="status" className={styles.done}>
        {done ? say('copy.done') : ''}
      </span>
    </>
  )
}
