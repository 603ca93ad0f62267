// A page seen large without leaving the others.
import { Button, Dialog } from '../parts/controls.tsx'
import { Scan } from '../parts/scan.tsx'
import { useSay } from '../texts.ts'
import type { Page } from './queries.ts'
import styles from './pages.module.css'

export function BigPage(props: {
  readonly pages: readonly Page[]
  readonly at: number
  readonly onTurn: (at: number) => void
  readonly onClose: () => void
  readonly onNote?: (page: Page) => void
}) {
  const say = useSay()
  const { pages, at, onTurn, onNote } = props
  const shown = pages[at]
  if (!shown) return null
  return (
    <Dialog title={say('pages.one', { at: at + 1, label: shown.pagination.label ?? '–' })} isOpen isWide onClose={props.onClose}>
      <div className={styles.big}>
        <Scan key={shown.id} path={`/titlepage/${shown.id}/1000`} alt={say('details.picture', { name: shown.pagination.label ?? '' })} isEager />
      </div>
      <div className={styles.turn}>
        <Button isDisabled={at === 0} onPress={() => onTurn(at - 1)}>
          ‹ {say('pages.previous')}
        </Button>
        {onNote ? (
          <Button kind="quiet" onPress={() => onNote(shown)}>
            {say('notes.add')}
          </Button>
        ) : null}
        <Button autoFocus isDisabled={at === pages.length - 1} onPress={() => onTurn(at + 1)}>
          {say('pages.next')} ›
        </Button>
      </div>
    </Dialog>
  )
}
