// Why the images of a work are not shown as they are, until when, and the way in.
import type { ReadingObject } from '../../shared/api.ts'
import { useLogIn } from '../../shared/log-in.ts'
import { type TextKey, useFormats, useText } from '../../shared/text.ts'
import styles from './title.module.css'

type Restriction = NonNullable<ReadingObject['restriction']>

export function RestrictionNote({ restriction }: { readonly restriction: Restriction }) {
  const say = useText()
  const { day } = useFormats()
  const logIn = useLogIn()
  return (
    <p className={styles.restriction} role="note">
      {say(`restriction.${restriction.images}` as TextKey)}{' '}
      {restriction.until ? say('restriction.until', { day: day(restriction.until.slice(0, 10)) }) : null}{' '}
      <a href={logIn}>{say('restriction.logIn')}</a>
    </p>
  )
}
