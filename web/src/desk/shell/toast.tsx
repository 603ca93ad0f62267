import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, IconButton } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { canUndo, useOperations } from './operations.ts'
import styles from './toast.module.css'

const shownFor = 9000

/** The last thing done, with the way back; what it says is read out. */
export function Toast() {
  const say = useSay()
  const { operations, undo } = useOperations()
  const [gone, setGone] = useState(() => Date.now())
  const [isHeld, hold] = useState(false)
  const [last] = operations
  const isShown = last !== undefined && last.at > gone
  useEffect(() => {
    if (!isShown || isHeld) return undefined
    const timer = setTimeout(() => setGone(Date.now()), shownFor)
    return () => clearTimeout(timer)
  }, [isShown, isHeld, last?.at])
  return (
    <div role="status" className={styles.region}>
      {isShown ? (
        <div
          className={`${styles.toast} ${last.tone === 'bad' ? styles.bad : ''}`}
          onPointerEnter={() => hold(true)}
          onPointerLeave={() => hold(false)}
          onFocus={() => hold(true)}
          onBlur={() => hold(false)}
        >
          <span>{last.text}</span>
          {canUndo(last) ? (
            <Button kind="quiet" onPress={() => void undo(last)}>
              {say('undo.go')}
            </Button>
          ) : null}
          <IconButton label={say('close')} onPress={() => setGone(Date.now())}>
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      ) : null}
    </div>
  )
}
