// Panes side by side whose widths can be drawn, by mouse and by key, and are remembered in this browser.
import { type CSSProperties, type ReactNode, useState } from 'react'
import styles from './panes.module.css'

interface Pane {
  readonly name: string
  readonly width: number
  readonly min: number
  readonly max: number
}

const read = (name: string, fallback: number): number => {
  try {
    return Number(localStorage.getItem(`pane-${name}`)) || fallback
  } catch {
    return fallback
  }
}

function Splitter(props: { readonly pane: Pane; readonly label: string; readonly width: number; readonly side: 1 | -1; readonly onWidth: (width: number) => void }) {
  const { pane, side, width } = props
  const set = (to: number) => props.onWidth(Math.max(pane.min, Math.min(pane.max, Math.round(to))))
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={props.label}
      aria-valuenow={width}
      aria-valuemin={pane.min}
      aria-valuemax={pane.max}
      tabIndex={0}
      className={styles.splitter}
      onPointerDown={event => {
        const { currentTarget, pointerId, clientX } = event
        currentTarget.setPointerCapture(pointerId)
        const move = (next: PointerEvent) => set(width + (next.clientX - clientX) * side)
        currentTarget.addEventListener('pointermove', move)
        currentTarget.addEventListener('pointerup', () => currentTarget.removeEventListener('pointermove', move), { once: true })
      }}
      onKeyDown={event => {
        if (event.key === 'ArrowLeft') set(width - 16 * side)
        if (event.key === 'ArrowRight') set(width + 16 * side)
      }}
    />
  )
}

export function Panes(props: {
  readonly left: Pane
  readonly right: Pane
  readonly labels: readonly [left: string, right: string]
  readonly children: readonly [ReactNode, ReactNode, ReactNode]
}) {
  const [left, setLeft] = useState(() => read(props.left.name, props.left.width))
  const [right, setRight] = useState(() => read(props.right.name, props.right.width))
  const keep = (name: string, set: (width: number) => void) => (width: number) => {
    set(width)
    try {
      localStorage.setItem(`pane-${name}`, String(width))
    } catch {
      // the width holds as long as the page
    }
  }
  return (
    <div className={styles.panes} style={{ '--left': `${left}px`, '--right': `${right}px` } as CSSProperties}>
      <div className={styles.pane}>{props.children[0]}</div>
      <Splitter pane={props.left} label={props.labels[0]} width={left} side={1} onWidth={keep(props.left.name, setLeft)} />
      <div className={styles.pane}>{props.children[1]}</div>
      <Splitter pane={props.right} label={props.labels[1]} width={right} side={-1} onWidth={keep(props.right.name, setRight)} />
      <div className={styles.pane}>{props.children[2]}</div>
    </div>
  )
}
