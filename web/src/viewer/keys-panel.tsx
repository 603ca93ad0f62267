// The keys of the viewer, for who asks.
import { type TextKey, useText } from '../shared/text.ts'
import { Panel } from './panels.tsx'
import styles from './viewer.module.css'

const keys: readonly (readonly [keys: string, text: TextKey])[] = [
  ['→ ←', 'view.key.turn'],
  ['Home End', 'view.key.ends'],
  ['1 2 3', 'view.mode'],
  ['+ − 0', 'view.key.zoom'],
  ['R', 'view.rotate'],
  ['F', 'view.key.full'],
  ['I', 'view.imagePanel'],
  ['B ⇧B', 'view.brightness'],
  ['K ⇧K', 'view.contrast'],
  ['G', 'view.grey'],
  ['V', 'view.invert'],
  ['M', 'view.mirror'],
  ['X', 'view.asScanned'],
  ['C', 'share.title'],
  ['E', 'fault.title'],
  ['O', 'view.outline'],
  ['T', 'view.text'],
  ['S', 'view.select'],
  ['/', 'view.find'],
  ['N P', 'view.key.hits'],
]

export function KeysPanel() {
  const say = useText()
  return (
    <Panel title={say('view.keys')}>
      <dl className={styles.keys}>
        {keys.map(([names, text]) => (
          <div key={names}>
            <dt>
              {names.split(' ').map(name => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{say(text)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
