// The head of what works on one title: the way back, its name, and what can be done.
import type { ReactNode } from 'react'
import styles from './editor-head.module.css'

export function EditorHead(props: { readonly back: ReactNode; readonly name: string; readonly children: ReactNode }) {
  return (
    <header className={styles.head}>
      <div>
        {props.back}
        <h1 dir="auto">{props.name}</h1>
      </div>
      {props.children}
    </header>
  )
}
