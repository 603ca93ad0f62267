// What can be done with the view, each with its key; on a phone what is used most, and the rest in a menu. What works without scripts stands in the head of the page instead.
import { useEffect, useRef, useState } from 'react'
import type { ReadingObject } from '../shared/api.ts'
import { type TextKey, useText } from '../shared/text.ts'
import { type Mode, modes } from './view.ts'
import styles from './viewer.module.css'

export const panels = ['outline', 'text', 'find', 'image', 'share', 'fault', 'keys'] as const
export type PanelName = (typeof panels)[number]

const modeTexts: Readonly<Record<Mode, TextKey>> = { one: 'view.one', two: 'view.two', scroll: 'view.scroll' }

export function Tools({
  object,
  hasText,
  mode,
  panel,
  isSelectable,
  onMode,
  onZoom,
  onWhole,
  onRotate,
  onSelect,
  onPanel,
}: {
  readonly object: ReadingObject
  readonly hasText: boolean
  readonly mode: Mode
  readonly panel: PanelName | undefined
  readonly isSelectable: boolean
  readonly onMode: (mode: Mode) => void
  readonly onZoom: (factor: number) => void
  readonly onWhole: () => void
  readonly onRotate: () => void
  readonly onSelect: () => void
  readonly onPanel: (panel: PanelName) => void
}) {
  const say = useText()
  const [isOpen, setOpen] = useState(false)
  const menu = useRef<HTMLDivElement>(null)
  const door = (name: PanelName, text: TextKey, key: string) => (
    <button
      type="button"
      aria-pressed={panel === name}
      onClick={() => {
        setOpen(false)
        onPanel(name)
      }}
      title={key}
    >
      {say(text)}
    </button>
  )
  useEffect(() => {
    if (!isOpen) return undefined
    const close = (event: Event) => {
      const isOutside = event instanceof KeyboardEvent ? event.key === 'Escape' : !menu.current?.contains(event.target as Node)
      if (isOutside) setOpen(false)
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [isOpen])
  return (
    <div className={styles.tools} role="toolbar" aria-label={say('view.tools')} ref={menu}>
      {object.outline.some(part => part.page !== null) ? door('outline', 'view.outline', 'O') : null}
      {hasText ? door('text', 'view.text', 'T') : null}
      {object.title.hasText ? door('find', 'view.find', '/') : null}
      <button type="button" className={styles.more} aria-expanded={isOpen} aria-controls="more" onClick={() => setOpen(!isOpen)}>
        {say('view.more')}
      </button>
      <div id="more" className={styles.rest} data-open={isOpen}>
        <span role="group" aria-label={say('view.mode')} className={styles.modes}>
          {modes.map((name, n) => (
            <button
              key={name}
              type="button"
              aria-pressed={mode === name}
              aria-label={say(modeTexts[name])}
              title={`${say(modeTexts[name])} (${n + 1})`}
              onClick={() => onMode(name)}
            >
              <ModeIcon mode={name} />
            </button>
          ))}
        </span>
        <button type="button" onClick={() => onZoom(1.4)} aria-label={say('view.zoomIn')} title={`${say('view.zoomIn')} (+)`}>
          +
        </button>
        <button type="button" onClick={() => onZoom(1 / 1.4)} aria-label={say('view.zoomOut')} title={`${say('view.zoomOut')} (-)`}>
          −
        </button>
        <button type="button" onClick={onWhole} title="0">
          {say('view.whole')}
        </button>
        <button type="button" onClick={onRotate} title="R">
          {say('view.rotate')}
        </button>
        {door('image', 'view.imagePanel', 'I')}
        {hasText ? (
          <button type="button" aria-pressed={isSelectable} onClick={onSelect} title="S">
            {say('view.select')}
          </button>
        ) : null}
        {door('share', 'share.title', 'C')}
        {object.takesFaults ? door('fault', 'fault.title', 'E') : null}
        <button type="button" aria-pressed={panel === 'keys'} onClick={() => onPanel('keys')} title="?" aria-label={say('view.keys')}>
          ?
        </button>
      </div>
    </div>
  )
}

function ModeIcon({ mode }: { readonly mode: Mode }) {
  return (
    <svg viewBox="0 0 20 16" width="20" height="16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.4">
      {mode === 'one' ? <rect x="5.500" y="1.500" width="9" height="13" rx="1" /> : null}
      {mode === 'two' ? <path d="M10 2.500v12M2 2.500h16v11.500h-16z" /> : null}
      {mode === 'scroll' ? <path d="M5 0v5.500h10V0M5 16v-7.500h10V16" /> : null}
    </svg>
  )
}
