// Line by line: its picture above its field; the keys lead from line to line and from doubtful word to doubtful word.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { usePicture } from '../parts/scan.tsx'
import { useSay } from '../texts.ts'
import { useFormats } from '../../shared/text.ts'
import { Crop } from './crop.tsx'
import type { Editing } from './edits.ts'
import { confidenceOf, doubtful, isRead, type Line, type Lines, textOf } from './lines.ts'
import { Whole } from './whole.tsx'
import styles from './texts.module.css'

const wide = 1000
const languageOf = (language: string | null) => (language ? { lang: language } : {})

function Row(props: {
  readonly page: number
  readonly line: Line
  readonly text: string
  readonly isRead: boolean
  readonly isOpen: boolean
  readonly canWrite: boolean
  readonly language: string | null
  readonly image: Lines['image']
  readonly source: string | undefined
  readonly onOpen: () => void
  readonly onText: (text: string) => void
}) {
  const { line, isOpen } = props
  const say = useSay()
  const { locale } = useFormats()
  const confidence = confidenceOf(line)
  const marked = props.isRead ? [] : doubtful(line)
  const isTall = line.box !== null && line.box.height > 2 * line.box.width
  const percent = confidence === undefined ? undefined : new Intl.NumberFormat(locale, { style: 'percent' }).format(confidence)
  return (
    <li className={styles.row} data-open={isOpen || undefined} data-tall={isTall || undefined}>
      {props.image ? <Crop page={props.page} source={props.source} image={props.image} line={line} marked={marked} height={isOpen ? 76 : 40} isSharp={isOpen && props.image.width > wide} /> : null}
      <div className={styles.typed}>
        <input
          id={`line-${line.n}`}
          type="text"
          aria-label={say('texts.line', { n: line.n + 1 })}
          aria-describedby={`line-${line.n}-says`}
          dir="auto"
          {...languageOf(props.language)}
          value={props.text}
          readOnly={!props.canWrite}
          spellCheck={isOpen}
          autoComplete="off"
          onFocus={props.onOpen}
          onChange={event => props.onText(event.target.value)}
        />
        <span id={`line-${line.n}-says`} className={styles.says} data-state={props.isRead ? 'read' : marked.length > 0 ? 'doubtful' : ''}>
          {props.isRead ? say('texts.read') : percent === undefined ? '' : say('texts.sure', { percent })}
        </span>
      </div>
    </li>
  )
}

/** Where a word begins and ends in its line. */
function rangeOf(line: Line, at: number): readonly [number, number] {
  const from = line.words.slice(0, at).reduce((sum, { text }) => sum + text.length + 1, 0)
  return [from, from + (line.words[at]?.text.length ?? 0)]
}

export function LinesEditor(props: { readonly page: number; readonly name: string; readonly lines: Lines; readonly editing: Editing; readonly canWrite: boolean }) {
  const { lines, editing, canWrite } = props
  const { items, image } = lines
  const { edits } = editing
  const say = useSay()
  const [at, setAt] = useState(0)
  const { source } = usePicture(`/iiif/image/3/${props.page}/full/${Math.min(wide, image?.width ?? wide)},/0/default.jpg`)
  const list = useRef<HTMLOListElement>(null)
  const field = (n: number) => list.current?.querySelector<HTMLInputElement>(`#line-${items[n]?.n ?? -1}`)
  const go = (to: number) => {
    const next = Math.max(0, Math.min(items.length - 1, to))
    field(next)?.focus()
    field(next)?.scrollIntoView({ block: 'nearest' })
  }
  useEffect(() => {
    const first = items.findIndex(line => !isRead(line, edits))
    go(Math.max(0, first))
    // once, when the page is opened
  }, [])
  /** The doubtful words of lines that nobody has read, with where they stand. */
  const toDoubtful = (step: 1 | -1) => {
    const input = field(at)
    const places = items.flatMap((line, n) => (isRead(line, edits) ? [] : doubtful(line).map(word => ({ n, range: rangeOf(line, word) }))))
    const here = input?.selectionStart ?? 0
    const isAfter = ({ n, range }: (typeof places)[number]) => n > at || (n === at && range[0] > here)
    const isBefore = ({ n, range }: (typeof places)[number]) => n < at || (n === at && range[0] < here)
    const next = step === 1 ? (places.find(isAfter) ?? places[0]) : (places.findLast(isBefore) ?? places.at(-1))
    if (!next) return
    go(next.n)
    field(next.n)?.setSelectionRange(...next.range)
  }
  const confirm = () => {
    const line = items[at]
    if (!line || !canWrite) return
    editing.set(String(line.n), textOf(line, edits))
    go(at + 1)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const isDown = event.key === 'ArrowDown'
    if (event.altKey && (isDown || event.key === 'ArrowUp')) toDoubtful(isDown ? 1 : -1)
    else if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    else if (isDown) go(at + 1)
    else if (event.key === 'ArrowUp') go(at - 1)
    else if (event.key === 'Enter') confirm()
    else if (event.key === 'Escape' && items[at]) editing.drop(String(items[at].n))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className={styles.halves}>
      {image ? (
        <Whole source={source} alt={say('texts.picture', { name: props.name })} image={image} lines={items} edits={edits} at={at} onChoose={go} />
      ) : (
        <p className={styles.noBoxes}>{say('texts.noBoxes')}</p>
      )}
      <ol ref={list} className={styles.lines} aria-label={say('texts.lines')} onKeyDown={onKey}>
        {items.map((line, n) => (
          <Row
            key={line.n}
            page={props.page}
            line={line}
            text={textOf(line, edits)}
            isRead={isRead(line, edits)}
            isOpen={n === at}
            canWrite={canWrite}
            language={lines.language}
            image={image}
            source={source}
            onOpen={() => setAt(n)}
            onText={text => editing.set(String(line.n), text)}
          />
        ))}
      </ol>
    </div>
  )
}
