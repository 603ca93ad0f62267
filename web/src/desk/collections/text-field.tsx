import { useId } from 'react'
import styles from './collections.module.css'

/** A field of several lines. */
export function TextArea(props: {
  readonly label: string
  readonly name: string
  readonly defaultValue: string
  readonly description?: string | undefined
  readonly isReadOnly?: boolean
  readonly fault?: string | undefined
}) {
  const id = useId()
  return (
    <div className={styles.area}>
      <label htmlFor={id}>{props.label}</label>
      <textarea
        id={id}
        name={props.name}
        rows={4}
        dir="auto"
        defaultValue={props.defaultValue}
        readOnly={props.isReadOnly}
        {...(props.fault ? { 'aria-invalid': true } : {})}
        {...(props.fault ?? props.description ? { 'aria-describedby': `${id}-more` } : {})}
      />
      {props.fault ?? props.description ? (
        <small id={`${id}-more`} className={props.fault ? styles.bad : ''}>
          {props.fault ?? props.description}
        </small>
      ) : null}
    </div>
  )
}
