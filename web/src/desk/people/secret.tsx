// Something that is told once: a link, a key.
import { Button } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import styles from './people.module.css'

export function Secret({ text, value }: { readonly text: string; readonly value: string }) {
  const say = useSay()
  return (
    <>
      <p>{text}</p>
      <p className={styles.link}>
        <code>{value}</code>
      </p>
      <Button onPress={() => void navigator.clipboard.writeText(value)}>{say('people.copy')}</Button>
    </>
  )
}
