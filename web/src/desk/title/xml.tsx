// The XML beside the form; the editor is loaded when it is opened.
import { xml as language } from '@codemirror/lang-xml'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { basicSetup } from 'codemirror'
import { useEffect, useRef } from 'react'
import styles from './title.module.css'

/** Colours of the editor are those of the page. */
const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--sheet)', color: 'var(--ink)', fontSize: '13px' },
  '.cm-gutters': { backgroundColor: 'var(--paper)', color: 'var(--ink-2)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in oklch, var(--ink) 5%, transparent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft) !important' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-content span': { color: 'inherit' },
})

/** What differs between two texts, as one change: the editor reads anew what changes, and the place of the reader stays. */
function differenceOf(before: string, after: string): { readonly from: number; readonly to: number; readonly insert: string } {
  const shorter = Math.min(before.length, after.length)
  let same = 0
  while (same < shorter && before[same] === after[same]) same += 1
  let end = 0
  while (end < shorter - same && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return { from: same, to: before.length - end, insert: after.slice(same, after.length - end) }
}

export default function Xml(props: {
  readonly value: string
  /** How it is shown, and how what is shown is meant */
  readonly show: (xml: string) => string
  readonly meant: (shown: string) => string
  readonly label: string
  readonly isReadOnly: boolean
  readonly onChange: (xml: string) => void
}) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const onChange = useRef<(shown: string) => void>(() => {})
  onChange.current = shown => props.onChange(props.meant(shown))
  const { label, isReadOnly } = props
  useEffect(() => {
    if (!place.current) return undefined
    const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: props.show(props.value),
        extensions: [
          basicSetup,
          language(),
          theme,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorState.readOnly.of(isReadOnly),
          ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
          EditorView.updateListener.of(update => {
            if (update.docChanged && update.transactions.some(each => each.isUserEvent('input') || each.isUserEvent('delete') || each.isUserEvent('undo') || each.isUserEvent('redo') || each.isUserEvent('move')))
              onChange.current(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
    // the text comes in by the effect below
  }, [label, isReadOnly])
  useEffect(() => {
    const editor = view.current
    const shown = editor?.state.doc.toString()
    // what is typed stays as it is typed, as long as it means the same
    if (editor && shown !== undefined && props.meant(shown) !== props.value) editor.dispatch({ changes: differenceOf(shown, props.show(props.value)) })
  }, [props.value])
  return <div ref={place} className={styles.code} />
}
