// Why the images of a work are not shown as they are, until when, and the ways in.
import { useAddress, useFace } from '../../app/room.tsx'
import type { ReadingObject } from '../api.ts'
import { useLogIn } from '../log-in.ts'
import { useFormats, useText } from '../text.ts'
import styles from './restriction.module.css'

/** Nothing of it can be read here: there is no page with an image that is shown. */
export const isClosedWork = ({ pages }: ReadingObject): boolean => pages.some(page => page.isClosed) && pages.every(page => !page.width)

/** Whom readers ask: the owner of the work, else the house. An address of e-mail is one to write to. */
const asked = (contact: string): string => (/^[^\s/:@]+@[^\s/:@]+$/.test(contact) ? `mailto:${contact}` : contact)
const isAddress = (contact: string): boolean => /^(?:https?:|mailto:|\/)/.test(asked(contact))

export function Restriction({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const at = useAddress()
  const { day } = useFormats()
  const { contact } = useFace()
  const logIn = useLogIn()
  const images = object.restriction?.images ?? (isClosedWork(object) ? 'closed' : undefined)
  if (images === undefined) return null
  const until = object.restriction?.until
  const ask = [object.domain.ownerContact, contact].find(isAddress)
  return (
    <div className={styles.restriction} role="note">
      <p>{until ? say(`restriction.${images}Until`, { day: day(until) }) : say(`restriction.${images}`)}</p>
      {object.restriction?.ways.map(way => (
        <p key={way}>{say(`restriction.${way}`)}</p>
      ))}
      <p className={styles.ways}>
        <a href={logIn}>{say('restriction.logIn')}</a>
        {ask ? <a href={at(asked(ask))}>{say('restriction.ask')}</a> : null}
      </p>
    </div>
  )
}
