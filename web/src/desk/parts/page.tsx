import type { ReactNode } from 'react'
import styles from './page.module.css'

/** A page of text and lists: its title, what can be done on the right of it, what it shows. */
export function Page(props: { readonly title: string; readonly lead?: string | undefined; readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>{props.title}</h1>
          {props.lead ? <p>{props.lead}</p> : null}
        </div>
        {props.actions ? <div className={styles.actions}>{props.actions}</div> : null}
      </header>
      {props.children}
    </div>
  )
}
export const tableStyle = styles.table as string
export const wideStyle = styles.wide as string
export const numberStyle = styles.number as string
export const filterStyle = styles.filters as string
export const unseenStyle = styles.unseen as string
export const chosenStyle = styles.chosen as string
