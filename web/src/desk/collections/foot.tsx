// The head and the foot of each form of a collection: what was typed earlier, what went wrong, and the way to store it, or why one may not.
import { Button, Fault } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { isStale } from './queries.ts'
import styles from './collections.module.css'

/** That there is something typed earlier, and the way to forget it. */
export function Kept({ onDrop }: { readonly onDrop: () => void }) {
  const say = useSay()
  return (
    <p className={styles.kept} role="status">
      {say('kept')}{' '}
      <Button kind="quiet" onPress={onDrop}>
        {say('kept.drop')}
      </Button>
    </p>
  )
}

/** What kept a form from being stored; somebody else's change by its own words. */
export function StoreFault({ error }: { readonly error: Error | null }) {
  const say = useSay()
  if (!error) return null
  return <Fault error={isStale(error) ? new Error(say('collections.stale')) : error} />
}

/** @param isShown whether the form itself shows the fault, at its fields */
export function StoreFoot(props: { readonly error: Error | null; readonly isShown?: boolean; readonly isReadOnly: boolean; readonly isBusy: boolean }) {
  const say = useSay()
  return (
    <div className={styles.foot}>
      {props.isShown && !isStale(props.error) ? null : <StoreFault error={props.error} />}
      {props.isReadOnly ? (
        <p className={styles.quiet}>{say('collections.readOnly')}</p>
      ) : (
        <p>
          <Button kind="primary" type="submit" isBusy={props.isBusy}>
            {say('collections.store')}
          </Button>
        </p>
      )}
    </div>
  )
}
